import type { Cause } from '../model/finding.ts';
import type { Report } from '../model/report.ts';
import { roleNames, type ServiceSubject } from '../model/subject.ts';
import type { StoredReport } from '../store/store.ts';
import { type Html, html, toHtmlText } from './markup.ts';
import { placesOf } from './places.ts';
import { inline, proseToHtml } from './prose.ts';
import { answers, observed, type ShownRecord } from './readings.ts';
import {
  byArea,
  causesLine,
  count,
  duration,
  groupBy,
  judgements,
  meaning,
  proberTroubles,
  type Seen,
  type Status,
  seen,
  statusOrder,
  vantageWords,
  worst,
} from './words.ts';

/** What the page of one documented trouble shows; texts are Markdown. */
export type Entry = {
  readonly id: string;
  readonly title: string;
  readonly codes: readonly string[];
  readonly versions?: string;
  readonly symptom: string;
  readonly cause: string;
  readonly remedy: readonly string[];
  readonly verify: readonly string[];
  /** Document and section, as one line each. */
  readonly sources: readonly string[];
};

type Page = {
  readonly title: string;
  readonly here: 'status' | 'entries' | 'elsewhere';
  readonly content: Html;
  readonly refreshSeconds?: number;
};

function toPage({ title, here, content, refreshSeconds }: Page): string {
  const link = (href: string, name: Page['here'], text: string) =>
    here === name
      ? html`<li><a href="${href}" aria-current="page">${text}</a></li>`
      : html`<li><a href="${href}">${text}</a></li>`;
  return toHtmlText(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${title} - mradar</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
${refreshSeconds === undefined ? undefined : html`<meta http-equiv="refresh" content="${refreshSeconds}">`}
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/style.css">
</head>
<body>
<a class="skip" href="#content">To the content</a>
<header><div class="wide">
<a class="brand" href="/">${radar} mradar</a>
<nav aria-label="Pages"><ul>${link('/', 'status', 'Status')}${link('/entries', 'entries', 'Troubleshooting')}</ul></nav>
</div></header>
<main id="content"><div class="wide">
${content}
</div></main>
<footer><div class="wide"><span>mradar watches Mobile and Remote Access</span><a href="/metrics">Metrics</a><a href="/api/v1/report">JSON</a></div></footer>
</body>
</html>
`);
}

const radar = html`<svg viewBox="0 0 32 32" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="2.5"><circle cx="16" cy="16" r="13"/><circle cx="16" cy="16" r="6.5"/><path d="M16 16 25 7" stroke-linecap="round"/></svg>`;

const statusWords: Readonly<Record<Status, string>> = {
  critical: 'critical',
  warning: 'warning',
  unknown: 'unknown',
  ok: 'working',
};

export type StatusPageInput = {
  readonly reports: readonly StoredReport[];
  /** Deployments that were not looked at yet. */
  readonly missing: readonly string[];
  /** Milliseconds since 1970, for "3 min ago". */
  readonly nowMs: number;
  /** The page asks the browser to load it again after this time. */
  readonly refreshSeconds?: number;
};

/** All deployments, worst first: what is broken, since when, why, and the remedy one click away. */
export function toStatusPage({ reports, missing, nowMs, refreshSeconds }: StatusPageInput): string {
  const sorted = reports.toSorted(
    (a, b) =>
      statusOrder.indexOf(a.report.diagnosis.status) - statusOrder.indexOf(b.report.diagnosis.status) ||
      a.report.deployment.name.localeCompare(b.report.deployment.name, 'en'),
  );
  const fine = sorted.filter(({ report }) => isFine(report));
  const troubled = sorted.filter(({ report }) => !isFine(report));
  const status = worst(sorted.map(({ report }) => report.diagnosis.status));
  const counts = statusOrder
    .map(name => ({ name, number: sorted.filter(({ report }) => report.diagnosis.status === name).length }))
    .filter(({ number }) => number > 0);
  const sum = counts.map(({ name, number }) => `${number} ${statusWords[name]}`).join(', ');
  const verdict = headlineOfAll(status, sorted);
  return toPage({
    title: sorted.length === 0 ? 'Looking for the first time' : `${status.toUpperCase()}: ${sum}`,
    here: 'status',
    ...(refreshSeconds !== undefined && { refreshSeconds }),
    content: html`<div class="verdict ${status}">
<h1>${verdict}</h1>
${sorted.length === 0 ? undefined : html`<ul class="counts" aria-label="Deployments by status">${counts.map(({ name, number }) => html`<li><span class="badge ${name}">${number} ${statusWords[name]}</span></li>`)}</ul>`}
</div>
${missing.length === 0 ? undefined : html`<p class="quiet note">${count(missing.length, 'deployment')} not looked at yet: ${missing.join(', ')}.</p>`}
${troubled.length === 0 ? undefined : html`<section aria-label="Deployments that need attention">${troubled.map(stored => deploymentCard(stored, nowMs))}</section>`}
${fine.length === 0 ? undefined : html`<section aria-labelledby="working"><h2 id="working">Working</h2>${fineTable(fine, nowMs)}</section>`}
<p class="quiet small note">${
      refreshSeconds === undefined
        ? html`<a href="/?refresh=60">Load this page again every minute</a>`
        : html`Loads again every ${duration(refreshSeconds * 1000)}. <a href="/">Stop</a>`
    }</p>`,
  });
}

function isFine(report: Report): boolean {
  return report.diagnosis.status === 'ok' && report.diagnosis.causes.length === 0;
}

function headlineOfAll(status: Status, sorted: readonly StoredReport[]): string {
  const total = sorted.length;
  if (total === 0) return 'Looking for the first time';
  if (total === 1) return sorted[0]!.report.diagnosis.headline;
  const number = sorted.filter(({ report }) => report.diagnosis.status === status).length;
  if (status === 'ok') return `All ${total} deployments work`;
  if (status === 'unknown') return `${number} of ${total} deployments could not be judged`;
  if (status === 'warning')
    return `${number} of ${total} deployments ${number === 1 ? 'needs' : 'need'} attention`;
  return `${number} of ${total} deployments ${number === 1 ? 'fails' : 'fail'}`;
}

function deploymentHref(name: string): string {
  return `/deployments/${encodeURIComponent(name)}`;
}

function deploymentCard(stored: StoredReport, nowMs: number): Html {
  const { report } = stored;
  const { name, vantage } = report.deployment;
  const { status, headline, causes } = report.diagnosis;
  return html`<article class="card toned ${status}">
<div class="head"><span class="badge ${status}">${statusWords[status]}</span><h2><a href="${deploymentHref(name)}">${name}</a></h2></div>
<p class="lead">${headline}</p>
<p class="meta"><span>seen from ${vantageWords[vantage]}</span><span>${ago(report.at, nowMs)}</span>${unseenNote(report)}</p>
${causes.map(cause => causeArticle(stored, cause, nowMs, 'glance'))}
</article>`;
}

function unseenNote(report: Report): Html | undefined {
  const unseen = judgements(report, 'unknown').length;
  return unseen === 0 ? undefined : html`<span>${unseen} could not be seen</span>`;
}

function fineTable(reports: readonly StoredReport[], nowMs: number): Html {
  const rows = reports.map(({ report }) => {
    const { name, vantage } = report.deployment;
    return html`<tr><th scope="row"><a href="${deploymentHref(name)}">${name}</a></th>${[
      cell('Result', html`${report.diagnosis.headline}`),
      cell('Seen from', html`${vantageWords[vantage]}`),
      cell('Looked', html`${ago(report.at, nowMs)}`),
      cell('Checks', html`${judgements(report, 'pass').length} fine${unseenCount(report)}`),
    ]}</tr>`;
  });
  return table('Working deployments', ['Deployment', 'Result', 'Seen from', 'Looked', 'Checks'], rows);
}

function unseenCount(report: Report): string {
  const unseen = judgements(report, 'unknown').length;
  return unseen === 0 ? '' : `, ${unseen} not seen`;
}

function causeArticle(stored: StoredReport, cause: Cause, nowMs: number, depth: 'glance' | 'all'): Html {
  const { report, sinceByCause } = stored;
  const places = placesOf(report);
  const since = sinceByCause.get(cause.code);
  const { entry, consequences } = cause;
  const evidence = seenList(seen(cause.findings, places, cause.title));
  return html`<article class="cause ${cause.severity}">
<div class="head"><span class="badge ${cause.severity}">${cause.severity}</span><h3>${cause.title}</h3></div>
<p class="meta">${since === undefined ? undefined : html`<span>${sinceWords(since, nowMs)}</span>`}<span>${meaning(cause.severity, cause.affects)}</span></p>
${depth === 'all' ? evidence : undefined}
${
  entry === undefined
    ? undefined
    : html`<details><summary>Remedy: ${count(entry.remedy.length, 'step')}</summary><div>
<ol>${entry.remedy.map(step => html`<li>${inline(step)}</li>`)}</ol>
${entry.verify.length === 0 ? undefined : html`<p><b>Then verify</b></p><ul>${entry.verify.map(step => html`<li>${inline(step)}</li>`)}</ul>`}
</div></details>`
}
${depth === 'glance' ? html`<details><summary>Evidence: ${count(cause.findings.length, 'finding')}</summary><div>${evidence}</div></details>` : undefined}
${
  consequences.length === 0
    ? undefined
    : html`<details><summary>Explains ${count(consequences.length, 'further finding')}</summary><div>
${seenList(seen(consequences, places))}
</div></details>`
}
<p class="small quiet"><code>${cause.code}</code> ${
    entry === undefined
      ? undefined
      : html`<a href="/entries/${encodeURIComponent(entry.id)}">${entry.id} ${entry.title}</a> (${entry.source})`
  }</p>
</article>`;
}

function seenList(groups: readonly Seen[]): Html {
  return html`<ul>${groups.map(
    ({ text, evidence }) =>
      html`<li>${text}${
        evidence.length === 0
          ? undefined
          : html`<ul class="evidence">${evidence.map(([name, value]) => html`<li>${name}: ${value}</li>`)}</ul>`
      }</li>`,
  )}</ul>`;
}

/** Everything about one deployment: causes with their evidence, then what was seen, then what was not. */
export function toDeploymentPage(stored: StoredReport, nowMs: number): string {
  const { report } = stored;
  const { name, vantage, domains, resolvers } = report.deployment;
  const { status, headline, causes } = report.diagnosis;
  const asked = [...new Set([...resolvers.public, ...resolvers.internal])];
  const line = causesLine(report);
  return toPage({
    title: `${status.toUpperCase()}: ${name}`,
    here: 'elsewhere',
    content: html`<div class="verdict ${status}">
<div class="head"><span class="badge ${status}">${statusWords[status]}</span><b>${name}</b></div>
<h1>${headline}</h1>
<dl class="facts small">
<dt>Domain</dt><dd>${domains.join(', ')}</dd>
<dt>Seen from</dt><dd>${vantageWords[vantage]}${asked.length === 0 ? '' : ` through ${asked.join(', ')}`}</dd>
<dt>Looked</dt><dd>${ago(report.at, nowMs)}, ${count(report.steps.length, 'step')}</dd>
</dl>
</div>
${
  causes.length === 0
    ? undefined
    : html`<section aria-labelledby="causes"><h2 id="causes">${line}</h2>${causes.map(
        cause =>
          html`<div class="card toned ${cause.severity}">${causeArticle(stored, cause, nowMs, 'all')}</div>`,
      )}</section>`
}
${servicesSection(report)}
${dnsSection(report)}
${certificatesSection(report, nowMs)}
${checksSection(report)}
${stepsSection(report)}`,
  });
}

function servicesSection(report: Report): Html | undefined {
  const services = report.subjects.filter((subject): subject is ServiceSubject => subject.kind === 'service');
  if (services.length === 0) return undefined;
  const tcp = new Map(observed(report, 'tcp').map(({ subject, reading }) => [subject, reading]));
  const tls = new Map(observed(report, 'tls').map(({ subject, reading }) => [subject, reading]));
  const http = new Map(observed(report, 'http').map(({ subject, reading }) => [subject, reading]));
  const differs = ({ id, expected }: ServiceSubject) =>
    tcp.has(id) && (tcp.get(id)!.state === 'open') !== (expected === 'open');
  const closed = services.filter(
    service => service.expected === 'closed' && tcp.has(service.id) && !differs(service),
  );
  const rows = services
    .filter(service => !closed.includes(service))
    .toSorted((a, b) => Number(differs(b)) - Number(differs(a)))
    .map(service => {
      const connection = tcp.get(service.id);
      const session = tls.get(service.id);
      const answer = http.get(service.id);
      const shown = connection?.state ?? notSeen(report, service.id);
      return html`<tr><th scope="row">${service.host}<small>${roleNames[service.role]}</small></th>${[
        cell('Address', html`${service.address ?? 'none known'}`),
        cell('Port', html`${service.port}/${service.transport}`),
        cell('For', html`${service.title}`),
        cell('Expected', html`${service.expected}`),
        cell('Seen', differs(service) ? html`<span class="differs">${shown}</span>` : html`${shown}`),
        cell('TLS', session === undefined ? undefined : html`${session.protocol ?? session.failure?.reason}`),
        cell(
          'HTTP',
          answer === undefined
            ? undefined
            : html`${answer.status === undefined ? answer.failure?.reason : `${answer.status} ${answer.statusText ?? ''}`}`,
        ),
        cell(
          'Connected in',
          connection?.connectMs === undefined ? undefined : html`${duration(connection.connectMs)}`,
        ),
      ]}</tr>`;
    });
  return html`<section aria-labelledby="ports"><h2 id="ports">Ports</h2>${
    rows.length === 0
      ? undefined
      : table(
          'Ports',
          ['Host', 'Address', 'Port', 'For', 'Expected', 'Seen', 'TLS', 'HTTP', 'Connected in'],
          rows,
        )
  }${closedPorts(report, closed, tcp)}</section>`;
}

/** Ports that are closed and have to be, in one line for each way of being closed. */
function closedPorts(
  report: Report,
  services: readonly ServiceSubject[],
  tcp: ReadonlyMap<string, { readonly state: string }>,
): Html | undefined {
  if (services.length === 0) return undefined;
  const places = placesOf(report);
  return html`<p class="note">Closed, as expected:</p><ul>${groupBy(
    services,
    ({ id }) => tcp.get(id)!.state,
  ).map(
    ({ why, members }) =>
      html`<li><b>${why}</b> ${places.list(
        members.map(({ id }) => id),
        'with addresses',
      )}</li>`,
  )}</ul>`;
}

/** Why a subject has no reading, in the words of who left it out. */
function notSeen(report: Report, subject: string): string {
  for (const observation of report.observations) {
    if (observation.subject !== subject) continue;
    if (observation.state === 'skipped') return `not looked at: ${observation.why}`;
    if (observation.state === 'not-applicable') return `not applicable: ${observation.why}`;
    if (observation.state === 'errored') return `could not look: ${observation.failure.reason}`;
  }
  return 'not looked at';
}

function dnsSection(report: Report): Html | undefined {
  const looked = observed(report, 'dns');
  if (looked.length === 0) return undefined;
  const rows = looked.map(
    ({ reading }) =>
      html`<tr><th scope="row">${reading.name}</th>${[
        cell('Type', html`${reading.type}`),
        cell('Resolver', html`${reading.resolver}`),
        cell('Outcome', html`${reading.outcome}`),
        cell(
          'Records',
          answers(reading).length === 0 ? undefined : html`${answers(reading).map(recordText).join('; ')}`,
        ),
        cell('Answered in', reading.rttMs === undefined ? undefined : html`${duration(reading.rttMs)}`),
      ]}</tr>`,
  );
  return html`<section aria-labelledby="dns"><h2 id="dns">DNS</h2>${table(
    'DNS answers',
    ['Name', 'Type', 'Resolver', 'Outcome', 'Records', 'Answered in'],
    rows,
  )}</section>`;
}

function recordText(record: ShownRecord): string {
  const { priority, weight, port, target, address } = record;
  return [priority, weight, port, target, address].filter(field => field !== undefined).join(' ');
}

function certificatesSection(report: Report, nowMs: number): Html | undefined {
  const places = placesOf(report);
  const flights = observed(report, 'tls').filter(({ reading }) => reading.chain.length > 0);
  if (flights.length === 0) return undefined;
  // services that send the same certificates share their rows
  const rows = groupBy(flights, ({ reading }) => JSON.stringify(reading.chain)).flatMap(({ members }) =>
    members[0]!.reading.chain.map(
      (certificate, position) =>
        html`<tr><th scope="row">${
          position === 0
            ? places.list(
                members.map(({ subject }) => subject),
                'with addresses',
              )
            : html`<span class="quiet">${position + 1}. in the same chain</span>`
        }</th>${[
          cell('Subject', html`${certificate.subject || '(empty)'}`),
          cell('Issuer', html`${certificate.issuer}`),
          cell('Valid until', html`${day(certificate.notAfter)} ${until(certificate.notAfter, nowMs)}`),
        ]}</tr>`,
    ),
  );
  return html`<section aria-labelledby="certificates"><h2 id="certificates">Certificates as sent</h2>${table(
    'Certificates',
    ['Where', 'Subject', 'Issuer', 'Valid until'],
    rows,
  )}</section>`;
}

function checksSection(report: Report): Html {
  const places = placesOf(report);
  const passed = judgements(report, 'pass');
  const unseen = judgements(report, 'unknown');
  const inapplicable = judgements(report, 'not-applicable');
  const troubles = proberTroubles(report);
  const reasons = <T extends { readonly check: string; readonly subject: string }>(
    list: readonly T[],
    whyOf: (member: T) => string,
  ) =>
    html`<ul>${groupBy(list, whyOf).map(
      ({ why, members }) =>
        html`<li>${why}<ul class="evidence">${groupBy(members, member => member.check).map(({ why: check, members: same }) => html`<li><code>${check}</code> ${places.list(same.map(({ subject }) => subject))}</li>`)}</ul></li>`,
    )}</ul>`;
  return html`<section aria-labelledby="checks"><h2 id="checks">Checks</h2><div class="card">
${passed.length === 0 ? undefined : html`<h3>${passed.length} fine</h3><ul>${byArea(passed).map(([area, checks]) => html`<li><b>${area}</b>: ${checks}</li>`)}</ul>`}
${unseen.length === 0 ? undefined : html`<h3>${unseen.length} could not be seen</h3>${reasons(unseen, member => (member.blame === 'prober' ? `${member.because} (on our side)` : member.because))}`}
${
  troubles.length === 0
    ? undefined
    : html`<h3>Failed on our side, says nothing about the deployment</h3><ul>${troubles.map(({ why, members }) => html`<li>${why}: ${members.join(', ')}</li>`)}</ul>`
}
${inapplicable.length === 0 ? undefined : html`<details><summary>${inapplicable.length} not applicable</summary><div>${reasons(inapplicable, member => member.why)}</div></details>`}
</div></section>`;
}

function stepsSection(report: Report): Html | undefined {
  if (report.steps.length === 0) return undefined;
  const places = placesOf(report);
  const rows = report.steps.map(
    step =>
      html`<tr><th scope="row">${places.full(step.subject)}</th>${[
        cell('Probe', html`${[step.probe, step.topic].filter(word => word !== undefined).join(' ')}`),
        cell('Why', html`${step.why}`),
        cell('Every', html`${duration(step.intervalMs)}`),
        cell(
          'Began',
          step.startMs === undefined ? html`did not run` : clock(Date.parse(report.at) + step.startMs),
        ),
        cell('Took', step.durationMs === undefined ? undefined : html`${duration(step.durationMs)}`),
      ]}</tr>`,
  );
  return html`<section><details><summary>What was looked at: ${count(report.steps.length, 'step')}</summary>${table(
    'Steps',
    ['Subject', 'Probe', 'Why', 'Every', 'Began', 'Took'],
    rows,
  )}</details></section>`;
}

/** One documented trouble: the page that an alert links to. */
export function toEntryPage(entry: Entry): string {
  const steps = (list: readonly string[]) => list.map(step => html`<li>${inline(step)}</li>`);
  return toPage({
    title: `${entry.id} ${entry.title}`,
    here: 'elsewhere',
    content: html`<div class="prose"><p class="quiet small">${entry.id}${entry.versions === undefined ? undefined : html` (versions: ${entry.versions})`}</p>
<h1>${entry.title}</h1>
<section aria-labelledby="symptom"><h2 id="symptom">Symptom</h2>${proseToHtml(entry.symptom)}</section>
<section aria-labelledby="cause"><h2 id="cause">Cause</h2>${proseToHtml(entry.cause)}</section>
<section class="card" aria-labelledby="remedy"><h2 id="remedy">Remedy</h2><ol>${steps(entry.remedy)}</ol></section>
<section aria-labelledby="verify"><h2 id="verify">Verify</h2><ul>${steps(entry.verify)}</ul></section>
<section aria-labelledby="about"><h2 id="about">About</h2><dl class="facts small">
${entry.codes.length === 0 ? undefined : html`<dt>Finding codes</dt><dd>${entry.codes.map(code => html`<code>${code}</code> `)}</dd>`}
<dt>Source</dt><dd>${entry.sources.map(source => html`<div>${source}</div>`)}</dd>
</dl></section></div>`,
  });
}

/** All documented troubles, by area. */
export function toEntriesPage(entries: readonly Entry[]): string {
  const areas = groupBy(
    entries.toSorted((a, b) => a.id.localeCompare(b.id, 'en')),
    entry => entry.id.split('-')[0]!,
  );
  return toPage({
    title: 'Troubleshooting',
    here: 'entries',
    content: html`<h1>Troubleshooting</h1><p class="lead">${count(entries.length, 'documented trouble')}, each with symptom, cause, remedy and how to verify.</p>
${areas.map(
  ({ why, members }) =>
    html`<section aria-labelledby="area-${why}"><h2 id="area-${why}">${why}</h2>${table(
      `${why} entries`,
      ['Entry', 'Trouble', 'Finding codes'],
      members.map(
        ({ id, title, codes }) =>
          html`<tr><th scope="row"><a href="/entries/${encodeURIComponent(id)}">${id}</a></th>${[
            cell('Trouble', html`${title}`),
            cell(
              'Codes',
              codes.length === 0 ? undefined : html`${codes.map(code => html`<code>${code}</code> `)}`,
            ),
          ]}</tr>`,
      ),
    )}</section>`,
)}`,
  });
}

/** What cannot be shown, and where to go on. */
export function toProblemPage(problem: { readonly status: number; readonly message: string }): string {
  return toPage({
    title: `${problem.status} ${problem.message}`,
    here: 'elsewhere',
    content: html`<h1>${problem.message}</h1><p class="quiet">Status ${problem.status}. <a href="/">To the status page</a></p>`,
  });
}

function table(label: string, heads: readonly string[], rows: readonly Html[]): Html {
  return html`<div class="table" role="region" aria-label="${label}" tabindex="0"><table class="folds"><thead><tr>${heads.map(head => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** A cell that tells its column when the table is folded on a narrow screen; empty when there is nothing to tell. */
function cell(label: string, content: Html | undefined): Html {
  return html`<td data-label="${label}">${content}</td>`;
}

function time(iso: string): Html {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return html`${iso}`;
  return html`<time datetime="${iso}">${at.toISOString().slice(0, 16).replace('T', ' ')} UTC</time>`;
}

function clock(ms: number): Html {
  const at = new Date(ms);
  return Number.isNaN(at.getTime())
    ? html`unknown`
    : html`<time datetime="${at.toISOString()}">${at.toISOString().slice(11, 23)}</time>`;
}

function day(iso: string): Html {
  return html`<time datetime="${iso}">${iso.slice(0, 10)}</time>`;
}

function ago(iso: string, nowMs: number): Html {
  const ms = nowMs - Date.parse(iso);
  return ms >= 0 ? html`${duration(roundedMs(ms))} ago (${time(iso)})` : time(iso);
}

function sinceWords(iso: string, nowMs: number): Html {
  const ms = nowMs - Date.parse(iso);
  return ms >= 60_000
    ? html`for <b>${duration(roundedMs(ms))}</b>, since ${time(iso)}`
    : html`since ${time(iso)}`;
}

function until(iso: string, nowMs: number): string {
  const days = Math.floor((Date.parse(iso) - nowMs) / 86_400_000);
  if (Number.isNaN(days)) return '';
  return days < 0 ? `(ended ${count(-days, 'day')} ago)` : `(${count(days, 'day')} left)`;
}

/** Whole seconds: "0.3 s ago" tells nobody anything. */
function roundedMs(ms: number): number {
  return Math.max(1000, Math.round(ms / 1000) * 1000);
}
