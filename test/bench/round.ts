/**
 * How long one round over the simulated deployment takes, beside the slowest chain of waits in it: what a round takes longer
 * than that chain is our own overhead. And how long judging what was seen takes. Prints medians; run it with `npm run bench`.
 */
import { judge } from '../../src/pipeline.ts';
import { criticalPath } from '../../src/publish/text.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { troubleshoot } from '../scenarios/simulated.ts';

const rounds = 15;
const judgings = 50;
const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

const simulator = await startSimulator();
console.log(
  'case                  steps   round ms   chain of waits ms   round / chain   cpu ms   us per step   judgements   us to judge',
);
for (const [name, vantage, fault] of [
  ['healthy, outside', 'external', undefined],
  ['healthy, inside', 'internal', undefined],
  ['expe2 silent, outside', 'external', 'node-silent'],
] as const) {
  if (fault) await simulator.set(fault, true);
  await troubleshoot(simulator, vantage);
  const seen: {
    round: number;
    chain: number;
    steps: number;
    cpu: number;
    judgements: number;
    judging: number;
  }[] = [];
  for (let i = 0; i < (fault ? 3 : rounds); i++) {
    const before = process.cpuUsage();
    const report = await troubleshoot(simulator, vantage);
    const { durationMs, steps } = report;
    const { user, system } = process.cpuUsage(before);
    const beforeJudging = process.cpuUsage();
    for (let again = 0; again < judgings; again++) judge(report);
    const spent = process.cpuUsage(beforeJudging);
    const judging = (spent.user + spent.system) / judgings;
    const judgements = report.judgements.length;
    const chain = criticalPath(steps).reduce((sum, step) => sum + (step.durationMs ?? 0), 0);
    seen.push({
      round: durationMs,
      chain,
      steps: steps.length,
      cpu: (user + system) / 1_000,
      judgements,
      judging,
    });
  }
  const of = (key: keyof (typeof seen)[number]) => median(seen.map(one => one[key]));
  const cells = [
    of('steps').toString().padStart(5),
    of('round').toFixed(0).padStart(10),
    of('chain').toFixed(0).padStart(19),
    (of('round') / of('chain')).toFixed(2).padStart(15),
    of('cpu').toFixed(0).padStart(8),
    ((of('cpu') * 1_000) / of('steps')).toFixed(0).padStart(13),
    of('judgements').toString().padStart(12),
    of('judging').toFixed(0).padStart(13),
  ];
  console.log(`${name.padEnd(21)} ${cells.join(' ')}`);
}
await simulator.stop();
