import type { Finding, Judgement } from '../model/finding.ts';
import { type Change, findingKey, type Incident, type SubjectHistory } from '../model/incident.ts';
import type { Observation } from '../model/observation.ts';
import { roleNames, type Subject } from '../model/subject.ts';
import type { StoredReport } from '../store/store.ts';
import { incidentTable } from './incidents-page.ts';
import { type Html, html } from './markup.ts';
import {
  ago,
  badge,
  cell,
  checkHref,
  clock,
  deploymentHref,
  entryHref,
  subjectHref,
  table,
  time,
  toPage,
} from './page.ts';
import { placesOf } from './places.ts';
import { stageTimes } from './readings.ts';
import { standingOf } from './standing.ts';
import { count, duration } from './words.ts';

export type SubjectPageInput = {
  readonly subject: Subject;
  readonly stored: StoredReport;
  /** What is kept of the past; absent when nothing is. */
  readonly history?: SubjectHistory;
  /** Newest first. */
  readonly incidents: readonly Incident[];
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** Whether the reader may ask for a look at once. */
  readonly canLook: boolean;
};

/** Everything about one subject, for who wants to know why: judgements, readings, timings, what changed, what was before. */
export function toSubjectPage({
  subject,
  stored,
  history,
  incidents,
  nowMs,
  canLook,
}: SubjectPageInput): string {
  const { report } = stored;
  const { id } = subject;
  const name = placesOf(report).full(id);
  const judged = report.judgements.filter(judgement => judgement.subject === id);
  const findings = report.judgements
    .flatMap(judgement => (judgement.verdict === 'fail' ? judgement.findings : []))
    .filter(finding => finding.subject === id);
  const seen = report.observations.filter(observation => observation.subject === id);
  const { status } = standingOf(report)(id);
  return toPage({
    title: name,
    here: 'elsewhere',
    isLive: true,
    content: html`<p class="small"><a href="${deploymentHref(subject.deployment)}">${subject.deployment}</a></p>
<div class="verdict ${status}">
<div class="head">${badge(status)}<span>${kindWords(subject)}</span></div>
<h1>${name}</h1>
<p class="quiet small"><code>${id}</code></p>
${canLook ? html`<form method="post"><button>Look now</button></form>` : undefined}
</div>
${findingsSection(id, findings, stored)}
${changesSection(history, nowMs)}
${judgementsSection(judged)}
${readingsSection(seen, nowMs)}
${stepsSection(stored, id)}
${historySection(history)}
${
  incidents.length === 0
    ? undefined
    : html`<section aria-labelledby="incidents"><h2 id="incidents">Incidents</h2>${incidentTable(incidents, nowMs)}</section>`
}
${relatedSection(subject, stored)}`,
  });
}

function kindWords(subject: Subject): string {
  const role = 'role' in subject ? `${roleNames[subject.role]}: ` : '';
  if (subject.kind !== 'service') return `${role}${subject.kind}`;
  return `${role}${subject.title}, expected ${subject.expected}`;
}

function findingsSection(
  id: string,
  findings: readonly Finding[],
  { report, states, suspected }: StoredReport,
): Html | undefined {
  const waiting = suspected.filter(({ subject }) => subject === id);
  const all = [...findings, ...waiting.filter(one => !findings.some(({ code }) => code === one.code))];
  if (all.length === 0) return undefined;
  const causeOf = (finding: Finding) =>
    report.diagnosis.causes.find(({ consequences }) =>
      consequences.some(one => findingKey(one) === findingKey(finding)),
    );
  return html`<section aria-labelledby="findings"><h2 id="findings">${count(all.length, 'finding')}</h2>${all.map(
    finding => {
      const cause = causeOf(finding);
      return html`<article class="card toned ${finding.severity}">
<div class="head">${badge(finding.severity)}<h3>${finding.message}</h3></div>
<p class="meta"><span>${suspected.includes(finding) ? 'suspected, not confirmed yet' : (states.get(findingKey(finding)) ?? 'open')}</span><a href="${checkHref(finding.check)}"><code>${finding.code}</code></a><a href="${entryHref(finding.code)}">What to do</a></p>
${cause ? html`<p>Only there because of <b>${cause.title}</b></p>` : undefined}
${evidenceList(finding.evidence)}
</article>`;
    },
  )}</section>`;
}

function evidenceList(evidence: Finding['evidence']): Html | undefined {
  const all = Object.entries(evidence);
  if (all.length === 0) return undefined;
  return html`<dl class="facts small">${all.map(([name, value]) => html`<dt>${name}</dt><dd>${Array.isArray(value) ? value.join(', ') : String(value)}</dd>`)}</dl>`;
}

function changesSection(history: SubjectHistory | undefined, nowMs: number): Html | undefined {
  if (!history?.good || history.changes.length === 0) return undefined;
  return html`<section aria-labelledby="changes"><h2 id="changes">What changed since it was last good</h2><p class="quiet">Last good ${ago(history.good.at, nowMs)}.</p>${changeTable(history.changes)}</section>`;
}

function changeTable(changes: readonly Change[]): Html {
  return table(
    'What changed',
    ['Fact', 'Before', 'Now'],
    changes.map(
      ({ fact, before, now }) =>
        html`<tr><th scope="row">${fact}</th>${[cell('Before', lines(before)), cell('Now', lines(now))]}</tr>`,
    ),
  );
}

function lines(values: readonly string[]): Html {
  return values.length === 0 ? html`none` : html`${values.map(value => html`<div>${value}</div>`)}`;
}

