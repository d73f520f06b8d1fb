import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';
import { allNames, someOf } from '../../names.ts';

/** A server that chooses its certificate by the name it is asked for has something in front of it that is no Expressway. */
export const withoutName = defineCheck({
  id: 'certificate/without-name',
  holds: 'The server shows the same certificate to clients that name no server',
  about: 'service',
  needs: ['survey'],
  sources: [
    { document: 'R1', section: 'inspection of SIP by firewalls' },
    { document: 'RFC9325', section: 'Server Name Indication (SNI)' },
  ],
  findings: {
    CERT_SNI_DIFFERS: {
      severity: 'info',
      affects: 'of-service',
      message:
        '{host}:{port} shows another certificate ({seen}) to clients that do not send the name of the server',
    },
  },
  judge({ readings: { survey } }) {
    const { serverName, rsa, ecdsa, withoutName: nameless } = survey;
    if (serverName === '') return notApplicable('the server is known by its address only');
    if (nameless === undefined) return unknown('it could not be told what a client without a name is shown');
    if (nameless === 'none') return pass;
    const named = [rsa, ecdsa].flatMap(shown => (typeof shown === 'object' ? [shown.certificate] : []));
    if (named.length === 0) return unknown('no certificate was seen by name');
    const { certificate } = nameless;
    if (named.some(({ fingerprint }) => fingerprint === certificate.fingerprint)) return pass;
    return fail({
      code: 'CERT_SNI_DIFFERS',
      evidence: { certificate: certificate.fingerprint, seen: someOf(allNames(certificate)) },
    });
  },
});
