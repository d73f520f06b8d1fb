import { isAddress } from '../../address.ts';
import { defineCheck, fail, notApplicable, pass } from '../../check.ts';
import { allNames, isMadeOutTo, someOf } from '../../names.ts';
import { isEdge, ofLeaf } from '../../served.ts';
import { strangerThere } from '../../unreached.ts';

/** A server's certificate carries the name by which it is reached: SRV target outside, declared name inside. */
export const sanHostName = defineCheck({
  id: 'certificate/san-host-name',
  holds: 'The certificate is made out to the name by which the server is reached',
  about: 'service',
  needs: ['tls'],
  sources: [
    {
      document: 'D1',
      section: 'Configuring Encrypted Expressway Traversal Zones',
      requirements: ['CRT-78', 'NET-29'],
    },
    {
      document: 'D1',
      section: 'Configuring Secure Communications',
      requirements: ['CRT-38'],
      versions: 'X8.10 and later; X8.2 says the same',
    },
    {
      document: 'D1',
      section: 'Cisco Unified Communications Manager Certificates',
      requirements: ['CRT-39'],
      versions: 'Collaboration Systems Release 10.5.2',
    },
    { document: 'D0', section: 'Certificate Exchange Requirements', requirements: ['CRT-40', 'CRT-47'] },
    {
      document: 'D1',
      section: 'Discover Unified CM Servers',
      requirements: ['PORT-37', 'PORT-38', 'CRT-68'],
    },
    {
      document: 'D2',
      section: '(Optional) Using SRVs to create Alias FQDNs for Expressway-E',
      requirements: ['DNS-62', 'DNS-07'],
    },
    { document: 'RFC9525', section: 'Matching the DNS Domain Name Portion' },
  ],
  findings: {
    CERT_HOST_MISMATCH: {
      severity: 'critical',
      affects: 'of-service',
      message: '{host}:{port} shows a certificate that is made out to {seen}, not to {wanted}',
      consequenceOf: [strangerThere],
    },
  },
  judge({ subject, readings }) {
    if (isEdge(subject) && isAddress(subject.host))
      return notApplicable('clients reach it by a name that is not declared');
    return ofLeaf(subject, readings.tls, leaf => {
      if (isMadeOutTo(leaf, subject.host)) return pass;
      const names = allNames(leaf);
      return fail({
        code: 'CERT_HOST_MISMATCH',
        evidence: {
          certificate: leaf.fingerprint,
          wanted: subject.host,
          seen: someOf(names),
          names,
          issuer: leaf.issuer,
        },
      });
    });
  },
});
