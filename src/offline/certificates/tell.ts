import type { Cause, Severity } from '../../model/finding.ts';
import { type Role, roleNames } from '../../model/subject.ts';
import type { Assessment } from './assess.ts';
import type { Fields } from './fields.ts';
import type { Reason } from './path.ts';

/** Everything that `mradar certificate` found out; text and JSON are functions of it. */
export type Outcome = {
  /** What was looked at: file names, or `host:port`. */
  readonly source: string;
  readonly at: string;
  readonly host?: string;
  readonly role?: Role;
  /** Absent when there was no readable certificate to assess. */
  readonly assessment?: Assessment;
  readonly reasons: readonly Reason[];
  readonly notes: readonly string[];
  /** Judged by the rules of the role; absent without one. */
  readonly judged?: {
    readonly causes: readonly Cause[];
    readonly passed: readonly { readonly check: string; readonly holds: string }[];
  };
  /** Where certificates came from, by fingerprint. */
  readonly origin: ReadonlyMap<string, string>;
  readonly live?: {
    readonly address: string;
    readonly protocol?: string;
    /** OpenSSL's own verdict on the same certificates, which follows one path only and looks at no name. */
    readonly openssl?: { readonly trusted: boolean; readonly code?: string };
  };
};

export type Status = 'ok' | 'warning' | 'critical';

const statusOf: Readonly<Record<Severity, Status>> = { critical: 'critical', warning: 'warning', info: 'ok' };

/** The worst of the verdict and of what the role demands. */
export function statusOfOutcome({ reasons, judged }: Outcome): Status {
  if (reasons.length > 0) return 'critical';
  const all = (judged?.causes ?? []).map(({ severity }) => statusOf[severity]);
  return all.includes('critical') ? 'critical' : all.includes('warning') ? 'warning' : 'ok';
}

/** The stable form described in docs/certificate.md. */
export function toData(outcome: Outcome) {
  const { source, at, host, role, assessment, reasons, notes, judged, origin, live } = outcome;
  return {
    schema: 1,
    verdict: reasons.length === 0 ? 'trusted' : 'not-trusted',
    reasons,
    notes,
    status: statusOfOutcome(outcome),
    ...{ source, at },
    ...(host !== undefined && { host }),
    ...(role !== undefined && { role }),
    chain: (assessment?.found.path ?? []).map(one => chainEntry(one, at, origin)),
    ...(assessment && {
      end: assessment.found.end,
      order: assessment.order.map(({ summary }) => summary.subject),
      inOrder: assessment.inOrder,
      missing: assessment.lacking,
    }),
    ...(judged && {
      findings: judged.causes.flatMap(({ findings, consequences, entry, code }) => [
        ...findings.map(one => ({ ...plain(one), ...(entry && { entry: entry.id, remedy: entry.remedy }) })),
        ...consequences.map(one => ({ ...plain(one), because: code })),
      ]),
      passed: judged.passed.map(({ check }) => check),
    }),
    ...(live && { live }),
  };
}

function plain({ code, severity, check, message }: Cause['findings'][number]) {
  return { code, severity, check, message };
}

function chainEntry({ summary }: Fields, at: string, origin: Outcome['origin']) {
  const { subject, issuer, commonName, serial, fingerprint, notBefore, notAfter } = summary;
  const { key, signature, isCa, selfSigned, names, extendedKeyUsage } = summary;
  return {
    ...{ subject, issuer, ...(commonName !== undefined && { commonName }), serial, fingerprint },
    ...{ notBefore, notAfter, daysLeft: days(at, notAfter), lifetimeDays: days(notBefore, notAfter) },
    ...{ key, signature, isCa, selfSigned, names },
    ...(extendedKeyUsage && { extendedKeyUsage }),
    from: origin.get(fingerprint) ?? 'trust store',
  };
}

/** Whole days from one moment to another; null when one of them is unreadable. */
function days(from: string, to: string): number | null {
  const ms = Date.parse(to) - Date.parse(from);
  return Number.isNaN(ms) ? null : Math.floor(ms / 86_400_000);
}

