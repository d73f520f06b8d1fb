import { defineCheck, failIfAny, notApplicable, type Statement } from '../../check.ts';
import { linePorts } from '../../trunk.ts';

/** Remote access needs no SIP trunk; where there is one it must keep away from the ports that devices register on. */
export const trunk = defineCheck({
  id: 'declared/trunk',
  holds: 'The SIP trunk has a port of its own, the same on both ends',
  about: 'deployment',
  needs: [],
  sources: [
    {
      document: 'D1',
      section: 'SIP Trunks Between Unified CM and Expressway-C',
      requirements: ['SIP-10'],
    },
    {
      document: 'D2',
      section: 'Configure SIP Ports for Trunk Connections',
      requirements: ['SIP-13'],
    },
    { document: 'D1', section: 'Endpoints Cannot Register to Unified CM' },
  ],
  findings: {
    DECLARED_TRUNK_ON_LINE_PORT: {
      severity: 'critical',
      affects: 'calls',
      message:
        'The SIP trunk between Unified CM and Expressway-C listens on {port}, on which devices register, so devices outside cannot register',
    },
    DECLARED_TRUNK_PORTS_DIFFER: {
      severity: 'warning',
      affects: 'calls',
      message:
        'The neighbour zone of the SIP trunk sends to port {zone}, but Unified CM listens for the trunk on {incoming}',
    },
  },
  judge({ round }) {
    const { trunk } = round.deployment;
    if (!trunk) return notApplicable('no SIP trunk is declared');
    const { incomingPort, zonePort = incomingPort } = trunk;
    const findings: Statement<'DECLARED_TRUNK_ON_LINE_PORT' | 'DECLARED_TRUNK_PORTS_DIFFER'>[] = [];
    if (linePorts.includes(incomingPort))
      findings.push({ code: 'DECLARED_TRUNK_ON_LINE_PORT', evidence: { port: incomingPort } });
    if (zonePort !== incomingPort)
      findings.push({
        code: 'DECLARED_TRUNK_PORTS_DIFFER',
        evidence: { zone: zonePort, incoming: incomingPort },
      });
    return failIfAny(findings);
  },
});
