import { type Library, loadLibrary } from './explain/library.ts';
import {
  type AnsweredRequirement,
  type Claim,
  type Coverage,
  coverage as cover,
  loadRequirements,
} from './explain/requirements.ts';
import { checks } from './judge/checks/index.ts';
import type { AnyCheck } from './judge/judge.ts';
import { roleNames } from './model/subject.ts';
import { judgedRequirements } from './offline/allow-list/remark.ts';
import type { PublishedCheck, PublishedCoverage } from './publish/catalogue.ts';

/** Requirements, entries and checks of this release joined. */
export function wholeCoverage(): Coverage {
  const known = checks as readonly AnyCheck[];
  const claims = known.flatMap((check): Claim[] =>
    check.sources.flatMap(({ requirements = [] }) =>
      requirements.map(requirement => ({ check: check.id, requirement })),
    ),
  );
  return cover(loadRequirements(loadLibrary()), claims, [
    ...known.map(({ id }) => id),
    ...judgedRequirements.map(requirement => `allow-list/${requirement}`),
  ]);
}

/** What answers a requirement, in one clause. */
export function answerText({ way, by, answer }: AnsweredRequirement): string {
  if (answer && 'same_as' in answer) return `as ${answer.same_as}`;
  if (answer && 'question' in answer) return `question: ${answer.question.where}: ${answer.question.expect}`;
  if (answer && 'none' in answer) return `none: ${answer.none}`;
  return way === 'open' ? 'open' : `${way}: ${by.join(', ')}`;
}

/** The checks as the pages tell of them. */
export function publishedChecks({ documents }: Library): readonly PublishedCheck[] {
  return (checks as readonly AnyCheck[]).map(({ id, holds, about, roles, needs, sources, findings }) => ({
    ...{ id, holds, about, needs },
    roles: (roles ?? []).map(role => roleNames[role]),
    sources: sources.map(
      ({ document, section }) => `${documents[document]?.title ?? document}, "${section}"`,
    ),
    requirements: [...new Set(sources.flatMap(({ requirements = [] }) => requirements))],
    findings: Object.entries(findings).map(([code, { severity, affects, message }]) => ({
      ...{ code, severity, affects, message },
    })),
  }));
}

/** The coverage as the pages tell of it. */
export function publishedCoverage(): PublishedCoverage {
  const { areas, totals } = wholeCoverage();
  return {
    totals,
    areas: areas.map(({ area, title, totals: own, requirements }) => ({
      ...{ area, title, totals: own },
      requirements: requirements.map(one => ({
        ...{ id: one.id, holds: one.holds, way: one.way, answer: answerText(one) },
        checks: one.way === 'check' ? one.by : [],
        ...(one.versions === undefined ? {} : { versions: one.versions }),
      })),
    })),
  };
}
