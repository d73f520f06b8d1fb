import { styleText } from 'node:util';
import { Command, InvalidArgumentError, Option } from 'commander';
import { checks } from '../judge/checks/index.ts';
import { judgeRound } from '../judge/judge.ts';
import { cutOff, isCutOff } from '../judge/reachability.ts';
import { indexRound } from '../judge/view.ts';
import type { Deployment } from '../model/deployment.ts';
import type { Judgement } from '../model/finding.ts';
import type { Round } from '../model/report.ts';
import { roleNames, type ServiceSubject } from '../model/subject.ts';
import { look } from '../pipeline.ts';
import {
  type Direction,
  directions,
  type Firewall,
  type FirewallRule,
  firewall as firewallOf,
  type Layout,
  notRules,
  type PortRange,
  portsText,
} from '../plan/firewall.ts';
import { stableJson } from '../publish/json.ts';
import { createGate } from '../schedule/gate.ts';
import { type Choice, choose, withChoice } from './choice.ts';
import { progressLine, wantsColour } from './terminal.ts';
import { exitStatus } from './troubleshoot.ts';

type Options = Choice &
  Layout & { readonly format: 'table' | 'csv' | 'json'; readonly json?: true; readonly check?: true };

/** What this vantage saw of one rule; `unseen` is neither for nor against it. */
export type Sighting = {
  readonly state: 'verified' | 'contradicted' | 'unseen';
  /** One clause for each address that was looked at, or why there is none. */
  readonly why: readonly string[];
};

type Answer = {
  readonly deployment: Deployment;
  readonly firewall: Firewall;
  /** By rule; only with `--check`. */
  readonly sightings?: ReadonlyMap<string, Sighting>;
};

/** `mradar firewall`: the documented port matrix of a deployment, and what can be seen of it from here. */
export function firewall(): Command {
  return withChoice(new Command('firewall'))
    .description('tells the firewall rules that the documents demand, and those that must not exist')
    .argument('[domain]', 'the domain that users sign in with')
    .addOption(
      new Option('--size <size>', 'size of the Expressway systems').choices(['small-medium', 'large']),
    )
    .addOption(
      new Option(
        '--demultiplexing <setting>',
        '"Use configured demultiplexing ports" of the Expressway-E',
      ).choices(['yes', 'no']),
    )
    .addOption(
      new Option(
        '--nic <interfaces>',
        'network interfaces of the Expressway-E; single means with static NAT',
      ).choices(['single', 'dual']),
    )
    .option('--media <range>', 'traversal media port range, 36000-59999 unless it was changed', portRange)
    .addOption(
      new Option('--format <format>', 'how to tell it').choices(['table', 'csv', 'json']).default('table'),
    )
    .option('--json', 'the same as --format json')
    .option('--check', 'look from here, and mark what is verified, contradicted or cannot be seen')
    .addHelpText(
      'after',
      `
Examples:
  $ mradar firewall example.com
  $ mradar firewall --config mradar.yaml --size large --nic dual --format csv > ticket.csv
  $ mradar firewall example.com --check --resolver 9.9.9.9

Exit status: 0; with --check 1 a connection is possible that must not be, 2 one is not possible that has to be,
3 nothing could be verified from here.`,
    )
    .action(async (domain: string | undefined, options: Options) => {
      const answers = await answer(domain, options);
      const format = options.json ? 'json' : options.format;
      const told = { table: toTables, csv: toCsv, json: toJson }[format](answers);
      process.stdout.write(told);
      process.exitCode = Math.max(...answers.map(statusOf));
    });
}

function portRange(text: string): PortRange {
  const [, first, last] = /^(\d{1,5})-(\d{1,5})$/.exec(text) ?? [];
  const range: PortRange = [Number(first), Number(last)];
  // Twelve ports at the beginning are taken on large systems, and something has to be left behind them.
  if (!(range[0] >= 1024 && range[1] <= 65_535 && range[1] - range[0] >= 100))
    throw new InvalidArgumentError(
      'It has to be a range of 100 ports or more from 1024 to 65535, such as 36000-59999.',
    );
  return range;
}

async function answer(domain: string | undefined, options: Options): Promise<Answer[]> {
  const config = choose(domain, options);
  const plain = config.deployments.map(deployment => ({
    deployment,
    firewall: firewallOf(deployment, options),
  }));
  if (!options.check) return plain;
  const gate = createGate(config.limits);
  const aborter = new AbortController();
  const interrupt = () => aborter.abort();
  process.once('SIGINT', interrupt);
  const progress = progressLine();
  try {
    return await Promise.all(
      plain.map(async one => {
        const round = await look(one.deployment, gate, aborter.signal, (done, planned) =>
          progress.show(`looking: ${done} of ${planned} steps`),
        );
        return { ...one, sightings: sightingsOf(one.firewall.rules, round) };
      }),
    );
  } finally {
    progress.clear();
    process.off('SIGINT', interrupt);
  }
}

