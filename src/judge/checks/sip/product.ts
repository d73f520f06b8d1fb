import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';
import { wrongCertificate } from '../../served.ts';
import { strangerThere } from '../../unreached.ts';

/** Expressway names itself TANDBERG in SIP; another name on its port is another device in its place. */
export const sipProduct = defineCheck({
  id: 'sip/product',
  holds: 'What answers SIP in the place of an Expressway is an Expressway',
  about: 'service',
  roles: ['expressway_e', 'expressway_c'],
  needs: ['sip'],
  sources: [
    { document: 'R1', section: 'inspection of SIP by firewalls' },
    { document: 'R2', section: 'log lines of the SIP stack' },
    { document: 'RFC3261', section: '20.35 Server' },
  ],
  findings: {
    SIP_OTHER_PRODUCT: {
      severity: 'warning',
      affects: 'calls',
      message: 'What answers SIP as {host} on port {port} calls itself {server} and not an Expressway',
      consequenceOf: [strangerThere, { code: 'CERT_PORTS_DIFFER', within: 'service' }, ...wrongCertificate],
    },
  },
  judge({ subject, readings: { sip } }) {
    if (subject.expected !== 'open') return notApplicable('the port has to be closed from here');
    if (sip.server === undefined) return unknown('what answered did not name itself');
    return /\bTANDBERG\b/i.test(sip.server)
      ? pass
      : fail({ code: 'SIP_OTHER_PRODUCT', evidence: { server: sip.server } });
  },
});
