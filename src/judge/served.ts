import type { Certificate, TlsReading } from '../../probes/index.ts';
import type { Authority } from '../model/deployment.ts';
import type { ServiceSubject } from '../model/subject.ts';
import { notApplicable, type RoundView, unknown, type Verdict } from './check.ts';

const edgePurposes = ['edge-https', 'edge-sip', 'edge-xmpp'];

/** Whether clients outside meet this certificate; every other listener is met by the own servers only. */
export function isEdge(subject: ServiceSubject): boolean {
  return subject.role === 'expressway_e' && edgePurposes.includes(subject.purpose);
}

/** Judges the certificate that the server shows for itself; what has to be closed is judged as a port only. */
export function ofLeaf<Code extends string>(
  subject: ServiceSubject,
  tls: TlsReading,
  judge: (leaf: Certificate) => Verdict<Code>,
): Verdict<Code> {
  if (subject.expected !== 'open') return notApplicable('nothing is wanted of this port from here');
  const [leaf] = tls.chain;
  if (leaf) return judge(leaf);
  const { code, reason } = tls.failure ?? {};
  return unknown(`no certificate was seen (${code ?? reason ?? 'the server sent none'})`);
}

type Holder = 'expressway_e' | 'expressway_c';

/** Which Expressway meets this certificate inside, and so has to trust its authority. */
export function holderFor({ role }: ServiceSubject): Holder {
  return role === 'expressway_c' ? 'expressway_e' : 'expressway_c';
}

/**
 * The lists of trusted authorities by which somebody judges what this server shows, as far as they are at hand: Expressways
 * each other's, Expressway-C those of the servers inside. Phones with a fixed list make Expressway-E one of its own.
 */
export function listsFor(
  subject: ServiceSubject,
  { deployment: { trustedAuthorities: lists = {}, phones } }: RoundView,
): readonly { readonly role: Holder; readonly list: readonly Authority[] }[] {
  const other = holderFor(subject);
  const itself = subject.role === 'expressway_e' && phones?.trustAnchors !== undefined;
  const holders: readonly Holder[] = itself ? [other, 'expressway_e'] : [other];
  return holders.flatMap(role => (lists[role] ? [{ role, list: lists[role] }] : []));
}

/** A certificate on the way to the root, and what it is there. */
export type OnPath = { readonly certificate: Certificate; readonly part: string };

/**
 * The sent certificates that a client uses, leaf first. A surplus certificate is none of them, nor is the cross-signed copy of
 * a root that the trust store has itself: clients do not look at its dates.
 */
export function pathOf({ chain, path }: TlsReading): readonly OnPath[] {
  const [leaf] = chain;
  if (!leaf) return [];
  const members = [leaf];
  for (let last = leaf; !last.selfSigned; ) {
    const { issuer } = last;
    const next = chain
      .filter(candidate => candidate.subject === issuer && !members.includes(candidate))
      .sort((a, b) => Date.parse(b.notAfter) - Date.parse(a.notAfter))[0];
    if (!next || (path?.end === 'anchored' && next.subject === path.endName && !next.selfSigned)) break;
    members.push(next);
    last = next;
  }
  return members.map((certificate, index) => {
    if (index === 0) return { certificate, part: 'server certificate' };
    const kind = certificate.selfSigned ? 'root' : 'intermediate';
    return { certificate, part: `${kind} certificate ${certificate.subject}` };
  });
}

/**
 * Every authority above the certificate, as far as it is known: those of the path that we follow, and those of other paths
 * through what the server sends, which somebody with other roots may follow.
 */
export function namesOnPath({ chain, path }: TlsReading): readonly string[] {
  const [leaf] = chain;
  const names = new Set(leaf ? [leaf.issuer] : []);
  // A set hands out what is added while it is walked.
  for (const name of names) for (const { subject, issuer } of chain) if (subject === name) names.add(issuer);
  return [...names, ...(path ? [...path.suppliedByStore, path.endName] : [])];
}

/** What the issuer is that ends an incomplete path, and the server of the deployment that does send it. */
export type MissingIssuer = {
  readonly kind: 'intermediate' | 'root' | 'unclear';
  readonly sentBy?: string;
};

/**
 * Judges the issuer that a server did not send. Another server that sends it shows what it is. A server that sends an
 * intermediate leaves out the root, as it may; one that sends nothing but its own certificate may lack either.
 */
export function missingIssuer(tls: TlsReading, round: RoundView): MissingIssuer | undefined {
  if (tls.path?.end !== 'incomplete') return undefined;
  const name = tls.path.endName;
  for (const { subject, reading } of round.readings('tls')) {
    const sent = reading.chain.find(certificate => certificate.isCa && certificate.subject === name);
    if (sent && 'host' in subject)
      return { kind: sent.selfSigned ? 'root' : 'intermediate', sentBy: subject.host };
  }
  return { kind: pathOf(tls).length > 1 ? 'root' : 'unclear' };
}

/** A certificate that is another host's, or that has to be replaced anyway, is no separate cause for what else it lacks. */
export const wrongCertificate = [
  { code: 'CERT_HOST_MISMATCH', within: 'service' },
  { code: 'CERT_SELF_SIGNED', within: 'service' },
] as const;