/** What one round shows of each rule. */
export function sightingsOf(rules: readonly FirewallRule[], round: Round): ReadonlyMap<string, Sighting> {
  const judgements = Map.groupBy(judgeRound(round, checks), ({ subject }) => subject);
  const blind = isCutOff(indexRound(round));
  return new Map(rules.map(rule => [rule.id, blind ? unseen(cutOff) : sightingOf(rule, round, judgements)]));
}

function unseen(why: string): Sighting {
  return { state: 'unseen', why: [why] };
}

type Judgements = ReadonlyMap<string, readonly Judgement[]>;

function sightingOf(rule: FirewallRule, round: Round, judgements: Judgements): Sighting {
  const vantage = round.deployment.vantage;
  if (rule.protocol === 'UDP') return unseen('UDP tells nothing when nobody answers');
  if (!rule.seen)
    return unseen(
      `only ${rule.source.role ? roleNames[rule.source.role] : rule.source.title} itself could look`,
    );
  if (rule.seen.vantage !== vantage)
    return unseen(`it is seen from the ${rule.seen.vantage} vantage, and this one is ${vantage}`);
  const { roles } = rule.seen;
  const services = round.subjects.filter(
    (subject): subject is ServiceSubject =>
      subject.kind === 'service' &&
      roles.includes(subject.role) &&
      (rule.ports.length === 0 ||
        rule.ports.some(([first, last]) => subject.port >= first && subject.port <= last)),
  );
  if (services.length === 0) return unseen('no address is known to look at');
  const seen = services.map(service => sightingAt(service, rule, round, judgements.get(service.id) ?? []));
  const worst = (['contradicted', 'unseen'] as const).find(state => seen.some(one => one.state === state));
  return { state: worst ?? 'verified', why: seen.flatMap(one => one.why) };
}

function sightingAt(
  service: ServiceSubject,
  rule: FirewallRule,
  round: Round,
  judgements: readonly Judgement[],
): Sighting {
  const place = `${service.host}${service.address ? ` (${service.address})` : ''} TCP ${service.port}`;
  const say = (state: Sighting['state'], what: string): Sighting => ({ state, why: [`${place}: ${what}`] });
  const about = (check: string) => judgements.find(judgement => judgement.check === check);
  const isOpen = readingOf(round, service, 'tcp')?.state === 'open';
  const wanted = rule.action === 'allow' ? 'open' : 'closed';
  if (service.expected !== wanted) return othersSighting(say, isOpen, service, round);
  const judgement = about(`port/${wanted}`);
  if (!judgement) return say('unseen', 'it was not looked at');
  switch (judgement.verdict) {
    case 'unknown':
      return say('unseen', judgement.because);
    case 'not-applicable':
      return say('unseen', judgement.why);
    case 'fail':
      return say('contradicted', wanted === 'closed' ? 'takes connections' : stateText(round, service));
    case 'pass': {
      if (wanted === 'closed') return closedSighting(say, service, round);
      const handshake = about('tls/handshake');
      if (handshake?.verdict === 'fail')
        return say(
          'unseen',
          'takes connections, but then there is no TLS: something in between may have answered',
        );
      const spoken = spokenText(round, service);
      return say('verified', spoken === '' ? 'takes connections' : `takes connections, ${spoken}`);
    }
  }
}

/**
 * The tunnel port from inside: it has to be open for the peers of Expressway-C and closed for everybody else. A machine that is
 * let in may be allowed to, as a prober has to be that watches the tunnels; whether others are too only they could see.
 */
function othersSighting(
  say: (state: Sighting['state'], what: string) => Sighting,
  isOpen: boolean,
  service: ServiceSubject,
  round: Round,
): Sighting {
  if (isOpen) return say('unseen', 'cannot be judged from here: this machine is let in');
  return closedSighting(say, service, round);
}

