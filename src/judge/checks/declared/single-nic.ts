import { defineCheck, failIfAny, notApplicable } from '../../check.ts';

/** One interface behind static NAT works, and is not recommended: two interfaces need no NAT reflection. */
export const singleNic = defineCheck({
  id: 'declared/single-nic',
  holds: 'No Expressway-E has one interface behind static NAT',
  about: 'deployment',
  needs: [],
  sources: [{ document: 'D0', section: 'Firewall Configuration', requirements: ['NET-05'] }],
  findings: {
    DECLARED_SINGLE_NIC_NAT: {
      severity: 'info',
      affects: 'calls',
      message:
        'Expressway-E with one interface behind static NAT ({hosts}) depends on NAT reflection in the firewall',
      consequenceOf: [
        { code: 'NAT_REFLECTION_FAILS', within: 'deployment' },
        { code: 'DNS_NAT_ADDRESS_MISSED', within: 'deployment' },
      ],
    },
  },
  judge({ round }) {
    const nodes = round.deployment.nodes.expressway_e;
    if (!nodes.some(({ publicAddress }) => publicAddress !== undefined))
      return notApplicable('no static NAT is declared');
    const hosts = nodes
      .filter(node => node.publicAddress !== undefined && node.internalAddress === undefined)
      .map(({ name }) => name);
    return failIfAny(hosts.length === 0 ? [] : [{ code: 'DECLARED_SINGLE_NIC_NAT', evidence: { hosts } }]);
  },
});
