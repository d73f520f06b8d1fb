import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';

const old: ReadonlySet<string> = new Set(['TLSv1', 'TLSv1.1']);

/** Whoever speaks TLS 1.2 has no need to go on speaking what came before. */
export const oldVersions = defineCheck({
  id: 'tls/old-versions',
  holds: 'The port refuses versions of TLS before 1.2',
  about: 'service',
  needs: ['survey'],
  sources: [
    { document: 'RFC8996', section: 'Do Not Use TLS 1.0' },
    { document: 'R21', section: 'TLS versions and ciphers' },
  ],
  findings: {
    TLS_OLD_ACCEPTED: {
      severity: 'info',
      affects: 'of-service',
      message: '{host} ({address}) still agrees to {versions} on {port} ({title})',
    },
  },
  judge({ readings: { survey } }) {
    const { accepted, refused } = survey;
    const tooOld = accepted.filter(version => old.has(version));
    if (accepted.length === 0) return unknown('no version of TLS was agreed on');
    if (tooOld.length === accepted.length) return notApplicable('the port speaks nothing newer');
    if (tooOld.length > 0)
      return fail({
        code: 'TLS_OLD_ACCEPTED',
        evidence: { versions: tooOld.map(version => version.replace(/^TLSv1$/, 'TLSv1.0')) },
      });
    return [...old].every(version => refused.some(one => one === version))
      ? pass
      : unknown('it could not be told whether old versions are refused');
  },
});
