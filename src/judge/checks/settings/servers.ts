import { defineCheck, failIfAny, type Statement } from '../../check.ts';
import { notExported } from '../../exported.ts';

type Code = 'SETTINGS_DNS_SERVERS_MISSING' | 'SETTINGS_NTP_SERVERS_MISSING' | 'SETTINGS_PEERS_DIFFER';

/** DNS and time servers are not replicated in a cluster: each peer has its own list. */
export const servers = defineCheck({
  id: 'settings/servers',
  holds: 'DNS and NTP servers are set, the same as on the other peers',
  about: 'node',
  roles: ['expressway_e', 'expressway_c'],
  needs: ['settings'],
  sources: [
    {
      document: 'D1',
      section: 'Setting Up the Expressway-C for Mobile and Remote Access / Configuring DNS and NTP Settings',
      requirements: ['DNS-48', 'NTP-01'],
    },
    {
      document: 'D1',
      section: 'Setting Up the Expressway-E for Mobile and Remote Access / Configuring DNS and NTP Settings',
      requirements: ['DNS-48', 'NTP-02'],
    },
  ],
  findings: {
    SETTINGS_DNS_SERVERS_MISSING: {
      severity: 'critical',
      affects: 'sign-in',
      message: '{host} has no DNS server',
    },
    SETTINGS_NTP_SERVERS_MISSING: {
      severity: 'critical',
      affects: 'sign-in',
      message: '{host} has no NTP server',
    },
    SETTINGS_PEERS_DIFFER: {
      severity: 'warning',
      affects: 'operations',
      message: '{host} has other {what} servers than its peer {peer}: {own} instead of {other}',
    },
  },
  judge({ subject, readings, round }) {
    const { dnsServers, ntpServers } = readings.settings;
    if (dnsServers === undefined && ntpServers === undefined) return notExported;
    const clusterOf = (host: string) =>
      round.deployment.nodes[subject.role].find(({ name }) => name === host)?.cluster;
    const peers = round.readings('settings').flatMap(({ subject: other, reading }) => {
      const isPeer = other.kind === 'node' && other.role === subject.role && other.id < subject.id;
      return isPeer && clusterOf(other.host) === clusterOf(subject.host)
        ? [{ peer: other.host, ...reading }]
        : [];
    });
    const list = (all: readonly string[]) => [...all].sort().join(' ') || 'none';
    const differing = (
      what: string,
      own: readonly string[],
      of: (one: (typeof peers)[number]) => readonly string[] | undefined,
    ) =>
      peers.flatMap((one): Statement<Code>[] => {
        const other = of(one);
        return other === undefined || list(other) === list(own)
          ? []
          : [
              {
                code: 'SETTINGS_PEERS_DIFFER',
                evidence: { what, peer: one.peer, own: list(own), other: list(other) },
              },
            ];
      });
    const missing = (code: Code, of: readonly string[] | undefined): Statement<Code>[] =>
      of?.length === 0 ? [{ code, evidence: {} }] : [];
    return failIfAny([
      ...missing('SETTINGS_DNS_SERVERS_MISSING', dnsServers),
      ...missing('SETTINGS_NTP_SERVERS_MISSING', ntpServers),
      ...(dnsServers?.length ? differing('DNS', dnsServers, one => one.dnsServers) : []),
      ...(ntpServers?.length ? differing('NTP', ntpServers, one => one.ntpServers) : []),
    ]);
  },
});
