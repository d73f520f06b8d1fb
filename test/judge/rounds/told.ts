import { loadLibrary } from '../../../src/explain/library.ts';
import type { Finding } from '../../../src/model/finding.ts';
import type { Report } from '../../../src/model/report.ts';
import { reportTogether } from '../../../src/pipeline.ts';
import { type Case, type ExpectedCause, replay } from './saved.ts';

const library = loadLibrary();

/** What the whole engine says of a case. */
export async function reportOf({ beside = [], ...own }: Pick<Case, 'from' | 'beside'>): Promise<Report> {
  const rounds = await Promise.all([own, ...beside].map(one => replay(one)));
  return reportTogether(rounds, library)[0]!;
}

/** The causes as cases write them down. */
export function causesOf({ diagnosis, deployment }: Report): readonly ExpectedCause[] {
  const line = ({ severity, code, subject }: Finding) => {
    const place = subject === deployment.name ? 'deployment' : subject.slice(deployment.name.length + 1);
    return `${severity} ${code} ${place}`;
  };
  return diagnosis.causes.map(({ findings, consequences }) => ({
    told: findings.map(line).sort(),
    ...(consequences.length > 0 && { explains: consequences.map(line).sort() }),
  }));
}
