import type { Cause } from '../model/finding.ts';
import type { DaySlot } from '../model/incident.ts';
import type { Report } from '../model/report.ts';
import type { RunState } from '../model/run-state.ts';
import { roleNames, type ServiceSubject } from '../model/subject.ts';
import type { StoredReport } from '../store/store.ts';
import { type Html, html } from './markup.ts';
import {
  ago,
  badge,
  cell,
  checkHref,
  clock,
  day,
  deploymentHref,
  entryHref,
  sinceWords,
  sparkline,
  statusWords,
  subjectHref,
  table,
  time,
  toPage,
  until,
} from './page.ts';
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
  questionsOf,
  type Seen,
  type Status,
  seen,
  silenceText,
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

export type StatusPageInput = {
  readonly reports: readonly StoredReport[];
  /** Deployments that were not looked at yet. */
  readonly missing: readonly string[];
  /** The last day of a deployment. */
  readonly dayOf?: (deployment: string) => readonly DaySlot[];
  /** Shows every deployment, however many there are. */
  readonly isWhole?: boolean;
  /** How the daemon itself does. */
  readonly runState?: RunState;
  /** Milliseconds since 1970, for "3 min ago". */
  readonly nowMs: number;
  /** The page asks the browser to load it again after this time. */
  readonly refreshSeconds?: number;
};

/** Of hundreds of deployments the first ones are shown at first. */
const shownMost = 100;

/** All deployments, worst first: what is broken, since when, why, and the remedy one click away. */
export function toStatusPage({
  reports,
  missing,
  nowMs,
  refreshSeconds,
  runState,
  dayOf = () => [],
  isWhole = false,
}: StatusPageInput): string {
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
  const shown = (list: readonly StoredReport[]) => (isWhole ? list : list.slice(0, shownMost));
  const restOf = (list: readonly StoredReport[]) =>
    shown(list).length === list.length
      ? undefined
      : html`<p class="note"><a href="/?all=true">and ${list.length - shownMost} more</a></p>`;
  return toPage({
    title: sorted.length === 0 ? 'Looking for the first time' : `${status.toUpperCase()}: ${sum}`,
    here: 'status',
    isLive: true,
    ...(refreshSeconds !== undefined && { refreshSeconds }),
    content: html`<div class="verdict ${status}">
<h1>${verdict}</h1>
${sorted.length === 0 ? undefined : html`<ul class="counts" aria-label="Deployments by status">${counts.map(({ name, number }) => html`<li>${badge(name, `${number} ${statusWords[name]}`)}</li>`)}</ul>`}
</div>
${runState === undefined ? undefined : ownNotes(runState, nowMs)}
${missing.length === 0 ? undefined : html`<p class="quiet note">${count(missing.length, 'deployment')} not looked at yet: ${missing.join(', ')}.</p>`}
${troubled.length === 0 ? undefined : html`<section aria-label="Deployments that need attention">${shown(troubled).map(stored => deploymentCard(stored, nowMs, dayOf))}${restOf(troubled)}</section>`}
${fine.length === 0 ? undefined : html`<section aria-labelledby="working"><h2 id="working">Working</h2>${fineTable(shown(fine), nowMs, dayOf)}${restOf(fine)}</section>`}
<p class="quiet small note">${
      refreshSeconds === undefined
        ? html`<a href="/?refresh=60">Load this page again every minute</a>`
        : html`Loads again every ${duration(refreshSeconds * 1000)}. <a href="/">Stop</a>`
    }</p>`,
  });
}

