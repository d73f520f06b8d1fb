import type { Certificate } from '../../probes/index.ts';
import { isAddress, sameAddress } from './address.ts';
import { nameKey, sameName } from './answers.ts';

/** Whether a dNSName stands for a host: letter case aside, `*` for exactly the leftmost label. RFC 9525 section 6.3. */
export function standsFor(name: string, host: string): boolean {
  const pattern = nameKey(name);
  const wanted = nameKey(host);
  if (!pattern.startsWith('*.')) return pattern === wanted;
  const dot = wanted.indexOf('.');
  return dot > 0 && wanted.slice(dot) === pattern.slice(1);
}

/** Whether the alternative names hold this very name, letter case aside; a wildcard does not count. */
export function lists(certificate: Certificate, name: string): boolean {
  return certificate.names.dns.some(entry => sameName(entry, name));
}

/** Whether the certificate is made out to a host name or an address; the common name counts only without any SAN. */
export function isMadeOutTo(certificate: Certificate, host: string): boolean {
  const { names, commonName } = certificate;
  const hasNames = Object.values(names).some(list => list.length > 0);
  const candidates = hasNames ? (isAddress(host) ? names.ip : names.dns) : [commonName ?? ''];
  if (!isAddress(host)) return candidates.some(name => standsFor(name, host));
  return candidates.some(address => sameAddress(address, host));
}

/** Every name and address in the certificate, as it is written there. */
export function allNames(certificate: Certificate): readonly string[] {
  const { dns, ip, srv, xmpp, uri } = certificate.names;
  const names = [...dns, ...ip, ...srv, ...xmpp, ...uri];
  return names.length > 0 ? names : certificate.commonName ? [certificate.commonName] : [];
}

/** A few names for a sentence; the evidence holds the whole list. */
export function someOf(names: readonly string[]): string {
  if (names.length === 0) return 'no name';
  const few = names.slice(0, 4).join(', ');
  return names.length > 4 ? `${few} and ${names.length - 4} more` : few;
}
