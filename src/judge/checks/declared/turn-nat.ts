import { isAtLeast } from '../../../model/version.ts';
import { defineCheck, fail, notApplicable, pass } from '../../check.ts';

/** A TURN server behind static NAT is possible since X12.5.3, in clusters since X12.5.5. */
export const turnNat = defineCheck({
  id: 'declared/turn-nat',
  holds: 'An Expressway-E that is TURN server behind static NAT runs a release that can do it',
  about: 'deployment',
  needs: [],
  sources: [
    {
      document: 'D0',
      section: 'Unsupported Expressway Features and Limitations',
      requirements: ['STN-10'],
      versions: 'X12.5.3 and later, in clusters X12.5.5 and later',
    },
  ],
  findings: {
    DECLARED_TURN_NAT_UNSUPPORTED: {
      severity: 'warning',
      affects: 'calls',
      message: 'TURN is declared on {hosts} behind static NAT, which {version} cannot do; it needs {wanted}',
      consequenceOf: [{ code: 'DECLARED_TURN_UNSUPPORTED', within: 'deployment' }],
    },
  },
  judge({ round }) {
    const { turn, nodes } = round.deployment;
    if (!turn) return notApplicable('no TURN server is declared');
    const behind = nodes.expressway_e.filter(node => node.publicAddress !== undefined);
    if (behind.length === 0) return pass;
    const hosts = behind.map(node => node.name);
    const isClustered = behind.some(
      node => nodes.expressway_e.filter(peer => (peer.cluster ?? '') === (node.cluster ?? '')).length > 1,
    );
    const wanted = isClustered ? 'X12.5.5' : 'X12.5.3';
    const version = round.version('expressway_e');
    return version && isAtLeast(version, wanted) === false
      ? fail({ code: 'DECLARED_TURN_NAT_UNSUPPORTED', evidence: { hosts, version: version.text, wanted } })
      : pass;
  },
});
