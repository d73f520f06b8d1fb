import { getServers } from 'node:dns';
import { Command, InvalidArgumentError, Option } from 'commander';
import { readConfig } from '../config/config.ts';
import { startDaemon } from '../daemon.ts';
import { createLog } from '../log.ts';
import { createBudget } from '../schedule/budget.ts';

type Options = {
  readonly config: string;
  readonly listen?: { readonly host: string; readonly port: number };
  readonly logFormat: 'logfmt' | 'json';
};

/** `mradar run`: the daemon. */
export function run(): Command {
  return new Command('run')
    .description('watches the configured deployments and serves the status page, the API and /metrics')
    .requiredOption('-c, --config <file>', 'configuration file')
    .option(
      '--listen <address>',
      'where to serve, instead of what the configuration says (127.0.0.1:9780)',
      listenAddress,
    )
    .addOption(
      new Option('--log-format <format>', 'how to log').choices(['logfmt', 'json']).default('logfmt'),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  $ mradar run --config mradar.yaml\n  $ mradar run --config mradar.yaml --listen 0.0.0.0:9780 --log-format json',
    )
    .action(async ({ config: file, listen, logFormat }: Options) => {
      const config = readConfig(file, getServers());
      const log = createLog(logFormat);
      const daemon = await startDaemon({
        config: { ...config, listen: listen ?? config.listen },
        log,
        // Two in ten minutes, where five of them block the source.
        budget: createBudget(2, 600_000),
      });
      await untilSignal();
      log.info('stopping');
      await daemon.stop();
      await log.end();
    });
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
