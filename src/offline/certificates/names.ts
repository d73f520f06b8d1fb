import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { type Fields, nameText } from './fields.ts';
import { called, type Reason } from './path.ts';

/**
 * Why a client that looks for `host` refuses the certificate; empty when it does not. Only the alternative names count, a
 * wildcard is the whole leftmost label and stands for exactly one, and never for a label right below the top. RFC 9525.
 */
export function nameReasons(leaf: Fields, host: string): readonly Reason[] {
  const address = addressBytes(host.replace(/^\[(.*)\]$/, '$1'));
  const names = leaf.alternativeNames ?? [];
  const wanted = domainToASCII(host).toLowerCase().replace(/\.$/, '');
  const matches = names.some(name =>
    address
      ? name.type === 'ip' && name.bytes.equals(address)
      : name.type === 'dns' && matchesHost(name.value.toLowerCase(), wanted),
  );
  if (matches) return [];
  const certificate = leaf.summary.fingerprint;
  const usable = names.filter(({ type }) => type === (address ? 'ip' : 'dns'));
  if (usable.length === 0) {
    const kind = address ? 'IP address' : 'DNS name';
    const commonName = leaf.summary.commonName?.toLowerCase();
    const only = commonName === wanted ? '; clients do not look at the common name' : '';
    const text = `${called(leaf)} has no ${kind} among its alternative names${only}.`;
    return [{ code: 'name-missing', text, certificate }];
  }
  const few = usable.slice(0, 4).map(nameText).join(', ');
  const more = usable.length > 4 ? ` and ${usable.length - 4} more` : '';
  return [
    {
      code: 'name-mismatch',
      text: `${called(leaf)} is made out to ${few}${more}, not to ${host}.`,
      certificate,
    },
  ];
}

function matchesHost(name: string, host: string): boolean {
  if (host === '' || isIP(name) !== 0) return false;
  if (!name.includes('*')) return name === host;
  const rest = name.slice(1);
  if (!name.startsWith('*.') || rest.includes('*') || rest.slice(1).split('.').length < 2) return false;
  const dot = host.indexOf('.');
  return dot > 0 && host.slice(dot) === rest;
}

/** The 4 or 16 bytes of an address; undefined for what is none. */
export function addressBytes(text: string): Buffer | undefined {
  if (isIP(text) === 4) return Buffer.from(text.split('.').map(Number));
  if (isIP(text) !== 6 || text.includes('%')) return undefined;
  const groups = new URL(`http://[${text}]`).hostname.slice(1, -1).split('::');
  const [head = [], tail = []] = groups.map(side => side.split(':').filter(group => group !== ''));
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  const bytes = Buffer.alloc(16);
  [...head, ...zeros, ...tail].forEach((group, i) => {
    bytes.writeUInt16BE(Number.parseInt(group, 16), 2 * i);
  });
  return bytes;
}
