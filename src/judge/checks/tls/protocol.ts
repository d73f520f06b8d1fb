import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';

const old: ReadonlySet<string> = new Set(['SSLv3', 'TLSv1', 'TLSv1.1']);

/** A server that can do better does not settle for a version of TLS before 1.2. */
export const protocol = defineCheck({
  id: 'tls/protocol',
  holds: 'The port speaks TLS 1.2 or later',
  about: 'service',
  needs: ['tls'],
  sources: [
    { document: 'RFC8996', section: 'Do Not Use TLS 1.0' },
    { document: 'R21', section: 'TLS versions and ciphers' },
  ],
  findings: {
    TLS_PROTOCOL_OLD: {
      severity: 'warning',
      affects: 'of-service',
      message: '{host} ({address}) speaks no newer version than {seen} on {port} ({title})',
    },
  },
  judge({ subject, readings: { tls } }) {
    if (subject.expected !== 'open') return notApplicable('the port has to be closed from here');
    if (tls.protocol === undefined) return unknown('no version of TLS was agreed on');
    return old.has(tls.protocol)
      ? fail({ code: 'TLS_PROTOCOL_OLD', evidence: { seen: tls.protocol } })
      : pass;
  },
});