/** A port that takes no connections. Of a host that answers nowhere, silence says nothing, unless that is what is wanted. */
function closedSighting(
  say: (state: Sighting['state'], what: string) => Sighting,
  service: ServiceSubject,
  round: Round,
): Sighting {
  const state = readingOf(round, service, 'tcp')?.state;
  if (state === undefined) return say('unseen', 'it was not looked at');
  const isSilent = state === 'filtered' || state === 'unreachable';
  const answers = round.subjects.some(
    other =>
      other.kind === 'service' &&
      other.address === service.address &&
      ['open', 'refused', 'reset'].includes(readingOf(round, other, 'tcp')?.state ?? ''),
  );
  if (isSilent && !answers && round.deployment.vantage !== 'dmz')
    return say('unseen', 'gives no answer, as on every other port: the host may not be there');
  return say('verified', stateText(round, service));
}

type Seen = { readonly state?: string; readonly protocol?: string; readonly status?: number };

function readingOf(round: Round, service: ServiceSubject, kind: 'tcp' | 'tls' | 'http'): Seen | undefined {
  const observation = round.observations.find(one => one.subject === service.id && one.kind === kind);
  return observation?.state === 'observed' ? (observation.reading as Seen) : undefined;
}

function stateText(round: Round, service: ServiceSubject): string {
  switch (readingOf(round, service, 'tcp')?.state) {
    case 'open':
      return 'takes connections';
    case 'refused':
      return 'refuses connections: nobody listens, or a firewall rejects';
    case 'filtered':
      return 'gives no answer: a firewall drops, or the host is not there';
    case 'unreachable':
      return 'a router says that it cannot be reached';
    default:
      return 'resets connections at once';
  }
}

function spokenText(round: Round, service: ServiceSubject): string {
  const tls = readingOf(round, service, 'tls')?.protocol;
  const status = readingOf(round, service, 'http')?.status;
  return [...(tls ? [tls] : []), ...(status ? [`HTTP ${status}`] : [])].join(', ');
}

function statusOf({ firewall: { rules }, sightings }: Answer): number {
  if (!sightings) return exitStatus.ok;
  const contradicted = rules.filter(({ id }) => sightings.get(id)!.state === 'contradicted');
  if (contradicted.some(({ action }) => action === 'allow')) return exitStatus.critical;
  if (contradicted.length > 0) return exitStatus.warning;
  return [...sightings.values()].some(({ state }) => state === 'verified')
    ? exitStatus.ok
    : exitStatus.unknown;
}

function toJson(answers: readonly Answer[]): string {
  return stableJson({
    schema: 1,
    deployments: answers.map(({ deployment, firewall: { rules, leftOut }, sightings }) => ({
      name: deployment.name,
      vantage: deployment.vantage,
      rules: rules.map(({ seen, ...rule }) => ({
        ...rule,
        ...(sightings && { seen: sightings.get(rule.id) }),
      })),
      leftOut: leftOut.map(({ rule: { seen: _, ...rule }, why }) => ({ ...rule, why })),
      notRules: Object.entries(notRules).map(([requirement, why]) => ({ requirement, why })),
    })),
  });
}

const columns = [
  'deployment',
  'action',
  'direction',
  'source',
  'source hosts',
  'source ports',
  'destination',
  'destination hosts',
  'protocol',
  'ports',
  'purpose',
  'condition',
  'note',
  'requirements',
  'documents',
];

function toCsv(answers: readonly Answer[]): string {
  const checked = answers.some(({ sightings }) => sightings);
  const rows = answers.flatMap(({ deployment, firewall: { rules }, sightings }) =>
    rules.map(rule => [
      deployment.name,
      rule.action,
      rule.direction,
      rule.source.title,
      rule.source.hosts.join('; '),
      rule.sourcePorts,
      rule.destination.title,
      rule.destination.hosts.join('; '),
      protocolText(rule),
      portsText(rule.ports),
      rule.purpose,
      rule.condition ?? '',
      rule.note ?? '',
      rule.requirements.join(' '),
      rule.sources.map(({ document, section }) => `${document} "${section}"`).join('; '),
      ...(checked ? [sightings!.get(rule.id)!.state, sightings!.get(rule.id)!.why.join('; ')] : []),
    ]),
  );
  const head = checked ? [...columns, 'seen', 'why'] : columns;
  return [head, ...rows].map(cells => `${cells.map(toCell).join(',')}\r\n`).join('');
}

