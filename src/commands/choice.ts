import { getServers } from 'node:dns';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Config, configFromDomain, readConfig } from '../config/config.ts';
import { OperatorError } from '../model/problem.ts';
import { type Vantage, vantages } from '../model/subject.ts';

/** How a command was told which deployments are meant. */
export type Choice = {
  readonly config?: string;
  readonly deployment?: string;
  readonly vantage?: Vantage;
  readonly resolver?: readonly string[];
  readonly trust?: readonly string[];
  readonly timeout?: number;
};

const collect = (value: string, all: readonly string[] = []) => [...all, value];

/** Adds the options by which a domain or a configuration is chosen. */
export function withChoice(command: Command): Command {
  return command
    .option('-c, --config <file>', 'configuration file')
    .option('--deployment <name>', 'only this deployment of the configuration')
    .addOption(new Option('--vantage <place>', 'where this machine stands').choices(vantages))
    .option(
      '--resolver <address>',
      "DNS server for this vantage's view, may be repeated (9.9.9.9, [::1]:53)",
      collect,
    )
    .option(
      '--trust <file>',
      'PEM file with trust anchors beside the default store, may be repeated',
      collect,
    )
    .option('--timeout <seconds>', 'bound of one stage of a conversation', seconds);
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value >= 0.1 && value <= 60)) throw new InvalidArgumentError('It has to be a number from 0.1 to 60.');
  return value;
}

/** The configuration that a domain or `--config` stands for. Throws OperatorError. */
export function choose(domain: string | undefined, choice: Choice): Config {
  if (domain !== undefined && choice.config !== undefined) {
    throw wrong('--config', 'Give a domain or a configuration file, not both.');
  }
  if (choice.config !== undefined) return fromFile(choice.config, choice);
  if (domain === undefined) throw wrong('domain', 'Give a domain such as example.com, or --config FILE.');
  if (choice.deployment !== undefined) throw wrong('--deployment', 'It needs --config FILE to choose from.');
  const vantage = choice.vantage ?? 'external';
  const servers = choice.resolver ?? getServers();
  return configFromDomain(domain, {
    vantage,
    resolvers: vantage === 'internal' ? { internal: servers } : { public: servers },
    trust: choice.trust ?? [],
    ...(choice.timeout === undefined ? {} : { timeoutMs: choice.timeout * 1000 }),
  });
}

function fromFile(file: string, choice: Choice): Config {
  for (const option of ['vantage', 'resolver', 'trust'] as const) {
    if (choice[option] !== undefined)
      throw wrong(`--${option}`, 'It stands in the configuration file when there is one.');
  }
  const config = readConfig(file, getServers());
  const chosen = config.deployments
    .filter(deployment => choice.deployment === undefined || deployment.name === choice.deployment)
    .map(deployment =>
      choice.timeout === undefined ? deployment : { ...deployment, timeoutMs: choice.timeout * 1000 },
    );
  if (chosen.length === 0) {
    const names = config.deployments.map(deployment => deployment.name).join(', ');
    throw wrong('--deployment', `${file} has no deployment ${choice.deployment}; it has ${names}.`);
  }
  return { ...config, deployments: chosen };
}

function wrong(place: string, message: string): OperatorError {
  return new OperatorError([{ place, message }]);
}
