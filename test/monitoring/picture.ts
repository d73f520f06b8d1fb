import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { filledIn } from './queries.ts';
import type { Line, Monitoring, Sample } from './stage.ts';

const run = promisify(execFile);

type Mapping = {
  readonly options: Readonly<Record<string, { readonly text: string; readonly color: string }>>;
};
type Step = { readonly value: number | null; readonly color: string };
type Panel = {
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string }[];
  readonly options?: { readonly colorMode?: string };
  readonly fieldConfig?: {
    readonly overrides?: readonly {
      readonly matcher: { readonly options: string };
      readonly properties: readonly { readonly id: string; readonly value: unknown }[];
    }[];
    readonly defaults: {
      readonly unit?: string;
      readonly mappings?: readonly Mapping[];
      readonly thresholds?: { readonly steps: readonly Step[] };
    };
  };
  readonly transformations?: readonly {
    readonly options: {
      readonly indexByName: Readonly<Record<string, number>>;
      readonly renameByName: Readonly<Record<string, string>>;
    };
  }[];
};

const colours: Readonly<Record<string, string>> = {
  ...{ green: '#3a8a4d', yellow: '#b98a00', red: '#c0332f', purple: '#7a4fa3', orange: '#c56a1b' },
};
const lines = ['#5b8def', '#e0a030', '#c0332f', '#3a8a4d', '#7a4fa3', '#20a0a0', '#c56a1b', '#888'];
const seconds = 180;

/**
 * Draws a dashboard with what Prometheus answers to its queries, as PNG. It is a likeness: panels, queries, values and places
 * are those of the dashboard, the drawing is not Grafana's.
 */
export async function takePicture(monitoring: Monitoring, name: string, file: string): Promise<void> {
  const path = resolve(import.meta.dirname, `../../dashboards/grafana/${name}.json`);
  const { title, panels } = JSON.parse(readFileSync(path, 'utf8')) as { title: string; panels: Panel[] };
  const drawn = await Promise.all(panels.map(panel => draw(monitoring, panel)));
  const height = Math.max(...panels.map(({ gridPos: { y, h } }) => y + h)) * 34 + 70;
  const folder = mkdtempSync(join(tmpdir(), 'mradar-picture-'));
  const page = join(folder, 'page.html');
  writeFileSync(
    page,
    `<meta charset="utf-8"><style>${style}</style><h1>${asText(title)}</h1><main>${drawn.join('')}</main>`,
  );
  await run('chromium', [
    ...['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', `--user-data-dir=${folder}`],
    ...[`--window-size=1400,${height}`, `--screenshot=${resolve(file)}`, `file://${page}`],
  ]);
  rmSync(folder, { recursive: true, force: true });
}

async function draw(monitoring: Monitoring, panel: Panel): Promise<string> {
  const { x, y, w, h } = panel.gridPos;
  const place = `grid-column:${x + 1}/span ${w};grid-row:${y + 1}/span ${h}`;
  if (panel.type === 'row') return `<h2 style="${place}">${asText(panel.title)}</h2>`;
  const expr = filledIn(panel.targets![0]!.expr);
  const isRange = panel.type === 'timeseries' || panel.type === 'state-timeline';
  const body = isRange
    ? lanes(panel, await monitoring.range(expr, seconds))
    : panel.type === 'table'
      ? rows(panel, await monitoring.query(expr))
      : numbers(panel, await monitoring.query(expr));
  return `<section style="${place}"><h3>${asText(panel.title)}</h3>${body}</section>`;
}

function numbers(panel: Panel, samples: readonly Sample[]): string {
  const tiles = samples.map(({ metric, value }) => {
    const number = Number(value[1]);
    const { text, color } = shown(panel, number);
    const background = panel.options?.colorMode === 'background' ? colours[color] : '#23262c';
    return `<div style="background:${background}"><small>${asText(Object.values(metric).join(' '))}</small><b>${asText(text)}</b></div>`;
  });
  return `<div class="tiles">${tiles.join('')}</div>`;
}

