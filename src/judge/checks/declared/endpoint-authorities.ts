import { roleNames } from '../../../model/subject.ts';
import { defineCheck, failIfAny, notApplicable } from '../../check.ts';

/** Where endpoints show certificates, both Expressways have to trust the authorities that signed them. */
export const endpointAuthorities = defineCheck({
  id: 'declared/endpoint-authorities',
  holds: 'The Expressways trust every authority that signed certificates of phones',
  about: 'deployment',
  needs: [],
  sources: [
    { document: 'D0', section: 'Certificate Exchange Requirements', requirements: ['CRT-48'] },
    { document: 'D1', section: 'Installing Expressway Security Certificates' },
    { document: 'D3', section: 'Installing Expressway security certificates' },
  ],
  findings: {
    DECLARED_PHONE_AUTHORITY_MISSING: {
      severity: 'warning',
      affects: 'calls',
      message:
        'The list of authorities that {role} trusts lacks {missing}, which signed certificates of phones',
    },
  },
  judge({ round }) {
    const { phones, trustedAuthorities: lists = {} } = round.deployment;
    const authorities = phones?.authorities;
    const given = (['expressway_e', 'expressway_c'] as const).flatMap(role =>
      lists[role] ? [{ role, list: lists[role] }] : [],
    );
    if (!authorities || given.length === 0)
      return notApplicable(
        'the authorities of phones and the lists of the Expressways are not both declared',
      );
    return failIfAny(
      given.flatMap(({ role, list }) => {
        const missing = authorities.filter(
          ({ subject, issuer }) => !list.some(one => one.subject === subject || one.subject === issuer),
        );
        const evidence = { role: roleNames[role], missing: missing.map(({ subject }) => subject) };
        return missing.length === 0 ? [] : [{ code: 'DECLARED_PHONE_AUTHORITY_MISSING' as const, evidence }];
      }),
    );
  },
});
