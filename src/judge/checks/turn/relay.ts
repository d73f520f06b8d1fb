import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';
import { strangerThere } from '../../unreached.ts';

/** Where a TURN server is declared, one listens, and it gives relays to those only who show credentials. */
export const turnRelay = defineCheck({
  id: 'turn/relay',
  holds: 'The declared TURN server listens and asks for credentials',
  about: 'service',
  roles: ['expressway_e'],
  needs: ['stun'],
  sources: [
    {
      document: 'D0',
      section: 'Unsupported Expressway Features and Limitations',
      requirements: ['STN-12'],
    },
    { document: 'R23', section: 'TURN services' },
    { document: 'RFC8656', section: '7.2 Receiving an Allocate Request' },
  ],
  findings: {
    TURN_REFUSED: {
      severity: 'warning',
      affects: 'calls',
      message: 'Nobody listens on UDP {port} ({title}) of {host} ({address}), where TURN is declared',
      consequenceOf: [
        { code: 'NODE_REFUSES', within: 'node' },
        { code: 'ADDRESS_REFUSES', within: 'address' },
        { code: 'DNS_ADDRESS_OUTDATED', within: 'address' },
        strangerThere,
      ],
    },
    TURN_WITHOUT_CREDENTIALS: {
      severity: 'warning',
      affects: 'exposure',
      message: '{host} ({address}) gives a relay on UDP {port} ({title}) to anybody who asks',
    },
  },
  judge({ subject, readings: { stun } }) {
    if (subject.purpose !== 'edge-turn') return notApplicable('this is not the port of the TURN server');
    switch (stun.outcome) {
      case 'error':
        return pass;
      case 'success':
        return stun.relayed === undefined ? pass : fail({ code: 'TURN_WITHOUT_CREDENTIALS', evidence: {} });
      case 'no-answer':
        return unknown('silence on UDP says nothing: servers may ignore whom they do not know');
      case 'failed':
        return stun.failure?.reason === 'refused'
          ? fail({ code: 'TURN_REFUSED', evidence: { error: stun.failure.code ?? 'refused' } })
          : unknown(`the answer was none to our request (${stun.failure?.reason ?? 'no reason'})`);
    }
  },
});
