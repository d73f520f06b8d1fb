import { createPrivateKey, X509Certificate } from 'node:crypto';
import { statSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { z } from 'zod';
import { OperatorError, type Problem } from '../model/problem.ts';
import type { Web, WebConfig } from '../model/web.ts';
import { readDocument } from './document.ts';
import { readText } from './file.ts';
import { problemsOf } from './problems.ts';
import { certificatesIn } from './values.ts';

const mapping = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: issue => (issue.code === 'unrecognized_keys' ? Object.keys(shape).join(' ') : 'a mapping'),
  });
const path = z.string({ error: 'the path of a file' }).min(1, { error: 'the path of a file' });
const oneOf = <const Names extends readonly [string, ...string[]]>(names: Names) =>
  z.enum(names, { error: `one of ${names.join(', ')}` });

/** As Prometheus' exporter-toolkit writes it, without what has no meaning here, and with bearer tokens. */
const schema = mapping({
  tls_server_config: mapping({
    cert_file: path,
    key_file: path,
    min_version: oneOf(['TLS12', 'TLS13']).default('TLS12'),
    client_auth_type: oneOf([
      'NoClientCert',
      'VerifyClientCertIfGiven',
      'RequireAndVerifyClientCert',
    ]).default('NoClientCert'),
    client_ca_file: path.optional(),
  }).optional(),
  // checked by hand: what stands here must not be shown
  basic_auth_users: z.unknown().optional(),
  bearer_token_files: z.array(path, { error: 'a list of files' }).default([]),
});

type Parsed = { readonly config: WebConfig; readonly files: readonly string[] };

const bcryptHash = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;
/** Below, a hash is quickly broken; above, one request holds up the watch for seconds. */
const [leastCost, mostCost] = [8, 14];
const shortestToken = 16;

/** Reads a web configuration file and what it names. Throws one OperatorError with every problem; no message shows a secret. */
export function readWebConfig(file: string): WebConfig {
  return parse(file).config;
}

/**
 * Reads it, and reads it again when one of its files changed, looking at most once a second. One that is invalid changes
 * nothing; `onProblem` is told once. Throws OperatorError when it is invalid at the start.
 */
export function followWebConfig(
  file: string,
  onProblem: (problems: readonly Problem[]) => void,
  onChange: () => void,
): Web {
  let { config, files } = parse(file);
  let signature = signatureOf(files);
  let lookedMs = performance.now();
  return () => {
    if (performance.now() - lookedMs < 1_000) return config;
    lookedMs = performance.now();
    const now = signatureOf(files);
    if (now === signature) return config;
    signature = now;
    try {
      ({ config, files } = parse(file));
      signature = signatureOf(files);
      onChange();
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      onProblem(error.problems);
    }
    return config;
  };
}

function signatureOf(files: readonly string[]): string {
  return files
    .map(file => {
      const found = statSync(file, { throwIfNoEntry: false });
      return found ? `${found.ino} ${found.size} ${found.mtimeMs}` : '-';
    })
    .join();
}

function parse(file: string): Parsed {
  const text = readText(file);
  // Half-written by somebody who changes it: to take it for "no protection" would open every door.
  if (text.trim() === '')
    throw new OperatorError([{ place: file, message: 'The file is empty; write {} to protect nothing.' }]);
  const source = readDocument(text, file);
  if (!source.readable) throw new OperatorError(source.problems);
  const parsed = schema.safeParse(source.value);
  if (!parsed.success || source.problems.length > 0)
    throw new OperatorError([
      ...source.problems,
      ...(parsed.success ? [] : problemsOf(parsed.error.issues, source)),
    ]);
  const problems: Problem[] = [];
  const files = [file];
  const textOf = (named: string): string | undefined => {
    const beside = isAbsolute(named) ? named : join(dirname(file), named);
    files.push(beside);
    try {
      return readText(beside);
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      problems.push(...error.problems);
      return undefined;
    }
  };
  const complain = (key: readonly PropertyKey[], message: string) =>
    problems.push({ place: source.placeOf(key, 'value'), message });

  const { tls_server_config: tls, basic_auth_users: users, bearer_token_files: tokenFiles } = parsed.data;
  const config: WebConfig = {
    ...(tls === undefined ? {} : tlsOf(tls, textOf, complain)),
    users: usersOf(users, complain),
    tokens: tokenFiles.flatMap((name, i) => {
      const token = textOf(name)?.trim();
      if (token === undefined) return [];
      if (token.length >= shortestToken && !/\s/.test(token)) return [() => token];
      complain(
        ['bearer_token_files', i],
        `The file has to hold one token of at least ${shortestToken} characters.`,
      );
      return [];
    }),
  };
  if (problems.length > 0) throw new OperatorError(problems);
  return { config, files };
}

type Complain = (key: readonly PropertyKey[], message: string) => void;

function usersOf(written: unknown, complain: Complain): WebConfig['users'] {
  const users = new Map<string, () => string>();
  if (written === undefined) return users;
  if (typeof written !== 'object' || written === null || Array.isArray(written)) {
    complain(['basic_auth_users'], 'This has to be a mapping of names to bcrypt hashes.');
    return users;
  }
  for (const [name, hash] of Object.entries(written)) {
    const cost = typeof hash === 'string' ? Number(bcryptHash.exec(hash)?.[1] ?? Number.NaN) : Number.NaN;
    if (cost >= leastCost && cost <= mostCost) users.set(name, () => hash as string);
    else
      complain(
        ['basic_auth_users', name],
        `This has to be a bcrypt hash of cost ${leastCost} to ${mostCost}, as \`htpasswd -nBC 10 ''\` prints it.`,
      );
  }
  return users;
}

function tlsOf(
  tls: NonNullable<z.output<typeof schema>['tls_server_config']>,
  textOf: (named: string) => string | undefined,
  complain: Complain,
): Pick<WebConfig, 'tls'> {
  const certificate = textOf(tls.cert_file);
  const key = textOf(tls.key_file);
  const clientAuthority = tls.client_ca_file === undefined ? undefined : textOf(tls.client_ca_file);
  const place = (name: string) => ['tls_server_config', name];
  if (tls.client_auth_type !== 'NoClientCert' && tls.client_ca_file === undefined)
    complain(place('client_auth_type'), 'This needs `client_ca_file`.');
  if (clientAuthority !== undefined && certificatesIn(clientAuthority).length === 0)
    complain(place('client_ca_file'), 'The file holds no certificate in PEM form.');
  if (certificate === undefined || key === undefined) return {};
  const own = certificatesIn(certificate)[0];
  if (own === undefined) complain(place('cert_file'), 'The file holds no certificate in PEM form.');
  else {
    try {
      if (!new X509Certificate(own).checkPrivateKey(createPrivateKey(key)))
        complain(place('key_file'), 'The private key does not belong to the first certificate.');
      else createSecureContext({ cert: certificate, key });
    } catch {
      complain(place('key_file'), 'The file holds no private key in PEM form without a password.');
    }
  }
  return {
    tls: {
      certificate,
      key: () => key,
      minVersion: tls.min_version === 'TLS13' ? 'TLSv1.3' : 'TLSv1.2',
      ...(tls.client_auth_type === 'NoClientCert' || clientAuthority === undefined
        ? {}
        : { clientAuthority }),
      needsClient: tls.client_auth_type === 'RequireAndVerifyClientCert',
    },
  };
}
