import { addressKey } from '../../address.ts';
import { addressesOf, sameName, whyNothing } from '../../answers.ts';
import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';

/** Expressway-C reaches an Expressway-E with two interfaces at the internal one: XMPP listens nowhere else. */
export const dualNic = defineCheck({
  id: 'dns/dual-nic',
  holds: 'Inside, the name of an Expressway-E with two interfaces leads to the internal one',
  about: 'node',
  roles: ['expressway_e'],
  needs: ['dns:internal:address/a'],
  sources: [
    { document: 'D0', section: 'Firewall Configuration', requirements: ['DNS-40', 'DNS-41'] },
    { document: 'D0', section: 'UC Feature Support and Limitations', requirements: ['NET-06'] },
    { document: 'D1', section: 'Media Encryption / Limitations' },
  ],
  findings: {
    DNS_INTERNAL_INTERFACE_MISSED: {
      severity: 'critical',
      affects: 'messaging',
      message:
        'Inside, {host} leads to {addresses} {beside} its internal interface {wanted}, the only one on which XMPP comes in',
    },
  },
  judge({ subject, readings, round }) {
    const declared = round.deployment.nodes.expressway_e.find(({ name }) => sameName(name, subject.host));
    const wanted = declared?.internalAddress;
    if (wanted === undefined) return notApplicable('no internal interface is declared');
    if (!round.deployment.messaging) return notApplicable('without IM and Presence no XMPP comes in');
    const nothing = whyNothing(readings['dns:internal:address/a']);
    if (nothing) return unknown(nothing);
    const addresses = addressesOf(round, subject.id, 'internal');
    if (addresses.length === 0) return notApplicable('the name has no address inside');
    const others = addresses.filter(address => addressKey(address) !== addressKey(wanted));
    if (others.length === 0) return pass;
    const beside = others.length === addresses.length ? 'and not to' : 'beside';
    return fail({ code: 'DNS_INTERNAL_INTERFACE_MISSED', evidence: { addresses: others, beside, wanted } });
  },
});
