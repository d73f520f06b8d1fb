import { addressKey } from '../../address.ts';
import { sameName, serversThatGave } from '../../answers.ts';
import { defineCheck, fail, notApplicable, pass } from '../../check.ts';
import { commonState, contactsAt } from '../../reachability.ts';

const explained = [
  { code: 'DNS_ADDRESS_PRIVATE', within: 'address' },
  { code: 'DNS_ADDRESS_SHARED', within: 'deployment' },
] as const;

/** Public DNS leads to the public address that was declared for the Expressway-E, and to no other. */
export const declaredAddress = defineCheck({
  id: 'dns/declared-address',
  holds: 'Public DNS gives the declared public address of the Expressway-E',
  about: 'address',
  roles: ['expressway_e'],
  needs: [],
  sources: [
    {
      document: 'D0',
      section: 'Multiple External Domains for Mobile and Remote Access',
      requirements: ['DNS-05'],
    },
    { document: 'D2', section: 'Multidomain Configuration Summary', requirements: ['DNS-07'] },
  ],
  findings: {
    DNS_ADDRESS_STRANGE: {
      severity: 'warning',
      affects: 'sign-in',
      message: 'Public DNS gives {address} for {host}, whose declared public address is {wanted}',
      consequenceOf: explained,
    },
    DNS_ADDRESS_OUTDATED: {
      severity: 'critical',
      affects: 'sign-in',
      message:
        'Public DNS gives {address} for {host}, where nothing takes a connection; its declared public address is {wanted}',
      consequenceOf: explained,
    },
  },
  judge({ subject, round }) {
    if (subject.view !== 'public') return notApplicable('this is not the public view');
    const declared = round.deployment.nodes.expressway_e.find(({ name }) => sameName(name, subject.host));
    const wanted = declared?.publicAddress;
    if (wanted === undefined) return notApplicable('no public address is declared');
    if (serversThatGave(round, subject.host, subject.address).length === 0)
      return notApplicable('the address does not come from DNS');
    if (wanted.includes(':') !== subject.address.includes(':'))
      return notApplicable('an address of the other family is declared');
    if (addressKey(subject.address) === addressKey(wanted)) return pass;
    const state = commonState(contactsAt(round, subject.address), round);
    const isDead = state !== undefined && state !== 'open';
    return fail({ code: isDead ? 'DNS_ADDRESS_OUTDATED' : 'DNS_ADDRESS_STRANGE', evidence: { wanted } });
  },
});
