import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';

const folder = resolve(import.meta.dirname, '../../dashboards');

export type PanelQuery = {
  readonly dashboard: string;
  readonly panel: string;
  readonly expr: string;
  readonly range: boolean;
};

type Target = { readonly expr: string; readonly range?: boolean };
type PanelJson = {
  readonly title: string;
  readonly targets?: readonly Target[];
  readonly panels?: readonly PanelJson[];
};

/** Every query of every committed dashboard. */
export function panelQueries(): readonly PanelQuery[] {
  return readdirSync(join(folder, 'grafana')).flatMap(file => {
    const { title, panels } = JSON.parse(readFileSync(join(folder, 'grafana', file), 'utf8'));
    const flat = (panels as PanelJson[]).flatMap(panel => [panel, ...(panel.panels ?? [])]);
    return flat.flatMap(panel =>
      (panel.targets ?? []).map(({ expr, range }) => ({
        ...{ dashboard: title as string, panel: panel.title, expr, range: range === true },
      })),
    );
  });
}

/** The query as Grafana asks it when everything is chosen. */
export function filledIn(expr: string): string {
  return expr.replaceAll('$__rate_interval', '10s').replaceAll(/\$(job|instance|deployment)\b/g, '.+');
}

export type RuleQuery = { readonly name: string; readonly expr: string; readonly isAlert: boolean };

/** Every expression of every rule. */
export function ruleQueries(): readonly RuleQuery[] {
  return ['recording.yaml', 'alerts.yaml'].flatMap(file => {
    const { groups } = parse(readFileSync(join(folder, 'prometheus', file), 'utf8'));
    type Rule = { readonly alert?: string; readonly record?: string; readonly expr: string };
    return (groups as { rules: Rule[] }[])
      .flatMap(({ rules }) => rules)
      .map(({ alert, record, expr }) => ({ name: (alert ?? record)!, expr, isAlert: alert !== undefined }));
  });
}
