import { defineCheck, failIfAny, type Statement } from '../../check.ts';
import { notExported } from '../../exported.ts';

type Code = 'SETTINGS_PROTECTION_OFF' | 'SETTINGS_PROTECTION_RESOURCES' | 'SETTINGS_PROTECTION_TRIGGER';

/** http-ce-auth: proxy authorization failure; http-ce-intrusion: protocol violation. */
const wanted = ['http-ce-auth', 'http-ce-intrusion', 'xmpp-intrusion'];

/** The categories of automated protection that MRA wants on, the one it wants off, and the trigger; few exports tell. */
export const protection = defineCheck({
  id: 'settings/protection',
  holds:
    'Intrusion protection of Expressway-E is on where MRA wants it, and does not block clients for what is missing',
  about: 'node',
  roles: ['expressway_e'],
  needs: ['settings'],
  sources: [
    { document: 'D1', section: 'Expressway Automated Intrusion Protection / On Expressway-E' },
    { document: 'D1', section: 'Jabber triggers automated intrusion protection / Workaround' },
  ],
  findings: {
    SETTINGS_PROTECTION_OFF: {
      severity: 'warning',
      affects: 'exposure',
      message: 'Automated protection of {host} is Off for {categories}',
    },
    SETTINGS_PROTECTION_RESOURCES: {
      severity: 'warning',
      affects: 'sign-in',
      message:
        '{host} blocks clients that ask for what is not there (HTTP proxy resource access failure is On)',
    },
    SETTINGS_PROTECTION_TRIGGER: {
      severity: 'info',
      affects: 'sign-in',
      message: '{host} blocks a client after {trigger} refused authorizations; with tokens 10 are advised',
    },
  },
  judge({ readings }) {
    const known = readings.settings.protection;
    const of = (category: string) => known.find(one => one.category === category);
    if (known.every(({ on, trigger }) => on === undefined && trigger === undefined)) return notExported;
    const off = wanted.filter(category => of(category)?.on === false);
    const trigger = of('http-ce-auth')?.trigger;
    const statements: Statement<Code>[] = [
      ...(off.length > 0
        ? [{ code: 'SETTINGS_PROTECTION_OFF', evidence: { categories: off } } as const]
        : []),
      ...(of('http-ce-resource')?.on
        ? [{ code: 'SETTINGS_PROTECTION_RESOURCES', evidence: {} } as const]
        : []),
      ...(trigger !== undefined && trigger < 10
        ? [{ code: 'SETTINGS_PROTECTION_TRIGGER', evidence: { trigger } } as const]
        : []),
    ];
    return failIfAny(statements);
  },
});
