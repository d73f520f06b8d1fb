import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  BigValueColorMode,
  BigValueGraphMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  DashboardBuilder as Dashboard,
  type DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  FieldColorBuilder,
  FieldColorModeId,
  MappingType,
  type Panel,
  QueryVariableBuilder,
  RowBuilder,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMapping,
  VariableHide,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimelineBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as SeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

// biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana fills it in
const datasource = { type: 'prometheus', uid: '${datasource}' } as const;

/** Which watchers are meant; every query asks with it. */
export const watcher = 'job=~"$job", instance=~"$instance"';
/** Which deployments of them are meant. */
export const chosen = `${watcher}, deployment=~"$deployment"`;

/** What every panel says of itself. */
export type About = {
  readonly title: string;
  readonly description: string;
  readonly unit: string;
  /** Of 24. */
  readonly width: number;
  readonly height: number;
};

/** One question; `legend` names its series. */
export type Query = { readonly expr: string; readonly legend?: string };

export const dashboardTag = 'mradar';

/** An empty dashboard with the variables and links that all of them share. */
export function newDashboard(about: {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly withDeployment: boolean;
}): DashboardBuilder {
  const label = (name: string, query: string) =>
    new QueryVariableBuilder(name)
      .label(name)
      .datasource(datasource)
      .query({ query, refId: name })
      .refresh(VariableRefresh.OnTimeRangeChanged)
      .sort(VariableSort.AlphabeticalAsc)
      .multi(true)
      .includeAll(true)
      .allValue('.+')
      .current({ text: 'All', value: '$__all' });
  const dashboard = new Dashboard(about.title)
    .uid(about.uid)
    .description(about.description)
    .tags([dashboardTag])
    .readonly()
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: 'now-6h', to: 'now' })
    .refresh('30s')
    .timezone('browser')
    .link(
      new DashboardLinkBuilder('mradar')
        .type(DashboardLinkType.Dashboards)
        .tags([dashboardTag])
        .asDropdown(true)
        .includeVars(true)
        .keepTime(true),
    )
    .withVariable(
      new DatasourceVariableBuilder('datasource')
        .label('Data source')
        .type('prometheus')
        .hide(VariableHide.DontHide),
    )
    .withVariable(label('job', 'label_values(mradar_build_info, job)'))
    .withVariable(label('instance', 'label_values(mradar_build_info{job=~"$job"}, instance)'));
  if (!about.withDeployment) return dashboard;
  return dashboard.withVariable(
    label('deployment', `label_values(mradar_deployment_status{${watcher}}, deployment)`),
  );
}

export function row(title: string): RowBuilder {
  return new RowBuilder(title);
}

/** Green, and from these values on another colour. */
export function steps(
  ...above: readonly (readonly [value: number, color: string])[]
): ThresholdsConfigBuilder {
  const thresholds: Threshold[] = [{ value: null, color: 'green' }];
  for (const [value, color] of above) thresholds.push({ value, color });
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(thresholds);
}

/** Worse from small to large: red below the first value, yellow below the second, then green. */
export function enough(red: number, yellow: number): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([
    { value: null, color: 'red' },
    { value: red, color: 'yellow' },
    { value: yellow, color: 'green' },
  ]);
}

/** Words and colours for values. */
export function words(
  ...meanings: readonly (readonly [value: number, text: string, color: string])[]
): ValueMapping[] {
  const options = Object.fromEntries(
    meanings.map(([value, text, color], index) => [String(value), { text, color, index }]),
  );
  return [{ type: MappingType.ValueToText, options }];
}

export const statusWords = words(
  [0, 'ok', 'green'],
  [1, 'warning', 'yellow'],
  [2, 'critical', 'red'],
  [3, 'unknown', 'purple'],
);

function queryOf({ expr, legend }: Query, refId: string): DataqueryBuilder {
  return new DataqueryBuilder()
    .datasource(datasource)
    .expr(expr)
    .legendFormat(legend ?? '__auto')
    .refId(refId);
}

const letters = 'ABCDEFGH';

