import { collabEdgeTargets, sameName } from '../../answers.ts';
import { defineCheck, fail, notApplicable, pass } from '../../check.ts';

/**
 * The edge tells clients by which names to go on to SIP, XMPP and HTTP: its system host name with its domain. That has to be a
 * name of the edge in DNS, or clients sign in and then go elsewhere.
 */
export const configNames = defineCheck({
  id: 'edge/config-names',
  holds: 'The edge tells clients the names that DNS has for it',
  about: 'service',
  roles: ['expressway_e'],
  needs: ['login'],
  sources: [
    { document: 'D2', section: 'Multidomain Configuration Summary' },
    { document: 'R1', section: 'names of the Expressway-E in the answer to clients' },
  ],
  findings: {
    EDGE_CONFIG_NAME_DIFFERS: {
      severity: 'critical',
      affects: 'calls',
      message:
        '{host} sends clients on to {name} for {purposes}, which is no Expressway-E that DNS or the configuration names',
    },
  },
  judge({ subject, readings: { login }, round }) {
    const { config } = login;
    if (!config) return notApplicable('nobody was signed in');
    const declared = round.deployment.nodes.expressway_e.map(({ name }) => name);
    const known = [subject.host, ...collabEdgeTargets(round), ...declared];
    const told = [
      { purpose: 'SIP', servers: config.sip },
      { purpose: 'XMPP', servers: config.xmpp },
      { purpose: 'HTTP', servers: config.http },
    ];
    const wrong = told.flatMap(({ purpose, servers }) =>
      servers
        .filter(({ name }) => !known.some(other => sameName(name, other)))
        .map(({ name }) => ({ purpose, name })),
    );
    if (wrong.length === 0) return pass;
    const [{ name }] = wrong as [(typeof wrong)[number]];
    const purposes = [...new Set(wrong.map(({ purpose }) => purpose))];
    return fail({
      code: 'EDGE_CONFIG_NAME_DIFFERS',
      evidence: { name, purposes, known: [...new Set(known)] },
    });
  },
});
