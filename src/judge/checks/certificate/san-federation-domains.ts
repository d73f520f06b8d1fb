import type { Certificate } from '../../../../probes/index.ts';
import { sameName } from '../../answers.ts';
import { defineCheck, fail, notApplicable, pass } from '../../check.ts';
import { allNames, lists, someOf } from '../../names.ts';
import { ofLeaf, wrongCertificate } from '../../served.ts';

/** As dNSName; the XMPP forms of RFC 6120 serve the peers as well. */
function carries(certificate: Certificate, domain: string): boolean {
  const { xmpp, srv } = certificate.names;
  const forms = [...xmpp, ...srv.map(name => name.replace(/^_xmpp-server[.]/i, ''))];
  return lists(certificate, domain) || forms.some(form => sameName(form, domain));
}

/** Federated servers look for the federation domain in the certificate of Expressway-E. */
export const sanFederationDomains = defineCheck({
  id: 'certificate/san-federation-domains',
  holds: 'The certificate of Expressway-E carries every XMPP federation domain',
  about: 'service',
  roles: ['expressway_e'],
  needs: ['tls'],
  sources: [
    {
      document: 'D0',
      section: 'CSR Requirements for Expressway Servers',
      requirements: ['CRT-08'],
    },
    {
      document: 'D1',
      section: 'Expressway-E server certificate requirements',
      requirements: ['CRT-09'],
      versions: 'X8.10 advises against the XMPPAddress format, X8.2 calls it unsure',
    },
  ],
  findings: {
    CERT_SAN_FEDERATION_MISSING: {
      severity: 'warning',
      affects: 'messaging',
      message: '{host}:{port} shows a certificate without the XMPP federation domain {domains}',
      consequenceOf: wrongCertificate,
    },
    CERT_SAN_XMPP_ADDRESS: {
      severity: 'info',
      affects: 'messaging',
      message:
        '{host}:{port} shows a certificate that names the XMPP federation domain {domains} in the XMPPAddress format only, which Expressway advises against',
      consequenceOf: wrongCertificate,
    },
  },
  judge({ subject, readings, round }) {
    const { xmppFederationDomains } = round.deployment;
    if (xmppFederationDomains.length === 0) return notApplicable('no XMPP federation domain is declared');
    return ofLeaf(subject, readings.tls, leaf => {
      const domains = xmppFederationDomains.filter(domain => !carries(leaf, domain));
      const names = allNames(leaf);
      const evidence = { certificate: leaf.fingerprint, seen: someOf(names), names };
      if (domains.length > 0)
        return fail({ code: 'CERT_SAN_FEDERATION_MISSING', evidence: { ...evidence, domains } });
      const advised = xmppFederationDomains.filter(
        domain => !carries({ ...leaf, names: { ...leaf.names, xmpp: [] } }, domain),
      );
      return advised.length === 0
        ? pass
        : fail({ code: 'CERT_SAN_XMPP_ADDRESS', evidence: { ...evidence, domains: advised } });
    });
  },
});
