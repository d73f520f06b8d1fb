import { readFileSync } from 'node:fs';
import { parser } from '@prometheus-io/lezer-promql';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { dashboards } from '../../dashboards/dashboards.ts';
import { reportMetrics, runMetrics } from '../../src/publish/metric-definitions.ts';
import { filledIn, panelQueries, ruleQueries } from '../monitoring/queries.ts';

const remedy = 'run: node dashboards/write.ts && npm run format';
type Variable = {
  readonly name: string;
  readonly type: string;
  readonly multi?: boolean;
  readonly includeAll?: boolean;
  readonly allValue?: string;
  readonly refresh?: number;
  readonly query: unknown;
};
type Target = { readonly expr: string; readonly datasource: { readonly uid: string } };
type Panel = {
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly targets?: readonly Target[];
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
};

describe.each(Object.entries(dashboards))('dashboard %s', (name, build) => {
  const committed = JSON.parse(readFileSync(`dashboards/grafana/${name}.json`, 'utf8'));
  const panels = (committed.panels as Panel[]).filter(({ type }) => type !== 'row');
  const variables = committed.templating.list as Variable[];

  test('what is committed is what is generated', () => {
    expect(committed, remedy).toEqual(JSON.parse(JSON.stringify(build())));
  });

  test('the data source, the job and the instance can be chosen, and the choice follows the time', () => {
    expect(variables[0]).toMatchObject({ name: 'datasource', type: 'datasource', query: 'prometheus' });
    for (const variable of ['job', 'instance'])
      expect(variables.find(one => one.name === variable)).toMatchObject({
        ...{ type: 'query', multi: true, includeAll: true, allValue: '.+', refresh: 2 },
      });
  });

  test('every panel has a title of its own, a description and a unit', () => {
    for (const { title, description, fieldConfig } of panels) {
      expect(description, title).toMatch(/\.$/);
      expect(fieldConfig?.defaults.unit, title).toBeTruthy();
    }
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
  });

  test('every query asks the chosen watchers of the chosen data source', () => {
    for (const { title, targets = [] } of panels) {
      expect(targets.length, title).toBeGreaterThan(0);
      for (const { expr, datasource } of targets) {
        // biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana fills it in
        expect(datasource.uid).toBe('${datasource}');
        for (const selector of expr.match(/(mradar|process|up)\w*\{[^}]*\}/g) ?? [])
          expect(selector).toContain('job=~"$job", instance=~"$instance"');
      }
    }
  });

  test('nobody edits in Grafana what is generated here', () => {
    expect(committed).toMatchObject({ editable: false, uid: `mradar-${name}` });
    expect(committed.title).toMatch(/^mradar \/ /);
  });
});

const queries = [
  ...panelQueries().map(({ dashboard, panel, expr }) => [`${dashboard}: ${panel}`, filledIn(expr)] as const),
  ...ruleQueries().map(({ name, expr }) => [name, expr] as const),
  ...Object.entries({ ...reportMetrics, ...runMetrics }).map(
    ([name, { example }]) => [`example of ${name}`, example] as const,
  ),
];

test('every query of dashboards, rules and examples is PromQL, without a mistake', () => {
  const wrong = queries.filter(([, expr]) => {
    let isWrong = false;
    parser.parse(expr).iterate({
      enter({ type }) {
        isWrong ||= type.isError;
      },
    });
    return isWrong;
  });
  expect(wrong).toEqual([]);
});

test('every metric that is asked for exists', () => {
  const known = new Set([...Object.keys(reportMetrics), ...Object.keys(runMetrics)]);
  const recorded = new Set(ruleQueries().flatMap(({ name, isAlert }) => (isAlert ? [] : [name])));
  for (const [where, expr] of queries) {
    for (const [word] of expr.matchAll(/[a-zA-Z_:]*mradar_\w+(?::\w+)*/g))
      expect(known.has(word) || recorded.has(word), `${where} asks for ${word}`).toBe(true);
  }
});

test('counters are asked for as rates, over the interval that Grafana knows', () => {
  for (const { expr, panel } of panelQueries()) {
    const counters = expr.match(/\w+_total\b/g)?.length ?? 0;
    const rates = expr.match(/(?:rate|increase)\(\w+_total\{[^}]*\}\[\$__rate_interval\]\)/g)?.length ?? 0;
    expect(rates + (expr.match(/process_cpu_seconds_total/g) && rates === 0 ? 1 : 0), panel).toBe(counters);
  }
});

describe('alerts', () => {
  type Alert = {
    readonly alert: string;
    readonly labels: { readonly severity: string };
    readonly annotations: Readonly<Record<string, string>>;
  };
  const { groups } = parse(readFileSync('dashboards/prometheus/alerts.yaml', 'utf8')) as {
    groups: { rules: Alert[] }[];
  };
  const alerts = groups.flatMap(({ rules }) => rules);
  type Case = { readonly alert_rule_test: { alertname: string; exp_alerts?: unknown[] }[] };
  const cases = ['tests.yaml', 'tests-certificates.yaml'].flatMap(file =>
    (parse(readFileSync(`dashboards/prometheus/${file}`, 'utf8')) as { tests: Case[] }).tests.flatMap(
      one => one.alert_rule_test,
    ),
  );

  test.each(alerts)(
    '$alert has what whoever is paged needs, and is tested both ways',
    ({ alert, labels, annotations }) => {
      expect(alert).toMatch(/^Mradar[A-Z]/);
      expect(['critical', 'warning']).toContain(labels.severity);
      expect(annotations.summary).toMatch(/^[A-Zm][^{]*\.$/);
      expect(annotations.description).toMatch(/\.$/);
      expect(annotations.runbook_url).toContain('/entries');
      const of = cases.filter(({ alertname }) => alertname === alert);
      expect(
        of.some(({ exp_alerts: fired }) => fired !== undefined),
        'add a case in which it fires',
      ).toBe(true);
      expect(
        of.some(({ exp_alerts: fired }) => fired === undefined),
        'add a case in which it does not',
      ).toBe(true);
    },
  );

  test('every entry that a runbook names exists', () => {
    const text = readFileSync('dashboards/prometheus/alerts.yaml', 'utf8');
    for (const [, id] of text.matchAll(/\/entries\/(PROBE-\d+)/g))
      expect(readFileSync(`src/explain/entries/${id}.md`, 'utf8')).toContain(`id: ${id}`);
  });
});
