import type { Incident } from '../model/incident.ts';
import type { Page } from '../store/store.ts';
import { type Html, html } from './markup.ts';
import {
  badge,
  breakable,
  cell,
  checkHref,
  deploymentHref,
  entryHref,
  sinceWords,
  subjectHref,
  table,
  time,
  toPage,
} from './page.ts';
import { count, duration } from './words.ts';

/** What the reader asked for, as it stands in the address. */
export type IncidentFilter = {
  readonly deployment?: string;
  readonly state?: string;
  readonly severity?: string;
  readonly code?: string;
  readonly subject?: string;
};

export type IncidentsPageInput = {
  readonly page: Page<Incident>;
  readonly filter: IncidentFilter;
  /** Names to choose from. */
  readonly deployments: readonly string[];
  /** Milliseconds since 1970. */
  readonly nowMs: number;
};

/** What is wrong now, worst first, and what was wrong before, newest first. */
export function toIncidentsPage({ page, filter, deployments, nowMs }: IncidentsPageInput): string {
  const current = page.items
    .filter(({ state }) => state !== 'closed')
    .toSorted((a, b) => rankOf(a) - rankOf(b) || a.suspectedAt.localeCompare(b.suspectedAt));
  const past = page.items.filter(({ state }) => state === 'closed');
  const next = new URLSearchParams({ ...filter, ...(page.next === undefined ? {} : { after: page.next }) });
  return toPage({
    title: 'Incidents',
    here: 'incidents',
    isLive: true,
    content: html`<h1>Incidents</h1>
<p class="lead">${count(page.total, 'incident')}${Object.keys(filter).length > 0 ? ' fit' : ' kept'}.</p>
${filterForm(filter, deployments)}
${
  current.length === 0
    ? undefined
    : html`<section aria-labelledby="current"><h2 id="current">Not over</h2>${incidentTable(current, nowMs)}</section>`
}
${
  past.length === 0
    ? undefined
    : html`<section aria-labelledby="past"><h2 id="past">Over</h2>${incidentTable(past, nowMs)}</section>`
}
${page.next === undefined ? undefined : html`<p class="note"><a href="/incidents?${next.toString()}">Older ones</a></p>`}`,
  });
}

function rankOf({ state, severity, cause, code }: Incident): number {
  const bySeverity = ['critical', 'warning', 'info'].indexOf(severity);
  return (state === 'open' ? 0 : 100) + bySeverity * 10 + (cause === code ? 0 : 1);
}

function filterForm(filter: IncidentFilter, deployments: readonly string[]): Html {
  const select = (name: keyof IncidentFilter, label: string, options: readonly string[]) =>
    html`<label>${label} <select name="${name}"><option value="">all</option>${options.map(option =>
      option === filter[name] ? html`<option selected>${option}</option>` : html`<option>${option}</option>`,
    )}</select></label>`;
  return html`<form method="get" action="/incidents" class="filter">${[
    select('deployment', 'Deployment', deployments),
    select('state', 'State', ['open', 'suspected', 'closed']),
    select('severity', 'Severity', ['critical', 'warning', 'info']),
  ]}<button>Show</button></form>`;
}

/** Incidents in rows; consequences name their cause. */
export function incidentTable(incidents: readonly Incident[], nowMs: number): Html {
  const rows = incidents.map(incident => {
    const { severity, state, message, code, cause, entry, deployment, subject, check } = incident;
    return html`<tr id="${incident.id}"><th scope="row">${badge(severity)} ${message}<small>${
      cause === code ? undefined : html`because of ${cause} `
    }${changesOf(incident)}</small></th>${[
      cell('State', html`${state}`),
      cell('When', whenOf(incident, nowMs)),
      cell(
        'Where',
        html`<a href="${subjectHref(subject)}">${breakable(subject.slice(deployment.length + 1) || subject)}</a> <span class="quiet">in</span> <a href="${deploymentHref(deployment)}">${deployment}</a>`,
      ),
      cell(
        'Code',
        html`<a href="${checkHref(check)}"><code>${breakable(code)}</code></a>${entry === undefined ? undefined : html` <a href="${entryHref(entry)}">${entry}</a>`}`,
      ),
    ]}</tr>`;
  });
  return table('Incidents', ['What', 'State', 'When', 'Where', 'Code'], rows);
}

function changesOf({ changes }: Incident): Html | undefined {
  if (changes.length === 0) return undefined;
  return html`changed before it opened: ${changes.map(({ fact }) => fact).join(', ')}`;
}

function whenOf({ state, suspectedAt, openedAt, closedAt }: Incident, nowMs: number): Html {
  if (state !== 'closed' || closedAt === undefined) return sinceWords(suspectedAt, nowMs);
  const lasted = duration(Math.max(0, Date.parse(closedAt) - Date.parse(suspectedAt)));
  return html`${time(suspectedAt)}, ${lasted}${openedAt === undefined ? ', never confirmed' : ''}`;
}
