import { createHmac, createPrivateKey, randomBytes, X509Certificate } from 'node:crypto';
import type { Deployment, Secret } from '../model/deployment.ts';
import { OperatorError, type Problem } from '../model/problem.ts';
import type { Source } from './document.ts';
import { shown, valueAt } from './problems.ts';
import { certificatesIn } from './values.ts';

type Held = Pick<Deployment, 'testUser' | 'clientCertificate'>;

/** The secrets that a configuration points to. Problems name the file or variable, never what is in it. */
export type Secrets = {
  readonly problems: readonly Problem[];
  /** What the deployment at this place in the list may use. */
  of(deployment: number): Held;
  readonly files: readonly string[];
};

/** Notes a problem for every secret that a list from elsewhere points to. */
export function noSecrets(source: Source): Secrets {
  const deployments = valueAt(source.value, ['deployments']);
  const problems = [...(Array.isArray(deployments) ? deployments : []).keys()].flatMap(index =>
    ['test_user', 'client_certificate'].flatMap(key => {
      const place = ['deployments', index, key];
      if (valueAt(source.value, place) === undefined) return [];
      const message = `Secrets are read from a file of this machine only, so \`${key}\` cannot come from a URL.`;
      return [{ place: source.placeOf(place, 'value'), message }];
    }),
  );
  return { problems, of: () => ({}), files: [] };
}

/** Different in every process, so that nobody can find a password by trying which gives the same id. */
const idKey = randomBytes(32);

type Named = Readonly<Record<string, unknown>>;

/**
 * Reads the files and variables that hold secrets, whether or not the rest of the configuration is valid, so that their
 * problems stand beside all others. `beside` places a path relative to the configuration.
 */
export function readSecrets(
  source: Source,
  beside: (path: string) => string,
  readFile: (path: string) => string,
  environment: Readonly<Record<string, string | undefined>>,
): Secrets {
  const problems: Problem[] = [];
  const files = new Set<string>();
  const held = new Map<number, Held>();
  const deployments = valueAt(source.value, ['deployments']);
  for (const index of (Array.isArray(deployments) ? deployments : []).keys()) {
    const at = (key: string): [Named | undefined, PropertyKey[]] => {
      const place = ['deployments', index, key];
      const value = valueAt(source.value, place);
      return [typeof value === 'object' && value !== null ? (value as Named) : undefined, place];
    };
    const testUser = readUser(...at('test_user'));
    const clientCertificate = readIdentity(...at('client_certificate'));
    held.set(index, { ...(testUser && { testUser }), ...(clientCertificate && { clientCertificate }) });
  }
  return { problems, of: index => held.get(index) ?? {}, files: [...files] };

  function complain(place: readonly PropertyKey[], message: string): undefined {
    problems.push({ place: source.placeOf([...place], 'value'), message });
  }

  /** The text of a file that a key names; undefined when there is no such key, or a problem was noted. */
  function textOf(named: Named, place: readonly PropertyKey[], key: string): string | undefined {
    const file = named[key];
    if (typeof file !== 'string' || file.trim() === '') return undefined;
    const path = beside(file);
    try {
      const text = readFile(path);
      files.add(path);
      return text;
    } catch (error) {
      const why =
        error instanceof OperatorError ? error.problems.map(({ message }) => message).join(' ') : '';
      return complain([...place, key], `${shown(file)} cannot be read. ${why}`.trim());
    }
  }

  function passwordIn(named: Named, place: readonly PropertyKey[]): Secret | undefined {
    const text = textOf(named, place, 'password_file');
    if (text === undefined) return undefined;
    const [password = ''] = text.split(/\r?\n/, 1);
    if (password === '')
      return complain([...place, 'password_file'], 'The file has no password on its first line.');
    return () => password;
  }

  function readUser(named: Named | undefined, place: readonly PropertyKey[]): Held['testUser'] {
    if (named === undefined) return undefined;
    const { name, password_file: file, password_env: variable } = named;
    if ((file === undefined) === (variable === undefined))
      return complain(place, 'The test user needs either `password_file` or `password_env`.');
    const password = typeof variable === 'string' ? variableNamed(variable, place) : passwordIn(named, place);
    if (typeof name !== 'string' || !password) return undefined;
    const id = createHmac('sha256', idKey).update(`${name}\0${password()}`).digest('hex');
    return { name: () => name, password, id: () => id };
  }

  function variableNamed(variable: string, place: readonly PropertyKey[]): Secret | undefined {
    const value = environment[variable];
    if (value === undefined || value === '')
      return complain([...place, 'password_env'], `The environment variable ${variable} is not set.`);
    return () => value;
  }

  function readIdentity(named: Named | undefined, place: readonly PropertyKey[]): Held['clientCertificate'] {
    if (named === undefined) return undefined;
    const [pem, key] = [textOf(named, place, 'certificate'), textOf(named, place, 'key')];
    const passphrase = named.password_file === undefined ? undefined : passwordIn(named, place);
    if (pem === undefined || key === undefined) return undefined;
    const chain = certificatesIn(pem);
    if (chain.length === 0)
      return complain([...place, 'certificate'], 'The file holds no certificate in PEM form.');
    if (named.password_file !== undefined && passphrase === undefined) return undefined;
    try {
      const opened = createPrivateKey({ key, ...(passphrase && { passphrase: passphrase() }) });
      if (!new X509Certificate(chain[0]!).checkPrivateKey(opened))
        return complain([...place, 'key'], 'The private key does not belong to the first certificate.');
    } catch {
      const why = passphrase ? 'or the password does not open it' : 'or it needs a password';
      return complain([...place, 'key'], `The file holds no private key in PEM form, ${why}.`);
    }
    return { certificate: chain.join(''), key: () => key, ...(passphrase && { passphrase }) };
  }
}
