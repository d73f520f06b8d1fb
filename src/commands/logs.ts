import { styleText } from 'node:util';
import { Command, InvalidArgumentError, Option } from 'commander';
import { readConfig } from '../config/config.ts';
import { loadLibrary } from '../explain/library.ts';
import type { Deployment } from '../model/deployment.ts';
import { OperatorError } from '../model/problem.ts';
import { type LogReport, readLogs, sizeOf } from '../offline/logs/report.ts';
import { toLogText } from '../offline/logs/text.ts';
import { judgeArchives } from './archive.ts';
import { progressLine, wantsColour, widthOf } from './terminal.ts';

type Options = {
  readonly format: 'text' | 'json';
  readonly unredacted?: true;
  readonly zone?: number;
  readonly role?: 'expressway-e' | 'expressway-c';
  readonly domain?: readonly string[];
  readonly config?: string;
  readonly deployment?: string;
};

const collect = (value: string, all: readonly string[] = []) => [...all, value];

const exitCodes = { ok: 0, warning: 1, critical: 2, unknown: 3 };

/** `mradar logs`: what documented trouble log files show. Reads files and standard input, sends nothing. */
export function logs(): Command {
  return new Command('logs')
    .description('names the documented troubles that log files show')
    .argument(
      '<files...>',
      'logs of Expressway, Jabber, Webex, endpoints or Unified CM; plain, .gz, .tar.gz or .zip; - for standard input',
    )
    .addOption(new Option('--format <format>', 'how to write it').choices(['text', 'json']).default('text'))
    .option(
      '--unredacted',
      'with the names of people and hosts, cookies and tokens as they stand in the logs',
    )
    .option('--zone <offset>', 'zone of times that do not say theirs, such as +02:00', zone)
    .addOption(
      new Option('--role <role>', 'whose archive it is, when its configuration does not tell').choices([
        'expressway-e',
        'expressway-c',
      ]),
    )
    .option('--domain <domain>', 'a domain that users sign in with, may be repeated', collect)
    .option('-c, --config <file>', 'configuration file: what archives are judged against')
    .option('--deployment <name>', 'which deployment of the configuration')
    .addHelpText(
      'after',
      `
Examples:
  $ mradar logs diagnostic_log_expe1.tar.gz csf-unified.log
  $ mradar logs diagnostic_log_expc1.tar.gz diagnostic_log_expe1.tar.gz --config mradar.yaml
  $ mradar logs --format json --zone +01:00 Jabber-Win-PRT.zip
  $ ssh syslog.example.com cat /var/log/expressway.log | mradar logs -

Certificates and settings in diagnostic archives are judged like those of live servers.
Exit status: 0 nothing known found, 1 warning, 2 critical, 3 nothing could be read.`,
    )
    .action(async (files: string[], options: Options) => {
      const report = await read(files, options);
      process.stdout.write(
        options.format === 'json'
          ? `${JSON.stringify(report, undefined, 2)}\n`
          : toLogText(report, { width: widthOf(process.stdout), bold }),
      );
      process.exitCode = exitCodes[report.status];
    });
}

async function read(files: readonly string[], options: Options): Promise<LogReport> {
  const deployment = declared(options);
  const bar = progressLine();
  try {
    const total = await sizeOf(files);
    const since = performance.now();
    return await readLogs(files, {
      entries: loadLibrary().entries,
      unredacted: options.unredacted === true,
      zoneMinutes: options.zone ?? 0,
      judge: judgeArchives({ ...(deployment && { deployment }), ...toldBy(options) }),
      progress: bytes => bar.show(progressText(bytes, total, performance.now() - since)),
    });
  } catch (error) {
    const { code, path, message } = error as NodeJS.ErrnoException;
    if (code === undefined || path === undefined) throw error;
    throw new OperatorError([{ place: path, message: `It cannot be read: ${message}` }]);
  } finally {
    bar.clear();
  }
}

function toldBy({ role, domain }: Options) {
  return {
    ...(role && { role: role === 'expressway-e' ? ('expressway_e' as const) : ('expressway_c' as const) }),
    ...(domain && { domains: domain.map(one => one.toLowerCase()) }),
  };
}

function declared({ config, deployment: name, domain }: Options): Deployment | undefined {
  if (config === undefined) {
    if (name !== undefined) throw wrong('--deployment', 'It needs --config FILE to choose from.');
    return undefined;
  }
  if (domain !== undefined) throw wrong('--domain', 'It stands in the configuration file when there is one.');
  const { deployments } = readConfig(config);
  const chosen = deployments.filter(one => name === undefined || one.name === name);
  if (chosen.length === 1) return chosen[0];
  const names = deployments.map(one => one.name).join(', ');
  throw wrong('--deployment', `It has to be one of ${names}.`);
}

function wrong(place: string, message: string): OperatorError {
  return new OperatorError([{ place, message }]);
}

function progressText(bytes: number, total: number, ms: number): string {
  const rate = bytes / Math.max(ms, 1) / 1000;
  const sofar = `${Math.round(bytes / 1e6)} MB, ${Math.round(rate)} MB/s`;
  if (total < bytes) return sofar;
  const left = Math.ceil((total - bytes) / 1e6 / Math.max(rate, 0.001));
  return `${Math.floor((100 * bytes) / total)} %, ${sofar}, ${left} s left`;
}

function zone(text: string): number {
  const match = /^([+-])(\d\d):?(\d\d)$/.exec(text);
  if (!match || Number(match[2]) > 14 || Number(match[3]) > 59)
    throw new InvalidArgumentError('It has to be an offset from UTC such as +02:00.');
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]));
}

function bold(text: string): string {
  return wantsColour(process.stdout) ? styleText('bold', text, { validateStream: false }) : text;
}
