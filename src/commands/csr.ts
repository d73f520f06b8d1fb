import { closeSync, existsSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import type { TlsReading } from '../../probes/index.ts';
import type { DeclaredNode, Deployment } from '../model/deployment.ts';
import { OperatorError } from '../model/problem.ts';
import { roleNames } from '../model/subject.ts';
import { nameReasons } from '../offline/certificates/names.ts';
import {
  type DomainForm,
  lackedBy,
  type Need,
  needsOf,
  type RequestRole,
  requestRoles,
} from '../offline/certificates/needs.ts';
import { chooseLeaf } from '../offline/certificates/read.ts';
import { type KeyKind, keyKinds, makeRequest } from '../offline/certificates/request.ts';
import { serviceOf } from '../offline/certificates/round.ts';
import { stableJson } from '../publish/json.ts';
import type { Certificate } from '../x509/certificate.ts';
import { type Choice, choose, withChoice } from './choice.ts';
import { listenerOf, openBundle, resolve, showCertificates } from './examine.ts';
import { exitStatus } from './troubleshoot.ts';

type Options = Choice & {
  readonly node?: string;
  readonly compare?: true | readonly string[];
  readonly out?: string;
  readonly key: KeyKind;
  readonly domainForm: DomainForm;
  readonly format: 'text' | 'json';
};

/** `mradar csr`: the names and purposes that the certificate of each Expressway needs, and a signing request for it. */
export function csr(): Command {
  return withChoice(new Command('csr'))
    .description('lists what the certificate of each Expressway needs and why, and writes signing requests')
    .argument('[domain]', 'the domain that users sign in with')
    .option('--node <name>', 'only this Expressway')
    .option(
      '--compare [file...]',
      'tell what the current certificates lack: of these files, else of the live servers',
    )
    .option(
      '--out <directory>',
      'write a private key and a signing request for each Expressway; never overwrites',
    )
    .addOption(new Option('--key <kind>', 'kind of the new key').choices(keyKinds).default('rsa:2048'))
    .addOption(
      new Option('--domain-form <form>', 'how service domains are written (X8.2 wants collab-edge)')
        .choices(['domain', 'collab-edge'])
        .default('domain'),
    )
    .addOption(new Option('--format <format>', 'output').choices(['text', 'json']).default('text'))
    .addHelpText(
      'after',
      `
Examples:
  $ mradar csr --config mradar.yaml
  $ mradar csr --config mradar.yaml --compare
  $ mradar csr --config mradar.yaml --compare expe1.pem expc1.pem --format json
  $ mradar csr --config mradar.yaml --node expe1.example.com --out requests --key rsa:4096

Key files are for their owner only (mode 0600) and not encrypted. Exit status: 0 ok, 2 a current certificate lacks
something, 3 a certificate could not be seen or wrong usage.`,
    )
    .action(async (domain: string | undefined, options: Options) => {
      const wanted = choose(domain, options)
        .deployments.flatMap(deployment => requestsOf(deployment, options.domainForm))
        .filter(({ node }) => options.node === undefined || node?.name === options.node);
      if (wanted.length === 0)
        throw wrong('--node', `There is no Expressway ${options.node} in this configuration.`);
      const compared =
        options.compare === undefined ? wanted : await compare(wanted, options.compare, options);
      const written = options.out === undefined ? compared : write(compared, options.out, options.key);
      process.stdout.write(
        options.format === 'json' ? stableJson(written.map(toData)) : written.map(toText).join('\n'),
      );
      process.exitCode = exitStatus[statusOf(written)];
    });
}

/** A certificate that is held against what is needed; `why` when it could not be seen. */
type Current =
  | { readonly source: string; readonly certificate: Certificate; readonly lacks: readonly Need[] }
  | { readonly source: string; readonly why: string };

/** The certificate that one Expressway needs. */
type Wanted = {
  readonly deployment: Deployment;
  readonly role: RequestRole;
  /** Absent while the configuration names no such Expressway. */
  readonly node?: DeclaredNode;
  readonly needs: readonly Need[];
  readonly current?: Current;
  readonly files?: { readonly key: string; readonly request: string };
};

function wrong(place: string, message: string): OperatorError {
  return new OperatorError([{ place, message }]);
}

function requestsOf(deployment: Deployment, form: DomainForm): readonly Wanted[] {
  return requestRoles.flatMap(role => {
    const nodes: readonly (DeclaredNode | undefined)[] = deployment.nodes[role];
    return (nodes.length > 0 ? nodes : [undefined]).map(node => ({
      ...{ deployment, role, needs: needsOf(deployment, role, node, form) },
      ...(node && { node }),
    }));
  });
}

/** Each file belongs to the Expressway whose name is in it, and when nobody's is, to all. */
async function compare(
  wanted: readonly Wanted[],
  files: true | readonly string[],
  options: Choice,
): Promise<readonly Wanted[]> {
  const named = wanted.filter(({ node }) => node !== undefined);
  if (named.length === 0) throw wrong('--compare', 'It needs a configuration that names the Expressways.');
  if (files === true)
    return Promise.all(
      named.map(async one => ({ ...one, current: await live(one, (options.timeout ?? 5) * 1000) })),
    );
  return files.flatMap(file => {
    const bundle = openBundle(file, process.env.MRADAR_PASSWORD);
    const leaf = chooseLeaf(
      bundle.entries.flatMap(entry => ('fields' in entry ? [entry.fields] : [])),
      () => true,
    );
    if (!leaf) throw wrong(file, 'It holds no certificate that can be read.');
    const own = named.filter(({ node }) => nameReasons(leaf, node!.name).length === 0);
    return (own.length > 0 ? own : named).map(one => ({
      ...one,
      current: held(file, leaf.summary, one.needs),
    }));
  });
}

function held(source: string, certificate: Certificate, needs: readonly Need[]): Current {
  return { source, certificate, lacks: lackedBy(certificate, needs) };
}

async function live({ deployment, role, node, needs }: Wanted, timeoutMs: number): Promise<Current> {
  const listener = listenerOf(role, role === 'expressway_e' ? 8443 : 5061);
  const source = `${node!.name}:${listener.port}`;
  let address: string;
  try {
    address = node!.address ?? (await resolve(node!.name));
  } catch (error) {
    if (error instanceof OperatorError) return { source, why: 'its name has no address' };
    throw error;
  }
  const subject = serviceOf(deployment.name, node!.name, listener, address);
  const { observations } = await showCertificates(subject, address, [], timeoutMs);
  for (const observation of observations) {
    if (observation.state === 'errored')
      return { source, why: observation.failure.code ?? observation.failure.reason };
    if (observation.state !== 'observed') continue;
    const [leaf] = observation.kind === 'tls' ? (observation.reading as TlsReading).chain : [];
    if (leaf) return held(source, leaf, needs);
    const { failure } = observation.reading;
    if (failure) return { source, why: failure.code ?? failure.reason };
  }
  return { source, why: 'it sent no certificate' };
}

/** Nothing is written unless everything can be: no key may ever be overwritten, none left without its request. */
function write(wanted: readonly Wanted[], directory: string, kind: KeyKind): readonly Wanted[] {
  // One Expressway may serve several deployments; its certificate needs what all of them need.
  const nodes = Map.groupBy(
    wanted.filter(({ node }) => node !== undefined),
    ({ node }) => node!.name,
  );
  if (nodes.size === 0) throw wrong('--out', 'It needs a configuration that names the Expressways.');
  const filesOf = (name: string) => {
    const stem = join(directory, name.replace(/[^A-Za-z0-9._-]/g, '_'));
    return { key: `${stem}.key.pem`, request: `${stem}.csr.pem` };
  };
  const there = [...nodes.keys()]
    .flatMap(name => Object.values(filesOf(name)))
    .filter(file => existsSync(file));
  if (there.length > 0)
    throw new OperatorError(
      there.map(file => ({ place: file, message: 'It exists, and nothing is overwritten.' })),
    );
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    for (const [name, same] of nodes) {
      const needs = new Map(same.flatMap(one => one.needs.map(need => [`${need.kind} ${need.value}`, need])));
      const made = makeRequest(name, [...needs.values()], kind);
      const files = filesOf(name);
      create(files.key, made.key);
      create(files.request, made.request);
    }
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw wrong(path ?? directory, `It cannot be written (${code}).`);
  }
  return wanted.map(one => (one.node ? { ...one, files: filesOf(one.node.name) } : one));
}

