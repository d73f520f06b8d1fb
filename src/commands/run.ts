import { getServers } from 'node:dns';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type Config, readConfig, remoteLists } from '../config/config.ts';
import { readText } from '../config/file.ts';
import { followWebConfig } from '../config/web.ts';
import { type Daemon, startDaemon } from '../daemon.ts';
import { createLists, type Lists } from '../lists.ts';
import { createLog } from '../log.ts';
import { createBudget } from '../schedule/budget.ts';
import type { Shard } from '../schedule/shard.ts';

type Options = {
  readonly config: string;
  readonly listen?: { readonly host: string; readonly port: number };
  readonly logFormat: 'logfmt' | 'json';
  readonly shard?: Shard;
  readonly webConfig?: string;
};

/** Between two looks whether the lists of deployments have changed. */
const listsEveryMs = 30_000;

/** `mradar run`: the daemon. */
export function run(): Command {
  return new Command('run')
    .description('watches the configured deployments and serves the status page, the API and /metrics')
    .requiredOption('-c, --config <file>', 'configuration file; SIGHUP reads it again')
    .option(
      '--listen <address>',
      'where to serve, instead of what the configuration says (127.0.0.1:9780)',
      listenAddress,
    )
    .option('--web-config <file>', 'TLS and authentication of what is served')
    .option('--shard <I/N>', 'watch the I-th of N parts of the deployments (1/4)', shardOf)
    .addOption(
      new Option('--log-format <format>', 'how to log').choices(['logfmt', 'json']).default('logfmt'),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  $ mradar run --config mradar.yaml\n  $ mradar run --config mradar.yaml --listen 0.0.0.0:9780 --log-format json\n  $ mradar run --config fleet.yaml --shard 1/4',
    )
    .action(runDaemon);
}

async function runDaemon({ config: file, listen, logFormat, shard, webConfig }: Options) {
  const ended = untilSignal();
  keepMemorySmall();
  // From the first moment on: without a listener this signal ends the process.
  let reload = () => {};
  process.on('SIGHUP', () => reload());
  const lists = createLists();
  let places: readonly string[] = [];
  const read = async (): Promise<Config> => {
    await lists.fetchAll(remoteLists(readText(file)));
    const config = readConfig(file, getServers(), lists.textOf);
    places = config.lists;
    return { ...config, listen: listen ?? config.listen, store: storeOf(config.store) };
  };
  const config = await read();
  const log = createLog({ format: logFormat, verbosity: config.log, now: () => performance.now() });
  const web =
    webConfig === undefined
      ? undefined
      : followWebConfig(
          webConfig,
          problems => {
            for (const { place, message } of problems)
              log.error('the web configuration stays as it was', { part: 'http', place, problem: message });
          },
          () => log.info('web configuration read again', { part: 'http' }),
        );
  const daemon = await startDaemon({
    ...{ config, log, readAgain: read },
    // Two in ten minutes, where five of them block the source.
    budget: createBudget(2, 600_000),
    ...(shard ? { shard } : {}),
    ...(web ? { web } : {}),
  });
  reload = () => void daemon.control.reload();
  const timer = watchLists(() => places, lists, daemon);
  await ended;
  clearInterval(timer);
  log.info('stopping', { part: 'daemon' });
  await daemon.stop();
  await log.end();
}

/**
 * Under a steady load V8 lets the space for new objects grow to 128 MiB; what lives as briefly as a look needs none of that. And it
 * lets garbage grow to as much again as is in use; here it is collected at two fifths.
 */
export function keepMemorySmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=40');
}

/** Lists change without a signal; the configuration itself is read again when somebody says so. */
function watchLists(places: () => readonly string[], lists: Lists, daemon: Daemon): NodeJS.Timeout {
  let before = lists.stateOf(places());
  return setInterval(async () => {
    await lists.fetchAll(places());
    const now = lists.stateOf(places());
    if (now === before) return;
    before = now;
    await daemon.control.reload();
  }, listsEveryMs);
}

/** Without a file of its own the history goes where the service manager says, if it says so. */
function storeOf(store: Config['store']): Config['store'] {
  const folder = process.env.STATE_DIRECTORY?.split(':')[0];
  return store.file === undefined && folder ? { ...store, file: join(folder, 'mradar.db') } : store;
}
/** Resolves at the first SIGINT or SIGTERM; a second one ends the process at once. */
export function untilSignal(): Promise<void> {
  return new Promise(resolve => {
    let asked = false;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        if (asked) process.exit(130);
        asked = true;
        resolve();
      });
    }
  });
}

function listenAddress(text: string) {
  const match = /^(?:\[([0-9a-f:]+)\]|([^:]+)):(\d+)$/i.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65_535)
    throw new InvalidArgumentError('It has to be an address and a port such as 127.0.0.1:9780.');
  return { host: match[1] ?? match[2]!, port };
}

function shardOf(text: string): Shard {
  const [, index, count] = /^(\d{1,4})\/(\d{1,4})$/.exec(text)?.map(Number) ?? [];
  if (!index || !count || index > count)
    throw new InvalidArgumentError('It has to be I/N with I from 1 to N, such as 1/4.');
  return { index, count };
}
