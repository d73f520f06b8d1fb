import { X509Certificate } from 'node:crypto';
import { readXmlSettings } from './settings.ts';

/** A certificate that lay in an archive, with what was read of it; `pem` is there for whoever judges it. */
export type FoundCertificate = {
  readonly file: string;
  readonly subject: string;
  readonly issuer: string;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly names: readonly string[];
  readonly fingerprint: string;
  readonly pem: string;
};

/** A setting of an Expressway, as its configuration dump says. */
export type FoundSetting = { readonly file: string; readonly name: string; readonly value: string };

/** What files of an archive that are no logs hold. */
export type Collected = {
  readonly certificates: readonly FoundCertificate[];
  readonly settings: readonly FoundSetting[];
  readonly versions: readonly string[];
};

/** Which files are read whole instead of searched. */
export function kindOfFile(name: string, head: Buffer): 'certificates' | 'settings' | 'status' | 'log' {
  const base = name.replace(/^.*[/\\]/, '').toLowerCase();
  if (/^xconf_?dump|^xconfiguration|[.]settings$/.test(base)) return 'settings';
  if (/^xstat_?dump|^xstatus/.test(base)) return 'status';
  if (head.subarray(0, 4096).includes('-----BEGIN CERTIFICATE-----')) return 'certificates';
  return 'log';
}

/** Files read whole are read up to here. */
export const maxCollectedBytes = 32 * 1024 * 1024;
const maxCertificates = 500;
const maxSettings = 50_000;

/** The certificates of a PEM file, in its order; `refused` hears how many could not be read. */
export function readCertificates(
  file: string,
  text: string,
  refused: (message: string) => void,
): readonly FoundCertificate[] {
  const pems = text.match(/-----BEGIN CERTIFICATE-----[^-]{1,65536}-----END CERTIFICATE-----/g) ?? [];
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text))
    refused('holds a private key; take it out before you pass it on');
  if (pems.length > maxCertificates) refused(`holds more than ${maxCertificates} certificates`);
  return pems.slice(0, maxCertificates).flatMap((pem, index) => {
    try {
      const certificate = new X509Certificate(pem);
      return [
        {
          file,
          subject: oneLine(certificate.subject),
          issuer: oneLine(certificate.issuer),
          notBefore: certificate.validFromDate.toISOString(),
          notAfter: certificate.validToDate.toISOString(),
          names: (certificate.subjectAltName ?? '').split(', ').filter(name => name !== ''),
          fingerprint: certificate.fingerprint256,
          pem,
        },
      ];
    } catch {
      refused(`certificate ${index + 1} cannot be read`);
      return [];
    }
  });
}

const oneLine = (name: string | undefined) => (name ?? '').replaceAll('\n', ', ');

/** Words that a setting of a secret has in its name; how long credentials live is none. */
const secretName =
  /password|secret|passphrase|private ?key|community|credential(?!ttl\b|s? ?(?:checks|refresh|cleanup|ttl))/i;

/**
 * The settings of a configuration export: `xConfiguration A B: "value"` lines, also as `*c` lines, or XML. Values of secrets
 * are left out.
 */
export function readSettings(file: string, text: string): readonly FoundSetting[] {
  const found = /^\s*</.test(text) ? readXmlSettings(text) : readTextSettings(text);
  return found.map(([name, value]) => ({
    file,
    name,
    value: secretName.test(name) ? '<hidden>' : value,
  }));
}

function readTextSettings(text: string): readonly (readonly [name: string, value: string])[] {
  const line =
    /^[ \t]*(?:[*]c[ \t]+)?(?:xConfiguration[ \t]+)?([A-Z][\w.-]*(?:[ \t]+[\w.-]+){0,14}):[ \t]*("[^"\n]{0,4000}"|[^\s"][^\n]{0,4000})?[ \t\r]*$/gim;
  const settings: (readonly [string, string])[] = [];
  for (const [, name, value = ''] of text.matchAll(line)) {
    if (settings.length >= maxSettings) break;
    settings.push([name!.replaceAll(/\s+/g, ' '), value.trim().replace(/^"(.*)"$/, '$1')]);
  }
  return settings;
}

/** The software version in a status dump. */
export function readVersions(text: string): readonly string[] {
  const found = text.matchAll(
    /\bVersion(?:\s+item="\d+")?\s*[:>]\s*"?\s*(X\d{1,2}(?:[.]\d{1,3}){0,3}\w{0,12})/g,
  );
  return [...new Set([...found].map(([, version]) => version!))];
}
