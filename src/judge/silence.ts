import type { Silence } from '../model/deployment.ts';
import type { Finding, Judgement } from '../model/finding.ts';
import type { Round } from '../model/report.ts';

/** Marks the findings that the operator silenced until later than the round. `codesOf` tells the codes of an entry. */
export function silence(
  { deployment: { silences = [] }, at }: Pick<Round, 'deployment' | 'at'>,
  judgements: readonly Judgement[],
  codesOf: (entry: string) => readonly string[],
): readonly Judgement[] {
  const current = silences.filter(({ until }) => Date.parse(until) > Date.parse(at));
  const mark = (finding: Finding): Finding => {
    const { silenced: _, ...plain } = finding;
    const by = current.find(one => covers(one, finding, codesOf));
    return by ? { ...plain, silenced: { reason: by.reason, until: by.until } } : plain;
  };
  return judgements.map(judgement =>
    judgement.verdict === 'fail' ? { ...judgement, findings: judgement.findings.map(mark) } : judgement,
  );
}

function covers(
  { code, check, entry, subject }: Silence,
  finding: Finding,
  codesOf: (entry: string) => readonly string[],
): boolean {
  return (
    (code === undefined || code === finding.code) &&
    (check === undefined || check === finding.check) &&
    (entry === undefined || codesOf(entry).includes(finding.code)) &&
    (subject === undefined || finding.subject === subject || finding.subject.split('/').includes(subject))
  );
}
