import type { Report } from '../model/report.ts';
import type { StoredReport } from '../store/store.ts';
import type { PublishedCheck, PublishedCoverage } from './catalogue.ts';
import { type Html, html } from './markup.ts';
import { badge, cell, checkHref, deploymentHref, entryHref, subjectHref, table, toPage } from './page.ts';
import { type Places, placesOf } from './places.ts';
import { whyOf } from './subject-page.ts';
import { count, groupBy } from './words.ts';

/** Rows of one check that are shown; the rest is counted. */
const rowsMost = 200;

/** All checks by area, with how they stand now. */
export function toChecksPage(checks: readonly PublishedCheck[], reports: readonly StoredReport[]): string {
  const standing = new Map<string, { pass: number; fail: number; unknown: number }>();
  for (const { report } of reports)
    for (const { check, verdict } of report.judgements) {
      const sum = standing.get(check) ?? { pass: 0, fail: 0, unknown: 0 };
      standing.set(check, sum);
      if (verdict !== 'not-applicable') sum[verdict]++;
    }
  const areas = groupBy(checks, check => check.id.split('/')[0]!);
  return toPage({
    title: 'Checks',
    here: 'checks',
    content: html`<h1>Checks</h1><p class="lead">${count(checks.length, 'check')}, each looking after one documented requirement.</p>${areas.map(
      ({ why: area, members }) =>
        html`<section aria-labelledby="area-${area}"><h2 id="area-${area}">${area}</h2>${table(
          `${area} checks`,
          ['Check', 'Holds', 'Looks at', 'Now'],
          members.map(
            ({ id, holds, about }) =>
              html`<tr><th scope="row"><a href="${checkHref(id)}">${id}</a></th>${[
                cell('Holds', html`${holds}`),
                cell('Looks at', html`${about}`),
                cell('Now', nowOf(standing.get(id))),
              ]}</tr>`,
          ),
        )}</section>`,
    )}`,
  });
}

function nowOf(
  sum: { readonly pass: number; readonly fail: number; readonly unknown: number } | undefined,
): Html {
  if (!sum) return html`<span class="quiet">nothing to judge</span>`;
  return html`${sum.fail > 0 ? html`${badge('critical', `${sum.fail} fail`)} ` : undefined}${sum.unknown > 0 ? html`${badge('unknown', `${sum.unknown} unknown`)} ` : undefined}${sum.pass > 0 ? html`${sum.pass} fine` : undefined}`;
}

export type CheckPageInput = {
  readonly check: PublishedCheck;
  readonly reports: readonly StoredReport[];
  /** Entries whose codes are among those of the check. */
  readonly entries: readonly { readonly id: string; readonly title: string }[];
};

/** One check: what it looks after, where that is written, and what it says of every subject now. */
export function toCheckPage({ check, reports, entries }: CheckPageInput): string {
  const order = ['fail', 'unknown', 'pass', 'not-applicable'];
  const said = reports
    .flatMap(({ report }) =>
      report.judgements
        .filter(judgement => judgement.check === check.id)
        .map(judgement => ({ judgement, report })),
    )
    .toSorted((a, b) => order.indexOf(a.judgement.verdict) - order.indexOf(b.judgement.verdict));
  const known = new Map<Report, Places>();
  const placesIn = (report: Report) => {
    const places = known.get(report) ?? placesOf(report);
    known.set(report, places);
    return places;
  };
  const tones = { fail: 'critical', unknown: 'unknown', pass: 'ok', 'not-applicable': 'info' } as const;
  return toPage({
    title: check.id,
    here: 'elsewhere',
    isLive: true,
    content: html`<p class="small"><a href="/checks">Checks</a></p><h1>${check.id}</h1><p class="lead">${check.holds}</p>
<dl class="facts small">
<dt>Looks at</dt><dd>${check.about}${check.roles.length === 0 ? '' : `: ${check.roles.join(', ')}`}</dd>
<dt>Needs</dt><dd>${check.needs.join(', ')}</dd>
${check.requirements.length === 0 ? undefined : html`<dt>Requirements</dt><dd>${check.requirements.map((id, i) => html`${i === 0 ? '' : ', '}<a href="/coverage#${id}">${id}</a>`)}</dd>`}
<dt>Source</dt><dd>${check.sources.map(source => html`<div>${source}</div>`)}</dd>
</dl>
<section aria-labelledby="codes"><h2 id="codes">What it can find</h2>${table(
      'Finding codes',
      ['Code', 'Severity', 'Affects', 'Sentence'],
      check.findings.map(
        ({ code, severity, affects, message }) =>
          html`<tr><th scope="row"><a href="${entryHref(code)}"><code>${code}</code></a></th>${[
            cell('Severity', badge(severity)),
            cell('Affects', html`${affects === 'of-service' ? 'what the service is for' : affects}`),
            cell('Sentence', html`${message}`),
          ]}</tr>`,
      ),
    )}${entries.length === 0 ? undefined : html`<p class="note">Documented in ${entries.map(({ id, title }, i) => html`${i === 0 ? '' : ', '}<a href="${entryHref(id)}">${id} ${title}</a>`)}.</p>`}</section>
${
  said.length === 0
    ? html`<p class="note">It has nothing to judge in what is watched here.</p>`
    : html`<section aria-labelledby="said"><h2 id="said">What it says now</h2>${table(
        'Judgements',
        ['Subject', 'Deployment', 'Verdict', 'Why'],
        said
          .slice(0, rowsMost)
          .map(
            ({ judgement, report }) =>
              html`<tr><th scope="row"><a href="${subjectHref(judgement.subject)}">${placesIn(report).full(judgement.subject)}</a></th>${[
                cell(
                  'Deployment',
                  html`<a href="${deploymentHref(report.deployment.name)}">${report.deployment.name}</a>`,
                ),
                cell('Verdict', badge(tones[judgement.verdict], judgement.verdict)),
                cell('Why', html`${whyOf(judgement)}`),
              ]}</tr>`,
          ),
      )}${said.length > rowsMost ? html`<p class="note">and ${said.length - rowsMost} more</p>` : undefined}</section>`
}`,
  });
}

/** Every documented requirement, and what answers it. */
export function toCoveragePage({ totals, areas }: PublishedCoverage): string {
  const ways = Object.entries(totals).filter(([, number]) => number > 0);
  const all = ways.reduce((sum, [, number]) => sum + number, 0);
  return toPage({
    title: 'Coverage',
    here: 'coverage',
    content: html`<h1>Coverage</h1><p class="lead">${count(all, 'documented requirement')}: ${ways.map(([way, number]) => `${number} ${way}`).join(', ')}.</p>
${areas.map(
  ({ area, title, requirements }) =>
    html`<section aria-labelledby="area-${area}"><h2 id="area-${area}">${area} ${title}</h2>${table(
      `${area} requirements`,
      ['Id', 'Requirement', 'Answered by'],
      requirements.map(
        ({ id, holds, versions, way, checks, answer }) =>
          html`<tr id="${id}"><th scope="row" class="id">${id}</th>${[
            cell(
              'Requirement',
              html`${holds}${versions === undefined ? undefined : html` <span class="quiet">(${versions})</span>`}`,
            ),
            cell(
              'Answered by',
              way === 'check'
                ? html`${checks.map((check, i) => html`${i === 0 ? '' : ', '}<a href="${checkHref(check)}">${check}</a>`)}`
                : html`${answer}`,
            ),
          ]}</tr>`,
      ),
    )}</section>`,
)}`,
  });
}
