import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';

/** Expressway-C learns of the nodes from the publisher over AXL; which node is the publisher cannot be seen, so one is enough. */
export const axl = defineCheck({
  id: 'inside/axl',
  holds: 'AXL runs on a Unified CM',
  about: 'deployment',
  needs: [],
  sources: [
    {
      document: 'D0',
      section: 'Basic MRA Requirements for Unified CM',
      requirements: ['HTTP-12'],
    },
    { document: 'D1', section: 'Unified CM', requirements: ['HTTP-12'] },
  ],
  findings: {
    UCM_AXL_NOT_RUNNING: {
      severity: 'warning',
      affects: 'operations',
      message: 'No Unified CM answers to AXL ({answers})',
    },
  },
  judge({ round }) {
    const nodes = round
      .readings('uds')
      .flatMap(({ subject, reading }) =>
        subject.kind === 'service' ? [{ host: subject.host, status: reading.axlStatus }] : [],
      );
    if (nodes.length === 0) return notApplicable('Unified CM is not looked at from here');
    if (nodes.some(({ status }) => status !== undefined && status !== 404 && status < 500)) return pass;
    const answered = nodes.filter(({ status }) => status !== undefined);
    if (answered.length < nodes.length) return unknown('not every Unified CM answered');
    const answers = answered.map(({ host, status }) => `${host}: ${status}`);
    return fail({ code: 'UCM_AXL_NOT_RUNNING', evidence: { answers } });
  },
});