/** What the reader has to know of us before trusting what follows. */
function ownNotes({ reload, store, maintenance, shard }: RunState, nowMs: number): Html {
  return html`${
    reload.successful
      ? undefined
      : html`<div class="card toned warning"><h2>The configuration file could not be taken over</h2><p>What is watched is what stood in it ${ago(new Date(reload.successMs).toISOString(), nowMs)}.</p><ul>${reload.problems.map(({ place, message }) => html`<li><code>${place}</code> ${message}</li>`)}</ul></div>`
  }${
    store.problem === undefined
      ? undefined
      : html`<div class="card toned warning"><h2>The history cannot be written</h2><p>${store.problem}</p></div>`
  }${
    maintenance.length === 0
      ? undefined
      : html`<p class="note">In maintenance, so nothing new opens: ${maintenance.map(({ deployment, until: end, reason }, i) => html`${i === 0 ? '' : ', '}<b>${deployment}</b> until ${time(end)} (${reason})`)}.</p>`
  }${shard ? html`<p class="quiet note">This process watches part ${shard.index} of ${shard.count}.</p>` : undefined}`;
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

type DayOf = (deployment: string) => readonly DaySlot[];

function deploymentCard(stored: StoredReport, nowMs: number, dayOf: DayOf): Html {
  const { report } = stored;
  const { name, vantage } = report.deployment;
  const { status, headline, causes } = report.diagnosis;
  return html`<article class="card toned ${status}">
<div class="head">${badge(status, statusWords[status])}<h2><a href="${deploymentHref(name)}">${name}</a></h2></div>
<p class="lead">${headline}</p>
<p class="meta"><span>seen from ${vantageWords[vantage]}</span><span>${ago(report.at, nowMs)}</span>${unseenNote(report)}${suspectedNote(stored)}</p>
${sparkline(dayOf(name))}
${causes.map(cause => causeArticle(stored, cause, nowMs, 'glance'))}
</article>`;
}

function unseenNote(report: Report): Html | undefined {
  const unseen = judgements(report, 'unknown').length;
  return unseen === 0 ? undefined : html`<span>${unseen} could not be seen</span>`;
}

function suspectedNote({ suspected }: StoredReport): Html | undefined {
  return suspected.length === 0
    ? undefined
    : html`<span>${count(suspected.length, 'finding')} suspected, not confirmed yet</span>`;
}

function fineTable(reports: readonly StoredReport[], nowMs: number, dayOf: DayOf): Html {
  const rows = reports.map(stored => {
    const { report } = stored;
    const { name, vantage } = report.deployment;
    return html`<tr><th scope="row"><a href="${deploymentHref(name)}">${name}</a></th>${[
      cell('Result', html`${report.diagnosis.headline}`),
      cell('Seen from', html`${vantageWords[vantage]}`),
      cell('Looked', html`${ago(report.at, nowMs)}`),
      cell(
        'Checks',
        html`${judgements(report, 'pass').length} fine${unseenCount(report)}${suspectedNote(stored)}`,
      ),
      cell('Last day', sparkline(dayOf(name))),
    ]}</tr>`;
  });
  return table(
    'Working deployments',
    ['Deployment', 'Result', 'Seen from', 'Looked', 'Checks', 'Last day'],
    rows,
  );
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
  const silence = silenceText(cause);
  return html`<article class="cause ${cause.severity}">
<div class="head">${badge(cause.severity)}<h3>${cause.title}</h3></div>
${silence === undefined ? undefined : html`<p class="meta"><b>Silenced</b> ${silence}</p>`}
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
<p class="small quiet"><a href="${checkHref(cause.findings[0]?.check ?? '')}"><code>${cause.code}</code></a> ${
    entry === undefined
      ? undefined
      : html`<a href="${entryHref(entry.id)}">${entry.id} ${entry.title}</a> (${entry.source})`
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
export function toDeploymentPage(
  stored: StoredReport,
  nowMs: number,
  lastDay: readonly DaySlot[] = [],
): string {
  const { report } = stored;
  const { name, vantage, domains, resolvers } = report.deployment;
  const { status, headline, causes } = report.diagnosis;
  const asked = [...new Set([...resolvers.public, ...resolvers.internal])];
  const line = causesLine(report);
  return toPage({
    title: `${status.toUpperCase()}: ${name}`,
    here: 'elsewhere',
    isLive: true,
    content: html`<div class="verdict ${status}">
<div class="head">${badge(status, statusWords[status])}<b>${name}</b></div>
<h1>${headline}</h1>
<dl class="facts small">
<dt>Domain</dt><dd>${domains.join(', ')}</dd>
<dt>Seen from</dt><dd>${vantageWords[vantage]}${asked.length === 0 ? '' : ` through ${asked.join(', ')}`}</dd>
<dt>Looked</dt><dd>${ago(report.at, nowMs)}, ${count(report.steps.length, 'step')}</dd>
<dt>History</dt><dd><a href="/incidents?deployment=${encodeURIComponent(name)}">Incidents</a></dd>
</dl>
${sparkline(lastDay)}
</div>
${
  causes.length === 0
    ? undefined
    : html`<section aria-labelledby="causes"><h2 id="causes">${line}</h2>${causes.map(
        cause =>
          html`<div class="card toned ${cause.severity}">${causeArticle(stored, cause, nowMs, 'all')}</div>`,
      )}</section>`
}
${questionsSection(report)}
${suspectedSection(stored)}
${servicesSection(report)}
${dnsSection(report)}
${certificatesSection(report, nowMs)}
${checksSection(report)}
${stepsSection(report)}`,
  });
}

/** What only a person can look at: where, and what has to stand there. */
function questionsSection(report: Report): Html | undefined {
  const questions = questionsOf(report);
  if (questions.length === 0) return undefined;
  return html`<section aria-labelledby="questions"><h2 id="questions">Only a person can tell</h2><div class="card"><ol>${questions.map(
    ({ where, expect }) => html`<li>${where}: <b>${expect}</b></li>`,
  )}</ol></div></section>`;
}

/** What failed in the latest look and waits for another one: nobody is told of it, but who looks here may know. */
function suspectedSection({ report, suspected }: StoredReport): Html | undefined {
  if (suspected.length === 0) return undefined;
  return html`<section aria-labelledby="suspected"><h2 id="suspected">Suspected, not confirmed yet</h2><div class="card">${seenList(seen(suspected, placesOf(report)))}</div></section>`;
}

function servicesSection(report: Report): Html | undefined {
  const services = report.subjects.filter((subject): subject is ServiceSubject => subject.kind === 'service');
  if (services.length === 0) return undefined;
  const tcp = new Map(observed(report, 'tcp').map(({ subject, reading }) => [subject, reading]));
  const udp = new Map(observed(report, 'udp').map(({ subject, reading }) => [subject, reading]));
  const tls = new Map(observed(report, 'tls').map(({ subject, reading }) => [subject, reading]));
  const http = new Map(observed(report, 'http').map(({ subject, reading }) => [subject, reading]));
  const differs = ({ id, expected }: ServiceSubject) =>
    expected !== 'any' && tcp.has(id) && (tcp.get(id)!.state === 'open') !== (expected === 'open');
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
      const shown = connection?.state ?? udp.get(service.id)?.state ?? notSeen(report, service.id);
      return html`<tr><th scope="row"><a href="${subjectHref(service.id)}">${service.host}</a><small>${roleNames[service.role]}</small></th>${[
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
    ({ subject, reading }) =>
      html`<tr><th scope="row"><a href="${subjectHref(subject)}">${reading.name}</a></th>${[
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
        html`<li>${why}<ul class="evidence">${groupBy(members, member => member.check).map(({ why: check, members: same }) => html`<li><a href="${checkHref(check)}"><code>${check}</code></a> ${places.list(same.map(({ subject }) => subject))}</li>`)}</ul></li>`,
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
      html`<tr><th scope="row"><a href="${subjectHref(step.subject)}">${places.full(step.subject)}</a></th>${[
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
          html`<tr><th scope="row"><a href="${entryHref(id)}">${id}</a></th>${[
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