/** One number, or one for each series. */
export function stat(
  { title, description, unit, width, height }: About,
  query: Query,
  look: { readonly thresholds?: ThresholdsConfigBuilder; readonly mappings?: ValueMapping[] } = {},
): Builder<Panel> {
  const panel = new StatBuilder()
    .title(title)
    .description(description)
    .unit(unit)
    .span(width)
    .height(height)
    .datasource(datasource)
    .noValue('-')
    .graphMode(BigValueGraphMode.None)
    .colorMode(look.thresholds || look.mappings ? BigValueColorMode.Background : BigValueColorMode.None)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false))
    .thresholds(look.thresholds ?? steps())
    .withTarget(queryOf(query, 'A').instant());
  return look.mappings ? panel.mappings(look.mappings) : panel;
}

/** Lines over time. */
export function series(
  { title, description, unit, width, height }: About,
  queries: readonly Query[],
): Builder<Panel> {
  const panel = new SeriesBuilder()
    .title(title)
    .description(description)
    .unit(unit)
    .span(width)
    .height(height)
    .datasource(datasource)
    .lineWidth(1)
    .fillOpacity(8)
    .showPoints(VisibilityMode.Never)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
  queries.forEach((query, i) => {
    panel.withTarget(queryOf(query, letters[i]!).range());
  });
  return panel;
}

/** States over time, one lane for each series. */
export function timeline(
  { title, description, unit, width, height }: About,
  query: Query,
  mappings: ValueMapping[],
): Builder<Panel> {
  return new TimelineBuilder()
    .title(title)
    .description(description)
    .unit(unit)
    .span(width)
    .height(height)
    .datasource(datasource)
    .showValue(VisibilityMode.Never)
    .rowHeight(0.8)
    .mergeValues(true)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
    .thresholds(steps())
    .mappings(mappings)
    .withTarget(queryOf(query, 'A').range());
}

/** A table of the latest values. Columns stand in the given order; others are left out. */
export function table(
  { title, description, unit, width, height }: About,
  query: Query,
  columns: readonly Column[],
): Builder<Panel> {
  const panel = new TableBuilder()
    .title(title)
    .description(description)
    .unit(unit)
    .span(width)
    .height(height)
    .datasource(datasource)
    .thresholds(steps())
    .noValue('none')
    .filterable(true)
    .withTarget(queryOf(query, 'A').instant().format(PromQueryFormat.Table))
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: {},
        includeByName: Object.fromEntries(columns.map(({ label }) => [label, true])),
        indexByName: Object.fromEntries(columns.map(({ label }, index) => [label, index])),
        renameByName: Object.fromEntries(columns.map(({ label, title: name }) => [label, name ?? label])),
      },
    });
  for (const { label, title: name, link, mappings, thresholds } of columns) {
    const properties = [
      ...(link === undefined ? [] : [{ id: 'links', value: [{ title: link.title, url: link.url }] }]),
      ...(mappings === undefined ? [] : [{ id: 'mappings', value: mappings }]),
      ...(thresholds === undefined ? [] : [{ id: 'thresholds', value: thresholds.build() }]),
      ...(mappings === undefined && thresholds === undefined
        ? []
        : [{ id: 'custom.cellOptions', value: { type: 'color-background', mode: 'basic' } }]),
    ];
    if (properties.length > 0) panel.overrideByName(name ?? label, properties);
  }
  return panel;
}

/** One label of the answer as a column; `Value` is its value. */
export type Column = {
  readonly label: string;
  readonly title?: string;
  readonly link?: { readonly title: string; readonly url: string };
  readonly mappings?: ValueMapping[];
  readonly thresholds?: ThresholdsConfigBuilder;
};

/** The documented entry, on the pages of the watcher that found it. */
export const entryLink = {
  title: 'What it means and what to do',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana fills it in
  url: 'http://${__data.fields.instance}/entries/${__value.text}',
} as const;
/** The dashboard of one deployment. */
export const deploymentLink = {
  title: 'The deployment',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana fills it in
  url: '/d/mradar-deployment?var-deployment=${__value.text}&${datasource:queryparam}&${__url_time_range}',
} as const;
