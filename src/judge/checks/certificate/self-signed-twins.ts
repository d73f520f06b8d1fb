import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';

/**
 * Expressway-C finds a self-signed certificate by its name and stops at the first: of a tomcat and a CallManager certificate
 * with one name it trusts only one, and secure HTTP or secure SIP fails.
 */
export const selfSignedTwins = defineCheck({
  id: 'certificate/self-signed-twins',
  holds: 'The tomcat and CallManager certificates of a Unified CM are not both self-signed under one name',
  about: 'node',
  roles: ['unified_cm'],
  needs: [],
  sources: [
    {
      document: 'D0',
      section: 'CUCM Servers Using Self-Signed Certificates',
      requirements: ['CRT-33'],
    },
    {
      document: 'D1',
      section: 'Cisco Unified Communications Manager Certificates',
      requirements: ['CRT-32'],
    },
  ],
  findings: {
    CERT_SELF_SIGNED_TWINS: {
      severity: 'critical',
      affects: 'calls',
      message:
        '{host} shows two different self-signed certificates named {name}, for HTTPS and for SIP, and Expressway-C can trust only one of them',
    },
  },
  judge({ subject, round }) {
    const services = round
      .subjects('service')
      .filter(service => service.role === 'unified_cm' && service.host === subject.host)
      .filter(service => service.expected === 'open');
    const leaves = (purpose: string) =>
      services
        .filter(service => service.purpose === purpose)
        .flatMap(service => round.reading(service.id, 'tls')?.chain.slice(0, 1) ?? []);
    if (services.length === 0) return notApplicable('Unified CM is not looked at from here');
    const [tomcat] = leaves('uds-https');
    const [callManager] = leaves('sip-tls');
    if (!tomcat || !callManager) return unknown('the certificates for HTTPS and for SIP were not both seen');
    const named = tomcat.commonName ?? tomcat.subject;
    const alike = named === (callManager.commonName ?? callManager.subject);
    const twins = tomcat.selfSigned && callManager.selfSigned && alike;
    if (!twins || tomcat.fingerprint === callManager.fingerprint) return pass;
    return fail({
      code: 'CERT_SELF_SIGNED_TWINS',
      evidence: { certificate: tomcat.fingerprint, otherCertificate: callManager.fingerprint, name: named },
    });
  },
});
