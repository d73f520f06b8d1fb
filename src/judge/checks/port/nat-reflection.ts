import { addressKey } from '../../address.ts';
import { sameName } from '../../answers.ts';
import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';
import { commonState, contacts, cutOff, isCutOff } from '../../reachability.ts';

/** With one interface and static NAT, the firewall lets Expressway-C reach the outside address of Expressway-E. */
export const natReflection = defineCheck({
  id: 'port/nat-reflection',
  holds: 'The public address of an Expressway-E behind static NAT can be reached from inside',
  about: 'node',
  roles: ['expressway_e'],
  needs: [],
  sources: [
    { document: 'D0', section: 'Firewall Configuration', requirements: ['NET-03'] },
    { document: 'D1', section: 'Configuration Summary / Firewall' },
    { document: 'D3', section: 'Configuration Summary / Firewall' },
  ],
  findings: {
    NAT_REFLECTION_FAILS: {
      severity: 'critical',
      affects: 'calls',
      message:
        'From inside, the public address {address} of {host} takes no connection on {ports}: the firewall does not send what comes from inside back in (NAT reflection)',
    },
  },
  judge({ subject, round }) {
    if (round.vantage !== 'internal') return notApplicable('this is seen from inside only');
    const declared = round.deployment.nodes.expressway_e.find(({ name }) => sameName(name, subject.host));
    const address = declared?.publicAddress;
    if (address === undefined || declared?.internalAddress !== undefined)
      return notApplicable('no single interface with static NAT is declared');
    const tried = contacts(round, 'expressway_e', subject.host).filter(
      ({ reading }) => addressKey(reading.address) === addressKey(address),
    );
    if (tried.length === 0) return notApplicable('inside, the name leads to another address');
    const state = commonState(tried, round);
    if (state === undefined || state === 'open') return pass;
    if (state === 'filtered' && isCutOff(round)) return unknown(cutOff);
    const ports = [...new Set(tried.map(({ service }) => String(service.port)))];
    return fail({ code: 'NAT_REFLECTION_FAILS', evidence: { address, ports, state } });
  },
});
