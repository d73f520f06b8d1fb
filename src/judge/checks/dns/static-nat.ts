import { addressKey } from '../../address.ts';
import { addressesOf, sameName, whyNothing } from '../../answers.ts';
import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';

/**
 * With one interface and static NAT, Expressway-E wants signalling and media at its outside address, from Expressway-C too: the
 * name has to lead there from inside as well.
 */
export const staticNat = defineCheck({
  id: 'dns/static-nat',
  holds: 'Inside, the name of an Expressway-E behind static NAT leads to its public address',
  about: 'node',
  roles: ['expressway_e'],
  needs: ['dns:internal:address/a'],
  sources: [
    { document: 'D0', section: 'Firewall Configuration', requirements: ['DNS-42', 'NET-04'] },
    { document: 'D1', section: 'Configuration Summary / Firewall' },
    { document: 'D3', section: 'Configuration Summary / Firewall' },
  ],
  findings: {
    DNS_NAT_ADDRESS_MISSED: {
      severity: 'critical',
      affects: 'calls',
      message:
        'Inside, {host} leads to {addresses} and not to {wanted}, at which an Expressway-E with one interface and static NAT expects its traffic',
    },
  },
  judge({ subject, readings, round }) {
    const declared = round.deployment.nodes.expressway_e.find(({ name }) => sameName(name, subject.host));
    const wanted = declared?.publicAddress;
    if (wanted === undefined) return notApplicable('no static NAT is declared');
    if (declared?.internalAddress !== undefined)
      return notApplicable('it has another interface that faces inside');
    const nothing = whyNothing(readings['dns:internal:address/a']);
    if (nothing) return unknown(nothing);
    const addresses = addressesOf(round, subject.id, 'internal');
    if (addresses.length === 0) return notApplicable('the name has no address inside');
    return addresses.every(address => addressKey(address) === addressKey(wanted))
      ? pass
      : fail({ code: 'DNS_NAT_ADDRESS_MISSED', evidence: { addresses, wanted } });
  },
});