const usageNames: Readonly<Record<string, string>> = {
  '1.3.6.1.5.5.7.3.1': 'serverAuth',
  '1.3.6.1.5.5.7.3.2': 'clientAuth',
  '2.5.29.37.0': 'any',
};

/** For a terminal: the verdict, why, what is in the certificate, what to do. */
export function toText(outcome: Outcome): string {
  const { source, at, host, role, assessment, reasons, notes, judged, live } = outcome;
  const verdict = reasons.length === 0 ? 'trusted' : 'NOT TRUSTED';
  const lines = [`${source}: ${verdict}${host ? ` as ${host}` : ''} on ${at.slice(0, 10)}`];
  for (const { code, text } of reasons) lines.push(` x ${text}  ${code}`);
  if (assessment) {
    const leaf = assessment.found.path[0]!.summary;
    const all = [
      ...leaf.names.dns,
      ...leaf.names.ip,
      ...leaf.names.srv,
      ...leaf.names.xmpp,
      ...leaf.names.uri,
    ];
    const usages = leaf.extendedKeyUsage?.map(oid => usageNames[oid] ?? oid).join(', ') ?? 'not limited';
    lines.push(
      '',
      `names     ${all.join(', ') || `none but the common name ${leaf.commonName ?? '(none)'}`}`,
    );
    lines.push(`purposes  ${usages}`, '', 'path');
    for (const [i, one] of assessment.found.path.entries()) lines.push(...pathLines(one, i, outcome));
    lines.push(...orderLines(assessment));
  }
  if (judged && role) {
    const { causes, passed } = judged;
    lines.push(
      '',
      `rules for ${roleNames[role]}: ${causes.length === 0 ? 'all kept' : `${causes.length} broken`}`,
    );
    for (const cause of causes) {
      lines.push(` ${cause.severity.toUpperCase()}  ${cause.title}  ${cause.code}`);
      for (const [i, step] of (cause.entry?.remedy ?? []).entries()) lines.push(`     ${i + 1} ${step}`);
      if (cause.entry) lines.push(`     more: mradar explain ${cause.entry.id}  (${cause.entry.source})`);
    }
    for (const { holds } of passed) lines.push(` ok  ${holds}`);
  }
  if (notes.length > 0) lines.push('', ...notes.map(note => `note: ${note}`));
  if (live?.openssl && live.openssl.trusted !== (assessment?.found.reasons.length === 0))
    lines.push(
      `note: OpenSSL says ${live.openssl.trusted ? 'trusted' : `not trusted (${live.openssl.code})`}, which follows one path only.`,
    );
  lines.push('note: Revocation is not looked at.');
  return `${lines.join('\n')}\n`;
}

function pathLines({ summary }: Fields, i: number, { at, origin }: Outcome): string[] {
  const { subject, commonName, key, signature, notBefore, notAfter, fingerprint, selfSigned } = summary;
  const size = key.curve ?? (key.bits === undefined ? '' : `${key.bits}`);
  const left = days(at, notAfter);
  const rest =
    left === null
      ? 'unreadable dates'
      : left < 0
        ? `expired ${-left} days ago`
        : `${left} of ${days(notBefore, notAfter)} days left`;
  return [
    ` ${i + 1}  ${commonName ?? (subject || '(no name)')}${selfSigned ? '  (self-signed)' : ''}`,
    `      ${key.type} ${size}, ${signature}, to ${notAfter.slice(0, 10)} (${rest}), from ${origin.get(fingerprint) ?? 'the trust store'}`,
  ];
}

function orderLines({ order, inOrder, lacking, found }: Assessment): string[] {
  const lines: string[] = [];
  if (found.end !== 'anchored')
    lines.push(
      ` -  ${found.end === 'incomplete' ? 'the path ends here: the issuer is missing' : 'this root is not trusted'}`,
    );
  for (const { subject, url, inTrust } of lacking)
    lines.push(
      inTrust
        ? `add       ${subject}: it was found among the trust anchors only, and the server has to send it`
        : `add       ${subject || '(an issuer without a name)'}${url === undefined ? '' : `, which ${url} gives`}`,
    );
  if (!inOrder)
    lines.push(`order     ${order.map(({ summary }) => summary.commonName ?? summary.subject).join(' > ')}`);
  return lines;
}
