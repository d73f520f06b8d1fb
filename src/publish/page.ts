import type { DaySlot } from '../model/incident.ts';
import { type Html, html, toHtmlText } from './markup.ts';
import type { Status } from './words.ts';
import { count, duration, statusOrder } from './words.ts';

const places = [
  ['/', 'status', 'Status'],
  ['/incidents', 'incidents', 'Incidents'],
  ['/checks', 'checks', 'Checks'],
  ['/coverage', 'coverage', 'Coverage'],
  ['/entries', 'entries', 'Troubleshooting'],
] as const;

/** One page: its title, where it stands in the navigation, and what is on it. */
export type Page = {
  readonly title: string;
  readonly here: (typeof places)[number][1] | 'elsewhere';
  readonly content: Html;
  /** Shows the state of now: with the script it changes by itself. */
  readonly isLive?: boolean;
  readonly refreshSeconds?: number;
};

/** The frame of every page; complete without the script. */
export function toPage({ title, here, content, isLive, refreshSeconds }: Page): string {
  const links = places.map(([href, name, text]) =>
    here === name
      ? html`<li><a href="${href}" aria-current="page">${text}</a></li>`
      : html`<li><a href="${href}">${text}</a></li>`,
  );
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
${isLive ? html`<script src="/live.js" defer></script>` : undefined}
</head>
<body>
<a class="skip" href="#content">To the content</a>
<header><div class="wide">
<a class="brand" href="/">${radar} mradar</a>
<nav aria-label="Pages"><ul>${links}</ul></nav>
</div></header>
<main id="content"><div class="wide">
${content}
</div></main>
<footer><div class="wide"><span>mradar watches Mobile and Remote Access</span><a href="/metrics">Metrics</a><a href="/api/v1/openapi.json">API</a><span id="live" role="status"></span></div></footer>
</body>
</html>
`);
}

const radar = html`<svg viewBox="0 0 32 32" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="2.5"><circle cx="16" cy="16" r="13"/><circle cx="16" cy="16" r="6.5"/><path d="M16 16 25 7" stroke-linecap="round"/></svg>`;

/** How the pages call a status. */
export const statusWords: Readonly<Record<Status, string>> = {
  critical: 'critical',
  warning: 'warning',
  unknown: 'unknown',
  ok: 'working',
};
/** A table that folds on a narrow screen. */
export function table(label: string, heads: readonly string[], rows: readonly Html[]): Html {
  return html`<div class="table" role="group" aria-label="${label}" tabindex="0"><table class="folds"><thead><tr>${heads.map(head => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** A cell that tells its column when the table is folded on a narrow screen; empty when there is nothing to tell. */
export function cell(label: string, content: Html | undefined): Html {
  return html`<td data-label="${label}">${content}</td>`;
}

/** A moment to the minute. */
export function time(iso: string): Html {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return html`${iso}`;
  return html`<time datetime="${iso}">${at.toISOString().slice(0, 16).replace('T', ' ')} UTC</time>`;
}

/** A time of day to the millisecond. */
export function clock(ms: number): Html {
  const at = new Date(ms);
  return Number.isNaN(at.getTime())
    ? html`unknown`
    : html`<time datetime="${at.toISOString()}">${at.toISOString().slice(11, 23)}</time>`;
}

/** A calendar day. */
export function day(iso: string): Html {
  return html`<time datetime="${iso}">${iso.slice(0, 10)}</time>`;
}

/** How long ago, and when. */
export function ago(iso: string, nowMs: number): Html {
  const ms = nowMs - Date.parse(iso);
  return ms >= 0 ? html`${duration(roundedMs(ms))} ago (${time(iso)})` : time(iso);
}

/** How long it has been so, and since when. */
export function sinceWords(iso: string, nowMs: number): Html {
  const ms = nowMs - Date.parse(iso);
  return ms >= 60_000
    ? html`for <b>${duration(roundedMs(ms))}</b>, since ${time(iso)}`
    : html`since ${time(iso)}`;
}

/** Days left, in brackets. */
export function until(iso: string, nowMs: number): string {
  const days = Math.floor((Date.parse(iso) - nowMs) / 86_400_000);
  if (Number.isNaN(days)) return '';
  return days < 0 ? `(ended ${count(-days, 'day')} ago)` : `(${count(days, 'day')} left)`;
}

/** Whole seconds: "0.3 s ago" tells nobody anything. */
function roundedMs(ms: number): number {
  return Math.max(1000, Math.round(ms / 1000) * 1000);
}

/** Where a deployment is shown. */
export function deploymentHref(name: string): string {
  return `/deployments/${encodeURIComponent(name)}`;
}

/** Where a subject is shown; the slashes of its id stay, so that proxies leave it alone. */
export function subjectHref(id: string): string {
  return `/subjects/${id.split('/').map(encodeURIComponent).join('/')}`;
}

/** Where a check is shown. */
export function checkHref(id: string): string {
  return `/checks/${id.split('/').map(encodeURIComponent).join('/')}`;
}

/** Where an entry is shown. */
export function entryHref(id: string): string {
  return `/entries/${encodeURIComponent(id)}`;
}

/** An id that may be broken after its slashes and underscores. */
export function breakable(id: string): Html {
  return html`${id.split(/(?<=[/_])/).map((part, i) => html`${i === 0 ? undefined : html`<wbr>`}${part}`)}`;
}

/** A word on its tone. */
export function badge(tone: string, word: string = tone): Html {
  return html`<span class="badge ${tone}">${word}</span>`;
}

const slotMs = 900_000;
/** Worse is higher, so that colour is not all that tells. */
const heights: Readonly<Record<Status, number>> = { ok: 5, unknown: 9, warning: 13, critical: 20 };

/** A day as a picture: what stood when, and the sum in words. Nothing when nobody has looked yet. */
export function sparkline(day: readonly DaySlot[]): Html | undefined {
  const known = statusOrder
    .map(status => ({ status, slots: day.filter(slot => slot.status === status).length }))
    .filter(({ slots }) => slots > 0);
  if (known.length === 0) return undefined;
  const words = known.map(({ status, slots }) => `${duration(slots * slotMs)} ${statusWords[status]}`);
  return html`<svg class="day" viewBox="0 0 ${day.length} 20" preserveAspectRatio="none" role="img" aria-label="Last 24 hours: ${words.join(', ')}">${runsOf(
    day,
  ).map(({ status, from, length }) =>
    status === undefined
      ? undefined
      : html`<rect class="${status}" x="${from}" y="${20 - heights[status]}" width="${length}" height="${heights[status]}"/>`,
  )}</svg>`;
}

function runsOf(day: readonly DaySlot[]) {
  const runs: { readonly status: DaySlot['status']; readonly from: number; length: number }[] = [];
  for (const [from, { status }] of day.entries()) {
    const last = runs.at(-1);
    if (last && last.status === status) last.length++;
    else runs.push({ status, from, length: 1 });
  }
  return runs;
}
