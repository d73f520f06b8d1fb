import { compareVersions } from '../../../model/version.ts';
import { defineCheck, failIfAny, notApplicable } from '../../check.ts';
import { type SeenVersion, seenVersions } from '../../versions.ts';

/** Peers of one Expressway cluster share their configuration, so they run one version; an upgrade is over when all do. */
export const peers = defineCheck({
  id: 'version/peers',
  holds: 'The peers of an Expressway cluster run one version',
  about: 'deployment',
  needs: [],
  sources: [
    { document: 'R34', section: 'requirements of a cluster' },
    { document: 'R18', section: 'versions of Expressway-C and Expressway-E' },
  ],
  findings: {
    PEER_VERSIONS_DIFFER: {
      severity: 'warning',
      affects: 'sign-in',
      message: '{host} runs {version} while its peer {other} runs {otherVersion}',
    },
  },
  judge({ round }) {
    const clusterOf = ({ role, host }: SeenVersion) =>
      `${role} ${round.deployment.nodes[role].find(node => node.name === host)?.cluster ?? ''}`;
    const expressways = new Map(
      seenVersions(round)
        .filter(({ role }) => role !== 'unified_cm')
        .map(seen => [`${seen.role} ${seen.host}`, seen]),
    );
    const clusters = [...Map.groupBy(expressways.values(), clusterOf).values()].filter(
      members => members.length > 1,
    );
    if (clusters.length === 0) return notApplicable('no two peers told their version');
    return failIfAny(
      clusters.flatMap(members => {
        const newest = members.reduce((a, b) => (compareVersions(a.version, b.version) >= 0 ? a : b));
        const behind = members.filter(({ version }) => compareVersions(version, newest.version) !== 0);
        return behind.flatMap(({ role, host, version }) => {
          const node = round.subjects('node').find(one => one.role === role && one.host === host);
          const evidence = {
            host,
            version: version.text,
            other: newest.host,
            otherVersion: newest.version.text,
          };
          return node ? [{ code: 'PEER_VERSIONS_DIFFER' as const, on: node.id, evidence }] : [];
        });
      }),
    );
  },
});
