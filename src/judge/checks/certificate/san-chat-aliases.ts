import { defineCheck, fail, notApplicable, pass } from '../../check.ts';
import { allNames, someOf, standsFor } from '../../names.ts';
import { ofLeaf, wrongCertificate } from '../../served.ts';

/** Group chat over TLS with federated contacts needs the chat node aliases in the certificates of both Expressways. */
export const sanChatAliases = defineCheck({
  id: 'certificate/san-chat-aliases',
  holds: 'The certificates of Expressway-C and Expressway-E carry every chat node alias',
  about: 'service',
  roles: ['expressway_e', 'expressway_c'],
  needs: ['tls'],
  sources: [
    {
      document: 'D0',
      section: 'CSR Requirements for Expressway Servers',
      requirements: ['CRT-10', 'CRT-11', 'CRT-13', 'CRT-59', 'CRT-60'],
    },
    {
      document: 'D1',
      section: 'Expressway-C server certificate requirements',
      requirements: ['CRT-12'],
    },
  ],
  findings: {
    CERT_SAN_CHAT_ALIAS_MISSING: {
      severity: 'warning',
      affects: 'messaging',
      message: '{host}:{port} shows a certificate without the chat node alias {aliases}',
      consequenceOf: wrongCertificate,
    },
  },
  judge({ subject, readings, round }) {
    const { chatNodeAliases } = round.deployment;
    if (chatNodeAliases.length === 0) return notApplicable('no chat node alias is declared');
    return ofLeaf(subject, readings.tls, leaf => {
      const aliases = chatNodeAliases.filter(alias => !leaf.names.dns.some(name => standsFor(name, alias)));
      if (aliases.length === 0) return pass;
      const names = allNames(leaf);
      return fail({
        code: 'CERT_SAN_CHAT_ALIAS_MISSING',
        evidence: { certificate: leaf.fingerprint, aliases, seen: someOf(names), names },
      });
    });
  },
});
