import type { X509Certificate } from 'node:crypto';
import { isSelfSigned, isSignedBy, oneLine } from '../x509/certificate.ts';

/** Trust anchors by the canonical form of their subject. */
export type Anchors = ReadonlyMap<string, readonly X509Certificate[]>;

/** How the path from the leaf ends, as `TlsReading.path` tells it. */
export type CertificatePath = {
  readonly end: 'anchored' | 'untrusted-root' | 'incomplete';
  readonly endName: string;
  readonly suppliedByStore: readonly string[];
  readonly inOrder: boolean;
};

/** Puts trust anchors in order for `searchPath`. */
export function indexAnchors(certificates: readonly X509Certificate[]): Anchors {
  return Map.groupBy(certificates, certificate => canonical(certificate.subject));
}

const maxDepth = 20;
const maxSteps = 200;

type Found = { readonly end: CertificatePath['end']; readonly path: readonly X509Certificate[] };

/**
 * Looks for the best path from the first certificate to a trust anchor, through what was sent and through the anchors, trying
 * every issuer of the right name whose key verifies the signature. Dates are left aside. A certificate that is itself an anchor
 * ends the path, also when it is no root (as OpenSSL does with partial chains). Cross-signed and cyclic input is bounded: no
 * certificate stands twice in one path, and the number of steps has a limit.
 */
export function searchPath(
  sent: readonly X509Certificate[],
  ...anchors: readonly Anchors[]
): CertificatePath | undefined {
  const leaf = sent[0];
  if (leaf === undefined) return undefined;
  const trusted = (subject: string) => anchors.flatMap(index => index.get(canonical(subject)) ?? []);
  const isAnchor = (certificate: X509Certificate) =>
    trusted(certificate.subject).some(anchor => same(anchor, certificate));
  let steps = 0;

  function extend(path: readonly X509Certificate[]): Found {
    const last = path.at(-1)!;
    if (isAnchor(last)) return { end: 'anchored', path };
    if (isSelfSigned(last)) return { end: 'untrusted-root', path };
    let best: Found = { end: 'incomplete', path };
    // What is trusted goes first, as in OpenSSL: a re-issued root in the store beats the old one that was sent.
    const issuers = [
      ...trusted(last.issuer),
      ...sent.filter(other => other.ca && canonical(other.subject) === canonical(last.issuer)),
    ];
    for (const issuer of issuers) {
      if (path.length >= maxDepth || ++steps > maxSteps) break;
      if (path.some(earlier => same(earlier, issuer))) continue;
      if (!last.checkIssued(issuer) || !isSignedBy(last, issuer)) continue;
      const found = extend([...path, issuer]);
      if (rank(found) > rank(best)) best = found;
      if (best.end === 'anchored') break;
    }
    return best;
  }

  const { end, path } = extend([leaf]);
  const last = path.at(-1)!;
  const positions = path
    .map(certificate => sent.findIndex(other => same(other, certificate)))
    .filter(position => position >= 0);
  return {
    end,
    endName: oneLine(end === 'incomplete' ? last.issuer : last.subject),
    suppliedByStore: path
      .filter(certificate => !sent.some(other => same(other, certificate)) && !isSelfSigned(certificate))
      .map(certificate => oneLine(certificate.subject)),
    inOrder: positions.every((position, i) => i === 0 || position > positions[i - 1]!),
  };
}

function rank({ end, path }: Found): number {
  return { anchored: 2, 'untrusted-root': 1, incomplete: 0 }[end] * (maxDepth + 1) + path.length;
}

function same(a: X509Certificate, b: X509Certificate): boolean {
  return a === b || a.raw.equals(b.raw);
}

/** RFC 5280 section 7.1 as OpenSSL does it: letter case and runs of blanks do not count. */
function canonical(name: string | undefined): string {
  return (name ?? '').toLowerCase().replace(/[ \t]+/g, ' ');
}
