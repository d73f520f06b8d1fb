import type { Report } from '../model/report.ts';
import type { Status } from './words.ts';

/** How one subject stands in a report. */
export type SubjectStanding = { readonly status: Status; readonly codes: readonly string[] };

/** How every subject stands: its worst finding, else whether anything was seen of it. */
export function standingOf(report: Report): (subject: string) => SubjectStanding {
  const codes = new Map<string, Set<string>>();
  const worst = new Map<string, Status>();
  const seen = new Set<string>();
  for (const judgement of report.judgements) {
    if (judgement.verdict === 'pass' || judgement.verdict === 'fail') seen.add(judgement.subject);
    if (judgement.verdict !== 'fail') continue;
    for (const { code, subject, severity } of judgement.findings) {
      codes.set(subject, (codes.get(subject) ?? new Set()).add(code));
      if (severity === 'info') seen.add(subject);
      else if (worst.get(subject) !== 'critical') worst.set(subject, severity);
    }
  }
  for (const { subject, state } of report.observations) if (state === 'observed') seen.add(subject);
  return subject => ({
    status: worst.get(subject) ?? (seen.has(subject) ? 'ok' : 'unknown'),
    codes: [...(codes.get(subject) ?? [])].sort(),
  });
}