function judgementsSection(judged: readonly Judgement[]): Html | undefined {
  if (judged.length === 0) return undefined;
  const order = ['fail', 'unknown', 'pass', 'not-applicable'];
  const tones = { fail: 'critical', unknown: 'unknown', pass: 'ok', 'not-applicable': 'info' } as const;
  const rows = judged
    .toSorted((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict))
    .map(
      judgement =>
        html`<tr><th scope="row"><a href="${checkHref(judgement.check)}">${judgement.check}</a></th>${[
          cell('Verdict', badge(tones[judgement.verdict], judgement.verdict)),
          cell('Why', html`${whyOf(judgement)}`),
        ]}</tr>`,
    );
  return html`<section aria-labelledby="judged"><h2 id="judged">What the checks say</h2>${table('Judgements', ['Check', 'Verdict', 'Why'], rows)}</section>`;
}

/** What a judgement says beside its verdict. */
export function whyOf(judgement: Judgement): string {
  switch (judgement.verdict) {
    case 'pass':
      return '';
    case 'fail':
      return judgement.findings.map(({ message }) => message).join('; ');
    case 'not-applicable':
      return judgement.why;
    case 'unknown':
      return judgement.blame === 'prober' ? `${judgement.because} (on our side)` : judgement.because;
  }
}

function readingsSection(seen: readonly Observation[], nowMs: number): Html | undefined {
  if (seen.length === 0) return undefined;
  return html`<section aria-labelledby="readings"><h2 id="readings">Last readings</h2>${seen.map(
    observation => {
      const times = stageTimes(observation).map(({ stage, ms }) => `${stage} ${duration(ms)}`);
      return html`<article class="card"><div class="head"><h3>${[observation.kind, observation.topic].filter(word => word !== undefined).join(' ')}</h3>${badge(observation.state === 'observed' ? 'info' : 'unknown', observation.state)}</div>
<p class="meta"><span>${ago(observation.at, nowMs)}</span>${observation.durationMs === undefined ? undefined : html`<span>whole step ${duration(observation.durationMs)}</span>`}${times.length === 0 ? undefined : html`<span>${times.join(', ')}</span>`}</p>
${readingOf(observation)}</article>`;
    },
  )}</section>`;
}

function readingOf(observation: Observation): Html | undefined {
  switch (observation.state) {
    case 'observed':
      return readable(observation.reading, 0);
    case 'errored':
      return html`<p>We could not look, which says nothing about the target.</p>${readable(observation.failure, 0)}`;
    default:
      return html`<p>${observation.why}</p>`;
  }
}

/** Certificates are shown by their fields, and long bodies by their beginning. */
const longest = 600;
const deepest = 4;

function readable(value: unknown, depth: number): Html {
  if (typeof value === 'string')
    return html`${value.length > longest ? `${value.slice(0, longest)}…` : value}`;
  if (typeof value !== 'object' || value === null) return html`${String(value)}`;
  if (depth >= deepest) return html`…`;
  if (Array.isArray(value)) {
    if (value.length === 0) return html`none`;
    const items = value.slice(0, 50).map(item => html`<li>${readable(item, depth + 1)}</li>`);
    return html`<ul class="evidence">${items}${value.length > 50 ? html`<li>and ${value.length - 50} more</li>` : undefined}</ul>`;
  }
  const members = Object.entries(value).filter(
    ([key, inner]) => key !== 'der' && typeof inner !== 'function',
  );
  return html`<dl class="facts small">${members.map(([key, inner]) => html`<dt>${key}</dt><dd>${readable(inner, depth + 1)}</dd>`)}</dl>`;
}

function stepsSection({ report }: StoredReport, id: string): Html | undefined {
  const steps = report.steps.filter(step => step.subject === id);
  if (steps.length === 0) return undefined;
  const rows = steps.map(
    step =>
      html`<tr><th scope="row">${[step.probe, step.topic].filter(word => word !== undefined).join(' ')}</th>${[
        cell('Why', html`${step.why}`),
        cell('Every', html`${duration(step.intervalMs)}`),
        cell(
          'Began',
          step.startMs === undefined ? html`did not run` : clock(Date.parse(report.at) + step.startMs),
        ),
        cell('Took', step.durationMs === undefined ? undefined : html`${duration(step.durationMs)}`),
      ]}</tr>`,
  );
  return html`<section aria-labelledby="steps"><h2 id="steps">How it is looked at</h2>${table('Steps', ['Probe', 'Why', 'Every', 'Began', 'Took'], rows)}</section>`;
}

function historySection(history: SubjectHistory | undefined): Html | undefined {
  if (!history || history.failures.length === 0) return undefined;
  return html`<section aria-labelledby="before"><h2 id="before">Looks that are kept</h2>${
    history.good
      ? html`<details><summary>Last good one, ${time(history.good.at)}</summary><div>${readable(history.good.facts, 0)}</div></details>`
      : html`<p>It was never seen good.</p>`
  }${history.failures.map(
    ({ at, codes, facts }) =>
      html`<details><summary>${time(at)} ${codes.join(', ')}</summary><div>${readable(facts, 0)}</div></details>`,
  )}</section>`;
}

/** Other subjects of the same host, so that a way leads from each layer to the next. */
function relatedSection(subject: Subject, { report }: StoredReport): Html | undefined {
  if (!('host' in subject)) return undefined;
  const others = report.subjects.filter(
    other => 'host' in other && other.host === subject.host && other.id !== subject.id,
  );
  if (others.length === 0) return undefined;
  const places = placesOf(report);
  return html`<section aria-labelledby="related"><h2 id="related">The same host</h2><ul>${others.map(({ id, kind }) => html`<li><a href="${subjectHref(id)}">${places.full(id)}</a> <span class="quiet">${kind}</span></li>`)}</ul></section>`;
}
