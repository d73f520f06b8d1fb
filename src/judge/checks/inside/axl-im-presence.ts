import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';

/** Expressway-C learns of IM and Presence over AXL of the publisher; which node that is cannot be seen, so one is enough. */
export const axlImPresence = defineCheck({
  id: 'inside/axl-im-presence',
  holds: 'AXL runs on an IM and Presence node',
  about: 'deployment',
  needs: [],
  sources: [
    { document: 'D0', section: 'IM and Presence Service Requirements', requirements: ['HTTP-13'] },
    {
      document: 'D1',
      section: 'Configuration Summary / IM and Presence Service',
      requirements: ['HTTP-13'],
    },
    {
      document: 'D3',
      section: 'Configuration Summary / IM and Presence Service',
      requirements: ['HTTP-13'],
    },
  ],
  findings: {
    IMP_AXL_NOT_RUNNING: {
      severity: 'warning',
      affects: 'operations',
      message: 'No IM and Presence node answers to AXL ({answers})',
    },
  },
  judge({ round }) {
    const services = round.subjects('service').filter(({ purpose }) => purpose === 'axl-https');
    if (services.length === 0) return notApplicable('IM and Presence is not looked at from here');
    const nodes = services.map(({ id, host }) => ({ host, status: round.reading(id, 'http')?.status }));
    if (nodes.some(({ status }) => status !== undefined && status !== 404 && status < 500)) return pass;
    if (nodes.some(({ status }) => status === undefined)) return unknown('not every node answered');
    const answers = nodes.map(({ host, status }) => `${host}: ${status}`);
    return fail({ code: 'IMP_AXL_NOT_RUNNING', evidence: { answers } });
  },
});
