/** The one stylesheet: no web font, no picture; light and dark follow the reader's system. */
export const stylesheet = `
:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --surface: #ffffff; --sunk: #eef0f4; --line: #d5dae2; --text: #171c26; --quiet: #525c6d; --link: #0b57b8;
  --critical: #b3141d; --critical-ground: #fdeeee; --warning: #8a5200; --warning-ground: #fdf4e3;
  --unknown: #6a3fa0; --unknown-ground: #f4eefb; --ok: #17703c; --ok-ground: #eaf6ee; --info: #0b5f86; --info-ground: #e9f4fa;
  --shadow: 0 1px 2px rgb(20 28 45 / 8%);
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #11151c; --surface: #1a202a; --sunk: #232b37; --line: #364152; --text: #e8ebf0; --quiet: #a8b3c3; --link: #84bbff;
    --critical: #ff938e; --critical-ground: #3a1d20; --warning: #f3bb62; --warning-ground: #35290f;
    --unknown: #cdaef5; --unknown-ground: #2c2340; --ok: #79d49b; --ok-ground: #14301f; --info: #7fcdf2; --info-ground: #122d3a;
    --shadow: none;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
@media (min-width: 150rem) { html { font-size: 130%; } }
body {
  margin: 0; background: var(--ground); color: var(--text);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
.wide { max-width: clamp(76rem, 60vw, 110rem); margin: 0 auto; padding: 0 clamp(0.9rem, 3vw, 2rem); }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: 0.5rem; background: var(--surface); padding: 0.5rem 1rem; z-index: 1; }
a { color: var(--link); text-underline-offset: 0.15em; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 2px; }
body > header { background: var(--surface); border-bottom: 1px solid var(--line); }
body > header .wide { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; align-items: center; padding-block: 0.65rem; }
.brand { font-weight: 700; letter-spacing: -0.01em; color: inherit; text-decoration: none; display: flex; gap: 0.5rem; align-items: center; }
.brand svg { width: 1.35rem; height: 1.35rem; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.1rem; list-style: none; margin: 0; padding: 0; }
nav li { margin: 0; }
nav a { display: inline-block; padding-block: 0.2rem; }
nav [aria-current] { color: inherit; font-weight: 600; text-decoration: none; }
main { padding-block: 1.4rem 2.5rem; }
body > footer { border-top: 1px solid var(--line); color: var(--quiet); font-size: 0.875rem; }
body > footer .wide { padding-block: 1rem 2rem; display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; }
h1 { font-size: clamp(1.4rem, 1.1rem + 1.6vw, 2rem); line-height: 1.2; letter-spacing: -0.015em; margin: 0 0 0.5rem; text-wrap: balance; }
h2 { font-size: 1.2rem; line-height: 1.3; margin: 0 0 0.6rem; letter-spacing: -0.01em; }
h3 { font-size: 1.05rem; line-height: 1.35; margin: 0 0 0.35rem; }
p { margin: 0 0 0.6rem; }
h1, h2, h3, p, li, dd, td, th, summary { overflow-wrap: anywhere; }
section { margin-top: 2rem; }
main p.note { margin: 1rem 0 0; }
.prose { max-width: 52rem; }
.lead { font-size: 1.1rem; max-width: 60rem; }
.quiet { color: var(--quiet); }
.small { font-size: 0.9rem; }
code, pre { font-family: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 0.9em; }
code { background: var(--sunk); border-radius: 0.25rem; padding: 0.05em 0.3em; overflow-wrap: anywhere; }
pre { background: var(--sunk); border: 1px solid var(--line); border-radius: 0.5rem; padding: 0.75rem 1rem; overflow-x: auto; }
pre code { background: none; padding: 0; overflow-wrap: normal; }
.critical { --tone: var(--critical); --tone-ground: var(--critical-ground); }
.warning { --tone: var(--warning); --tone-ground: var(--warning-ground); }
.unknown { --tone: var(--unknown); --tone-ground: var(--unknown-ground); }
.ok { --tone: var(--ok); --tone-ground: var(--ok-ground); }
.info { --tone: var(--info); --tone-ground: var(--info-ground); }
.badge {
  display: inline-block; font-size: 0.8rem; font-weight: 700; line-height: 1.3; letter-spacing: 0.03em; text-transform: uppercase;
  color: var(--tone); background: var(--tone-ground); border: 1px solid currentcolor; border-radius: 0.3rem;
  padding: 0.1rem 0.45rem; white-space: nowrap;
}
.verdict {
  background: var(--tone-ground); border: 1px solid var(--line); border-left: 0.4rem solid var(--tone);
  border-radius: 0.5rem; padding: 1rem 1.25rem; box-shadow: var(--shadow);
}
.verdict > :last-child { margin-bottom: 0; }
.counts { display: flex; flex-wrap: wrap; gap: 0.5rem; list-style: none; margin: 0.75rem 0 0; padding: 0; }
.card {
  background: var(--surface); border: 1px solid var(--line); border-radius: 0.6rem; padding: 1rem 1.25rem;
  margin: 0 0 1rem; box-shadow: var(--shadow);
}
section.card { margin-top: 2rem; }
.card.toned { border-left: 0.4rem solid var(--tone); }
.card > :last-child { margin-bottom: 0; }
.head { display: flex; flex-wrap: wrap; gap: 0.3rem 0.7rem; align-items: baseline; margin-bottom: 0.35rem; }
.head h2, .head h3 { margin: 0; flex: 1 1 18rem; }
.cause:not(:first-child) { border-top: 1px solid var(--line); padding-top: 0.9rem; margin-top: 0.9rem; }
.cause > :last-child { margin-bottom: 0; }
.meta { display: flex; flex-wrap: wrap; gap: 0.15rem 1rem; margin: 0 0 0.5rem; font-size: 0.9rem; color: var(--quiet); }
.meta b { color: var(--text); font-weight: 600; }
ul, ol { margin: 0 0 0.6rem; padding-left: 1.4rem; }
li { margin-bottom: 0.25rem; }
details { margin: 0 0 0.5rem; }
summary { cursor: pointer; font-weight: 600; padding: 0.3rem 0; color: var(--link); }
details > div { border-left: 2px solid var(--line); padding: 0.25rem 0 0.1rem 1rem; margin-left: 0.3rem; }
dl.facts { display: grid; grid-template-columns: minmax(6rem, max-content) 1fr; gap: 0.15rem 1.2rem; margin: 0; }
dl.facts dt { color: var(--quiet); }
dl.facts dd { margin: 0; }
.evidence { list-style: none; padding-left: 0; margin-top: 0.15rem; font-size: 0.92rem; color: var(--quiet); }
.table { overflow-x: auto; background: var(--surface); border: 1px solid var(--line); border-radius: 0.6rem; box-shadow: var(--shadow); }
table { border-collapse: collapse; width: 100%; font-size: 0.93rem; }
caption { text-align: left; padding: 0.6rem 0.9rem 0; color: var(--quiet); font-size: 0.9rem; }
th, td { text-align: left; vertical-align: top; padding: 0.5rem 0.9rem; border-bottom: 1px solid var(--line); }
td, tbody th { overflow-wrap: break-word; }
thead th { font-size: 0.82rem; color: var(--quiet); font-weight: 600; white-space: nowrap; }
tbody th { font-weight: 600; }
.table a { display: inline-block; padding-block: 0.1rem; min-height: 1.6rem; max-width: 100%; overflow-wrap: break-word; }
.table time, th.id { white-space: nowrap; }
tbody th small { display: block; font-weight: 400; color: var(--quiet); }
tbody tr:last-child > * { border-bottom: 0; }
td.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
svg.day { display: block; width: 100%; max-width: 24rem; height: 1.25rem; background: var(--sunk); border-radius: 0.2rem; margin: 0.25rem 0 0.6rem; }
svg.day rect { fill: var(--tone); }
td svg.day { min-width: 8rem; margin: 0.15rem 0; }
.verdict form { margin: 0.75rem 0 0; }
.filter { display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; align-items: end; margin: 0 0 1rem; }
.filter label { display: grid; gap: 0.15rem; font-size: 0.9rem; color: var(--quiet); }
button, select { font: inherit; color: inherit; background: var(--surface); border: 1px solid var(--quiet); border-radius: 0.4rem; padding: 0.35rem 0.8rem; min-height: 2.25rem; max-width: 100%; }
button { cursor: pointer; color: var(--link); border-color: currentcolor; font-weight: 600; }
button:hover { background: var(--sunk); }
dl.facts dl.facts { margin: 0.1rem 0; grid-template-columns: minmax(4rem, max-content) 1fr; }
:target { scroll-margin-top: 1rem; background: var(--sunk); }
#live { margin-left: auto; }
.differs { color: var(--critical); font-weight: 600; }
@media (max-width: 42rem) {
  #live { margin-left: 0; flex-basis: 100%; }
  table.folds, table.folds tbody, table.folds tr, table.folds th, table.folds td { display: block; border: 0; padding: 0; }
  table.folds thead { position: absolute; left: -100rem; }
  table.folds tr { padding: 0.7rem 0.9rem; border-bottom: 1px solid var(--line); }
  table.folds tr:last-child { border-bottom: 0; }
  table.folds td[data-label]::before { content: attr(data-label) ": "; color: var(--quiet); }
  table.folds td:empty { display: none; }
  .card, .verdict { padding: 0.85rem 0.95rem; }
  dl.facts { grid-template-columns: 1fr; gap: 0; }
  dl.facts dd { margin-bottom: 0.4rem; }
}
@media (forced-colors: active) { .badge, .verdict, .card { border: 1px solid; } }
@media print {
  body { background: none; }
  body > header nav, .skip, form, #live { display: none; }
  details::details-content { content-visibility: visible; block-size: auto; }
  summary { list-style: none; color: inherit; }
  a { color: inherit; }
  svg.day, .badge, .verdict, .card.toned { print-color-adjust: exact; }
  .card, .table, .verdict { box-shadow: none; break-inside: avoid; }
}
`.trimStart();

/** A radar sweep, for the tab. */
export const favicon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><circle cx="16" cy="16" r="14" fill="#0f3d2a"/><g fill="none" stroke="#5fd693" stroke-width="2"><circle cx="16" cy="16" r="13"/><circle cx="16" cy="16" r="7"/><path d="M16 16 25 7" stroke-linecap="round"/></g><circle cx="16" cy="16" r="2" fill="#5fd693"/></svg>
`;