function rows(panel: Panel, samples: readonly Sample[]): string {
  const { indexByName, renameByName } = panel.transformations![0]!.options;
  const columns = Object.keys(indexByName).sort((a, b) => indexByName[a]! - indexByName[b]!);
  const cell = ({ metric, value }: Sample, column: string) => {
    if (column !== 'Value') return `<td>${asText(metric[column] ?? '')}</td>`;
    const override = panel.fieldConfig?.overrides?.find(
      ({ matcher }) => matcher.options === renameByName.Value,
    );
    const mappings = override?.properties.find(({ id }) => id === 'mappings')?.value as Mapping[] | undefined;
    const option = mappings?.[0]?.options[value[1]];
    return `<td style="background:${option ? colours[option.color] : 'none'}">${asText(option?.text ?? shown(panel, Number(value[1])).text)}</td>`;
  };
  const head = columns.map(column => `<th>${asText(renameByName[column] ?? column)}</th>`).join('');
  const body = samples.map(one => `<tr>${columns.map(column => cell(one, column)).join('')}</tr>`);
  return `<table><tr>${head}</tr>${body.join('')}</table>`;
}

function lanes(panel: Panel, series: readonly Line[]): string {
  const end = Date.now() / 1000;
  const x = (at: number) => ((at - end + seconds) / seconds) * 100;
  const names = series.map(({ metric }) => Object.values(metric).join(' '));
  if (panel.type === 'state-timeline') {
    const lane = ({ values }: Line) =>
      values.map(
        ([at, value]) =>
          `<i style="left:${x(at)}%;background:${colours[shown(panel, Number(value)).color]}"></i>`,
      );
    return series
      .map((one, i) => `<p><span>${asText(names[i]!)}</span><u>${lane(one).join('')}</u></p>`)
      .join('');
  }
  const most = Math.max(1e-9, ...series.flatMap(({ values }) => values.map(([, value]) => Number(value))));
  const path = ({ values }: Line, i: number) =>
    `<polyline fill="none" stroke-width="2" vector-effect="non-scaling-stroke" stroke="${lines[i % lines.length]}" points="${values
      .map(([at, value]) => `${x(at)},${98 - (Number(value) / most) * 94}`)
      .join(' ')}"/>`;
  const legend = names.map(
    (name, i) => `<em style="color:${lines[i % lines.length]}">${asText(name || 'value')}</em>`,
  );
  return `<svg viewBox="0 0 100 100" preserveAspectRatio="none">${series.map(path).join('')}</svg><p class="legend">${legend.join(' ')}</p>`;
}

function shown({ fieldConfig }: Panel, value: number): { readonly text: string; readonly color: string } {
  const { unit, mappings = [], thresholds } = fieldConfig!.defaults;
  const mapped = mappings.map(({ options }) => options[String(value)]).find(option => option !== undefined);
  const step = thresholds?.steps.findLast(({ value: from }) => from === null || value >= from);
  const days = value / 86_400;
  const time =
    days >= 2
      ? `${days.toFixed(0)} days`
      : value >= 120
        ? `${(value / 60).toFixed(0)} min`
        : `${value.toFixed(0)} s`;
  return {
    text: mapped?.text ?? (unit === 's' ? time : String(value)),
    color: mapped?.color ?? step?.color ?? 'green',
  };
}

function asText(text: string): string {
  return text.replace(/[&<>"]/g, mark => `&#${mark.charCodeAt(0)};`);
}

const style = `
body{background:#14161a;color:#dde;font:13px sans-serif;margin:16px}h1{font-size:18px;margin:0 0 10px}
main{display:grid;grid-template-columns:repeat(24,1fr);grid-auto-rows:30px;gap:4px}
h2{font-size:14px;margin:6px 0 0}h3{font-size:12px;margin:0 0 4px;color:#aab;font-weight:600}
section{background:#1d2026;border:1px solid #2c3038;border-radius:3px;padding:6px 8px;overflow:hidden;display:flex;flex-direction:column}
.tiles{display:flex;gap:4px;flex:1}.tiles div{flex:1;display:flex;flex-direction:column;align-items:center;justify-content:center;border-radius:3px;color:#fff}
b{font-size:22px}table{border-collapse:collapse;width:100%}th{text-align:left;color:#8ab}td,th{padding:2px 8px;border-bottom:1px solid #2c3038;white-space:nowrap}
svg{flex:1;min-height:0;width:100%}p{margin:3px 0;display:flex;align-items:center;gap:8px}p span{width:190px}
u{position:relative;flex:1;height:22px;background:#23262c;overflow:hidden}i{position:absolute;top:0;bottom:0;width:1.4%}
.legend{gap:14px;flex-wrap:wrap}em{font-style:normal}`;
