import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Command, InvalidArgumentError } from 'commander';
import tcpPortUsed from 'tcp-port-used';
import { type Config, readConfig } from '../config/config.ts';
import { type Daemon, startDaemon } from '../daemon.ts';
import type { Log } from '../log.ts';
import type { Deployment } from '../model/deployment.ts';
import { OperatorError } from '../model/problem.ts';
import type { Report } from '../model/report.ts';
import { toText } from '../publish/text.ts';
import { createBudget } from '../schedule/budget.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';
import { untilSignal } from './run.ts';
import { wantsColour, widthOf } from './terminal.ts';

type Options = { readonly fault: string; readonly port: number; readonly healthy?: true };

/** Everything is looked at again this often: a demonstration is short, and nobody bans us here. */
const demoIntervalsMs: Deployment['intervalsMs'] = { dns: 2_000, port: 2_000, edge: 2_000, seldom: 12_000 };

/** `mradar demo`: the simulator, the daemon watching it, and faults to switch on. */
export function demo(): Command {
  return new Command('demo')
    .description('runs a simulated deployment on loopback and watches it; nothing leaves this machine')
    .option(
      '--fault <name>',
      'the fault to switch on once the deployment was seen healthy',
      'chain-incomplete',
    )
    .option('--healthy', 'switch on no fault')
    .option('--port <number>', 'where to serve the status page on 127.0.0.1', portNumber, 9780)
    .addHelpText(
      'after',
      `
While it runs, type the name of a fault to switch it on or off, "faults" for the list, "quit" to end.

Examples:
  $ mradar demo
  $ mradar demo --fault uds-exposed`,
    )
    .action(async (options: Options) => {
      const simulator = await startSimulator();
      const folder = mkdtempSync(join(tmpdir(), 'mradar-demo-'));
      try {
        if (!options.healthy) faultNamed(simulator, options.fault);
        await show(simulator, folder, options);
      } finally {
        await simulator.stop();
        rmSync(folder, { recursive: true });
      }
    });
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('It has to be a port number.');
  return port;
}

function faultNamed(simulator: Simulator, name: string) {
  const fault = simulator.faults.find(one => one.name === name);
  if (fault) return fault;
  const names = simulator.faults.map(one => one.name).join(', ');
  throw new OperatorError([{ place: '--fault', message: `There is no fault ${name}; there are ${names}.` }]);
}

async function show(simulator: Simulator, folder: string, { port, fault, healthy }: Options) {
  const config = await configurationFor(simulator, folder, port);
  const story = createStory();
  const daemon = await startDaemon({
    config,
    log: quiet,
    budget: createBudget(Number.POSITIVE_INFINITY, 1),
    onReport: report => story.tell(report),
  });
  const ended = untilSignal();
  introduce(simulator, daemon, config);
  const input = listenToTyping(simulator);
  try {
    if (await Promise.race([story.seen(config.deployments.length), ended.then(() => 'ended')])) return;
    if (!healthy) {
      const { title, vantage } = faultNamed(simulator, fault);
      say(
        `\nNow a fault is switched on: ${fault} (${title}), seen from ${vantage === 'external' ? 'outside' : 'inside'}.\n`,
      );
      await simulator.set(fault, true);
    }
    await Promise.race([ended, input.ended]);
  } finally {
    input.close();
    await daemon.stop();
  }
}

async function configurationFor(simulator: Simulator, folder: string, port: number): Promise<Config> {
  const trustFile = join(folder, 'trust.pem');
  writeFileSync(trustFile, simulator.trust);
  const secrets = {
    password: join(folder, 'password'),
    certificate: join(folder, 'client.pem'),
    key: join(folder, 'client.key'),
  };
  writeFileSync(secrets.password, simulator.user.password);
  writeFileSync(secrets.certificate, simulator.client.cert);
  writeFileSync(secrets.key, simulator.client.key, { mode: 0o600 });
  const configs = (['external', 'internal'] as const).map(vantage => {
    const file = join(folder, `${vantage}.yaml`);
    writeFileSync(file, simulator.yaml(vantage, trustFile, secrets));
    return readConfig(file);
  });
  const deployments = configs
    .flatMap(config => config.deployments)
    .map(deployment => ({ ...deployment, intervalsMs: demoIntervalsMs, timeoutMs: 2_000 }));
  const taken = port !== 0 && (await tcpPortUsed.check(port, '127.0.0.1'));
  const confirm = { failures: 2, successes: 2, holdOffMs: 0, recheckMs: 300 };
  return { ...configs[0]!, deployments, confirm, listen: { host: '127.0.0.1', port: taken ? 0 : port } };
}

/** Tells every deployment's first report, and after that whatever heads it anew. */
function createStory() {
  const told = new Map<string, string>();
  const waiting: (() => void)[] = [];
  const style = {
    colour: wantsColour(process.stdout),
    width: widthOf(process.stdout),
    timings: false,
    verbose: false,
  };
  return {
    tell(report: Report) {
      const { diagnosis, deployment } = report;
      const head = `${diagnosis.status} ${diagnosis.causes.find(cause => cause.severity !== 'info')?.title ?? ''}`;
      if (told.get(deployment.name) === head) return;
      told.set(deployment.name, head);
      if (diagnosis.status === 'ok') say(`${deployment.name}: ok - ${diagnosis.headline}`);
      else say(`\n${toText(report, style)}`);
      for (const resolve of waiting.splice(0)) resolve();
    },
    /** Resolves when that many deployments have been told of. */
    async seen(count: number): Promise<undefined> {
      while (told.size < count) await new Promise<void>(resolve => waiting.push(resolve));
    },
  };
}

function introduce(simulator: Simulator, daemon: Daemon, config: Config) {
  const names = config.deployments.map(deployment => deployment.name).join(' and ');
  say(`A simulated deployment of ${simulator.domain} runs on loopback; mradar watches it as ${names}.`);
  say(`Status page  ${daemon.url}`);
  say(`Metrics      ${daemon.url}metrics`);
  say(
    `Type the name of a fault to switch it on or off, "faults" for all ${simulator.faults.length}, "quit" to end.\n`,
  );
}

function listenToTyping(simulator: Simulator) {
  const lines = createInterface({ input: process.stdin });
  let end = () => {};
  // Standard input that is closed from the start (a service, a test) does not end the demonstration.
  const ended = new Promise<void>(resolve => {
    end = resolve;
  });
  lines.on('line', async line => {
    const word = line.trim();
    if (word === '') return;
    if (word === 'quit' || word === 'exit') return end();
    if (word === 'faults') return listFaults(simulator);
    if (!simulator.faults.some(one => one.name === word))
      return say(`There is no fault ${word}; type "faults" for the list.`);
    const on = !simulator.active().includes(word);
    await simulator.set(word, on);
    say(`${word} is ${on ? 'on' : 'off'}`);
  });
  return { ended, close: () => lines.close() };
}

function listFaults(simulator: Simulator) {
  const width = Math.max(...simulator.faults.map(({ name }) => name.length));
  const active = new Set(simulator.active());
  for (const { name, title } of simulator.faults)
    say(`${active.has(name) ? '*' : ' '} ${name.padEnd(width)}  ${title}`);
}

function say(text: string) {
  process.stdout.write(`${text}\n`);
}

/** The demonstration tells its own story; only mistakes of ours still come through. */
const quiet: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: (message, fields = {}) => {
    if ('error' in fields) process.stderr.write(`${message}: ${JSON.stringify(fields)}\n`);
  },
  choose: () => {},
  end: async () => {},
};
