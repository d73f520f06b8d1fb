import {
  type MetricDefinition,
  reportMetrics,
  runMetrics,
  seriesBudget,
} from '../../src/publish/metric-definitions.ts';

/** The page that lists every metric, as Markdown. */
export function toCatalogue(): string {
  return `# Metrics

Generated from the code: \`node test/publish/write-metric-catalogue.ts\`. A scrape of \`/metrics\` probes nothing; it gives the
latest report of every deployment, in the text format or, on request, in OpenMetrics. Times are absolute, in seconds since
1970. What could not be measured is absent and not 0, and series go with what they describe.

A deployment has at most ${seriesBudget.fixed} series and ${seriesBudget.perStep} more for each step of its plan
(\`mradar plan\` lists the steps); the largest one that the documents describe stays below ${seriesBudget.largest}. Host names, addresses and subjects come from the configuration and from DNS; every other
label has a closed set of values.

## Deployments

${table(reportMetrics)}

## The watcher itself

Beside these stand what every Node process exposes: \`process_*\` and \`nodejs_*\`.

${table(runMetrics)}
`;
}

function table(metrics: Readonly<Record<string, MetricDefinition>>): string {
  const rows = Object.entries(metrics).map(([name, { type, help, labels, example }]) =>
    [
      `\`${name}\``,
      type,
      unitOf(name),
      labels.map(label => `\`${label}\``).join(' '),
      help,
      `\`${example.replaceAll('|', '\\|')}\``,
    ].join(' | '),
  );
  return [
    '| metric | type | unit | labels | meaning | example |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows.map(row => `| ${row} |`),
  ].join('\n');
}

function unitOf(name: string): string {
  if (name.endsWith('_timestamp_seconds')) return 'seconds since 1970';
  return /_(seconds|bytes)$/.exec(name)?.[1] ?? '';
}