/** RFC 4180; a spreadsheet would take a cell that begins like a formula for one. */
function toCell(text: string): string {
  const safe = /^[=+\-@]/.test(text) ? ` ${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function protocolText({ protocol, secured }: FirewallRule): string {
  return secured ? `${protocol} (${secured})` : protocol;
}

const tones = { verified: 'green', contradicted: 'red', unseen: 'yellow' } as const;
const words = {
  verified: 'verified',
  contradicted: 'contradicted',
  unseen: 'cannot be seen from here',
} as const;

function toned(style: 'bold' | 'green' | 'red' | 'yellow', text: string): string {
  return wantsColour(process.stdout) ? styleText(style, text, { validateStream: false }) : text;
}

function toTables(answers: readonly Answer[]): string {
  return answers.map(toTable).join('\n');
}

function toTable({ deployment, firewall: { rules, leftOut }, sightings }: Answer): string {
  const lines = [toned('bold', `Firewall rules for ${deployment.name}`), '', ...hostLines(rules)];
  for (const action of ['allow', 'deny'] as const) {
    for (const direction of directions) {
      const own = rules.filter(rule => rule.action === action && rule.direction === direction);
      if (own.length === 0) continue;
      lines.push(toned('bold', `${headings[action]}, ${directionText(direction)}`));
      lines.push(...ruleLines(own, sightings), '');
    }
  }
  if (leftOut.length > 0) {
    lines.push(toned('bold', 'Documented, but not for this deployment'));
    lines.push(...leftOut.map(({ rule, why }) => `  ${purposeText(rule)}: ${why}`), '');
  }
  lines.push(toned('bold', 'Statements on ports that ask for no rule'));
  lines.push(...Object.entries(notRules).map(([id, why]) => `  ${id}: ${why}`), '');
  if (sightings) lines.push(...checkedLines(sightings, deployment), '');
  lines.push(
    'The port tables cover MRA itself: DNS, NTP, identity providers, push services and administration are in the',
    '"Cisco Expressway IP Port Usage Configuration Guide" of the version in use. Every rule names who',
    'begins; answers belong to it, those over UDP too. Ephemeral source ports are 1024 or higher.',
  );
  return `${lines.join('\n')}\n`;
}

const headings = { allow: 'Has to be possible', deny: 'Must not be possible' } as const;

function directionText(direction: Direction): string {
  if (direction !== 'inside to DMZ, reflected') return direction;
  return 'inside to DMZ by NAT reflection at the external firewall (only with one interface and static NAT, not recommended)';
}

function purposeText({ purpose, protocol, ports, destination }: FirewallRule): string {
  return `${purpose}, ${protocol} ${portsText(ports)} to ${destination.title}`;
}

function hostLines(rules: readonly FirewallRule[]): string[] {
  const lines = new Set<string>();
  const parties = rules.flatMap(({ source, destination }) => [source, destination]);
  for (const { role, title, hosts } of parties) {
    if (!role || hosts.length === 0) continue;
    const isSame = parties.every(other => other.role !== role || String(other.hosts) === String(hosts));
    lines.add(`  ${isSame ? roleNames[role] : title}: ${hosts.join(', ')}`);
  }
  return lines.size === 0 ? [] : [...lines, ''];
}

function ruleLines(rules: readonly FirewallRule[], sightings: Answer['sightings']): string[] {
  const head = ['from', 'source ports', 'to', 'protocol', 'ports', 'purpose', 'requirements'];
  const cells = rules.map(rule => [
    rule.source.title,
    rule.sourcePorts,
    rule.destination.title,
    protocolText(rule),
    portsText(rule.ports),
    rule.purpose,
    rule.requirements.join(' '),
  ]);
  const widths = head.map((name, column) => Math.max(name.length, ...cells.map(row => row[column]!.length)));
  const line = (row: readonly string[]) =>
    `  ${row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd()}`;
  return [
    line(head),
    ...rules.flatMap((rule, i) => {
      const sighting = sightings?.get(rule.id);
      return [
        line(cells[i]!),
        ...(rule.condition ? [`      when: ${rule.condition}`] : []),
        ...(rule.note ? [`      note: ${rule.note}`] : []),
        ...(sighting ? sightingLines(sighting) : []),
      ];
    }),
  ];
}

function sightingLines({ state, why }: Sighting): string[] {
  const told = toned(tones[state], words[state]);
  if (why.length === 1) return [`      ${told}: ${why[0]}`];
  return [`      ${told}:`, ...why.map(clause => `        ${clause}`)];
}

function checkedLines(sightings: ReadonlyMap<string, Sighting>, { vantage }: Deployment): string[] {
  const count = (state: Sighting['state']) =>
    [...sightings.values()].filter(one => one.state === state).length;
  return [
    `Seen from the ${vantage} vantage: ${count('verified')} verified, ${count('contradicted')} contradicted, ${count('unseen')} cannot be seen from here.`,
    'Every look came from this machine and a source port of its own: a firewall that tells senders or source ports apart may treat',
    'the Expressway otherwise.',
  ];
}