/** Fails when the file is there, also when it has only just come, and does not follow a link. */
function create(file: string, text: string) {
  const handle = openSync(file, 'wx', 0o600);
  try {
    writeSync(handle, text);
  } finally {
    closeSync(handle);
  }
}

function required(lacks: readonly Need[]): readonly Need[] {
  return lacks.filter(({ level }) => level === 'required');
}

function statusOf(wanted: readonly Wanted[]): 'ok' | 'critical' | 'unknown' {
  const currents = wanted.flatMap(({ current }) => (current ? [current] : []));
  if (currents.some(current => 'lacks' in current && required(current.lacks).length > 0)) return 'critical';
  return currents.some(current => 'why' in current) ? 'unknown' : 'ok';
}

function toData({ deployment, role, node, needs, current, files }: Wanted) {
  return {
    deployment: deployment.name,
    role,
    ...(node && { host: node.name, commonName: node.name }),
    needs: needs.map(({ kind, value, orElse, level, why, sources }) => ({
      kind,
      value,
      orElse,
      level,
      why,
      sources,
    })),
    ...(current && {
      current:
        'why' in current
          ? current
          : {
              source: current.source,
              fingerprint: current.certificate.fingerprint,
              notAfter: current.certificate.notAfter,
              lacks: current.lacks.map(({ kind, value, level }) => ({ kind, value, level })),
            },
    }),
    ...(files && { files }),
  };
}

function toText({ role, node, needs, current, files }: Wanted): string {
  const name = node ? node.name : '(its own name; none is declared)';
  const lines = [`${roleNames[role]} ${name}`];
  const lacks = current && 'lacks' in current ? current.lacks : undefined;
  if (current)
    lines.push(
      ` now: ${current.source}${'why' in current ? `, not seen: ${current.why}` : `, ${told(current.lacks)}`}`,
    );
  for (const need of needs) {
    const mark =
      lacks === undefined
        ? ''
        : lacks.includes(need)
          ? need.level === 'required'
            ? 'LACKS '
            : 'lacks '
          : 'ok    ';
    const other = need.orElse.length === 0 ? '' : `  (or ${need.orElse.join(', ')})`;
    lines.push(` ${mark}${need.kind.toUpperCase()}  ${need.value}${other}`);
    lines.push(`      ${need.why}`);
    lines.push(`      ${need.sources.map(cited).join('; ')}`);
  }
  if (files) lines.push(` written: ${files.key} (keep it secret), ${files.request}`);
  return `${lines.join('\n')}\n`;
}

function told(lacks: readonly Need[]): string {
  const count = required(lacks).length;
  return count === 0 ? 'it has all it needs' : `it lacks ${count} of what it needs`;
}

function cited({ document, section, requirements }: Need['sources'][number]): string {
  return `${requirements.length > 0 ? `${requirements.join(', ')} ` : ''}${document} "${section}"`;
}
