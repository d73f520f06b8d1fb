import { isAtLeast } from '../../../model/version.ts';
import { defineCheck, fail, notApplicable, pass } from '../../check.ts';

/** The edge configuration names a server with the user's data; before X12.5 only if Expressway-C can resolve `_cisco-uds`. */
export const configUds = defineCheck({
  id: 'edge/config-uds',
  holds: 'The edge tells clients a UDS server',
  about: 'service',
  roles: ['expressway_e'],
  needs: ['login'],
  sources: [
    { document: 'D1', section: 'Unified CM', requirements: ['HTTP-11'] },
    { document: 'R3', section: 'answers of the edge to a TC endpoint' },
  ],
  findings: {
    EDGE_CONFIG_NO_UDS: {
      severity: 'critical',
      affects: 'sign-in',
      message: '{host} tells clients no UDS server ({why})',
    },
  },
  judge({ readings: { login }, round }) {
    const { config } = login;
    if (!config) return notApplicable('nobody was signed in');
    const services = config.inside.filter(({ name }) => name === '_cisco-uds');
    if (services.some(({ servers }) => servers.length > 0)) return pass;
    const needsRecord = isAtLeast(round.version('expressway_c'), 'X12.5') === false;
    if (config.uds.length > 0 && !needsRecord) return pass;
    const error = services.find(one => one.error !== undefined)?.error;
    return fail({
      code: 'EDGE_CONFIG_NO_UDS',
      evidence: { why: error === undefined ? 'none is named' : `${error} for _cisco-uds` },
    });
  },
});
