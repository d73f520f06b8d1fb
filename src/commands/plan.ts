import { Command } from 'commander';
import type { Deployment } from '../model/deployment.ts';
import { roleNames } from '../model/subject.ts';
import { type Plan, plan as planSteps } from '../plan/plan.ts';
import { isLookedAt, portsOf } from '../plan/ports.ts';
import { type Choice, choose, withChoice } from './choice.ts';

/** `mradar plan`: what would be looked at, from where, how often and why. Sends nothing. */
export function plan(): Command {
  return withChoice(new Command('plan'))
    .description('tells what would be looked at, how often and why, without looking')
    .argument('[domain]', 'the domain that users sign in with')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  $ mradar plan example.com\n  $ mradar plan --config mradar.yaml --deployment example --json',
    )
    .action((domain: string | undefined, options: Choice & { readonly json?: true }) => {
      const plans = choose(domain, options).deployments.map(deployment => ({
        deployment,
        plan: planSteps(deployment, new Map(), 'watch'),
      }));
      process.stdout.write(
        options.json ? `${JSON.stringify(plans.map(toData), undefined, 2)}\n` : plans.map(toLines).join('\n'),
      );
    });
}

type Planned = { readonly deployment: Deployment; readonly plan: Plan };

/** Ports that follow once DNS has told the addresses of a role's nodes. */
function laterPorts({ deployment, plan }: Planned) {
  const known = new Set(plan.subjects.flatMap(subject => (subject.kind === 'service' ? [subject.role] : [])));
  return portsOf(deployment).flatMap(row => {
    const { expected, role, port, title, look, requirements } = row;
    const here = expected[deployment.vantage];
    const findable = role === 'expressway_e' || role === 'unified_cm' || deployment.nodes[role].length > 0;
    if (!here || !findable || known.has(role) || !isLookedAt(row, deployment)) return [];
    return [{ role, port, title, look, expected: here, requirements }];
  });
}

function toData(planned: Planned) {
  return {
    deployment: planned.deployment.name,
    vantage: planned.deployment.vantage,
    steps: planned.plan.steps.map(({ id, probe, subject, why, intervalMs, timeoutMs }) => ({
      ...{ id, probe, subject: subject.id, why, intervalMs, timeoutMs },
    })),
    afterDiscovery: laterPorts(planned),
  };
}

function toLines(planned: Planned): string {
  const { deployment, plan } = planned;
  const every = (ms: number) => (ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1000} s`);
  const rows = plan.steps.map(step => [
    every(step.intervalMs),
    step.id.slice(deployment.name.length + 1),
    step.why,
  ]);
  const later = laterPorts(planned).map(({ role, port, title, expected }) => [
    `${port}`,
    `${roleNames[role]}, ${title}`,
    expected === 'closed'
      ? 'must not be open from here'
      : expected === 'open'
        ? 'has to be open'
        : 'is looked at',
  ]);
  return [
    `${deployment.name}: ${plan.steps.length} steps are known before DNS has answered (vantage ${deployment.vantage})`,
    '',
    ...table(['every', 'what', 'why'], rows),
    ...(later.length === 0
      ? []
      : ['', 'and on every address that DNS then gives:', '', ...table(['port', 'what', 'why'], later)]),
    '',
  ].join('\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map(row => row[column]!.length)));
  return [head, ...rows].map(
    row =>
      ` ${row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd()}`,
  );
}
