import { expect, onTestFinished, test } from 'vitest';
import { parseConfig } from '../../src/config/config.ts';
import { OperatorError } from '../../src/model/problem.ts';
import { hierarchy, issue, keyFor } from '../net/certificates.ts';

const { leaf, issuing } = hierarchy();
const stranger = issue({ commonName: 'stranger', keyPem: keyFor('stranger') });
const files: Readonly<Record<string, string>> = {
  '/etc/mradar/password': 'hunter2\n',
  '/etc/mradar/windows': 'hunter2\r\n',
  '/etc/mradar/spaces': ' two words \nsecond line\n',
  '/etc/mradar/empty': '\n',
  '/etc/mradar/client.pem': leaf.pem + issuing.pem,
  '/etc/mradar/client.key': leaf.key,
  '/etc/mradar/other.key': stranger.key,
};
const read = (path: string): string => {
  const text = files[path];
  if (text === undefined) throw new OperatorError([{ place: path, message: 'There is no such file.' }]);
  return text;
};

function parse(...lines: readonly string[]) {
  const text = `deployments:\n  - domains: [example.com]\n${lines.map(line => `    ${line}\n`).join('')}`;
  return parseConfig(text, '/etc/mradar/mradar.yaml', read);
}
function problems(...lines: readonly string[]): string {
  try {
    parse(...lines);
  } catch (error) {
    if (error instanceof OperatorError) return error.message;
    throw error;
  }
  return '';
}

test.each([
  ['password', 'hunter2'],
  ['windows', 'hunter2'],
  ['spaces', ' two words '],
])('the password is the first line of its file: %s', (file, password) => {
  const config = parse(`test_user: { name: alice, password_file: ${file} }`);
  const { testUser } = config.deployments[0]!;
  expect([testUser?.name(), testUser?.password()]).toEqual(['alice', password]);
  expect(config.files).toContain(`/etc/mradar/${file}`);
});

test('or the value of a variable', () => {
  process.env.MRADAR_TEST_PASSWORD = 'from the environment';
  onTestFinished(() => {
    delete process.env.MRADAR_TEST_PASSWORD;
  });
  const { testUser } = parse('test_user: { name: alice, password_env: MRADAR_TEST_PASSWORD }')
    .deployments[0]!;
  expect(testUser?.password()).toBe('from the environment');
});

test('the same name and password have the same id, others another one, and nobody can work it out', () => {
  const id = (name: string, file: string) =>
    parse(`test_user: { name: ${name}, password_file: ${file} }`).deployments[0]!.testUser?.id();
  expect(id('alice', 'password')).toBe(id('alice', 'windows'));
  expect(id('alice', 'password')).not.toBe(id('bob', 'password'));
  expect(id('alice', 'password')).not.toBe(id('alice', 'spaces'));
  expect(id('alice', 'password')).toMatch(/^[0-9a-f]{64}$/);
});

test('a client certificate with its chain and its key', () => {
  const { clientCertificate } = parse('client_certificate: { certificate: client.pem, key: client.key }')
    .deployments[0]!;
  expect(clientCertificate?.certificate.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
  expect(clientCertificate?.key()).toBe(leaf.key);
});

test('neither JSON nor what is printed holds a secret', () => {
  const { deployments } = parse(
    'test_user: { name: alice, password_file: password }',
    'client_certificate: { certificate: client.pem, key: client.key }',
  );
  expect(JSON.stringify(deployments)).not.toMatch(/alice|hunter2|PRIVATE/);
  expect(String(Object.values(deployments[0]!))).not.toMatch(/hunter2|PRIVATE/);
});

test.each([
  ['test_user: { name: alice }', ':3:', 'either `password_file` or `password_env`'],
  [
    'test_user: { name: alice, password_file: password, password_env: HOME }',
    ':3:',
    'either `password_file` or `password_env`',
  ],
  ['test_user: { name: alice, password_file: missing }', ':3:', 'There is no such file.'],
  ['test_user: { name: alice, password_file: empty }', ':3:', 'no password on its first line'],
  ['test_user: { name: alice, password_env: MRADAR_NOT_SET }', ':3:', 'MRADAR_NOT_SET is not set'],
  ['test_user: { name: alice, password: hunter2 }', ':3:', 'password'],
  ['client_certificate: { certificate: client.pem }', ':3:', 'key'],
  ['client_certificate: { certificate: password, key: client.key }', ':3:', 'no certificate in PEM form'],
  ['client_certificate: { certificate: client.pem, key: client.pem }', ':3:', 'no private key in PEM form'],
  ['client_certificate: { certificate: client.pem, key: other.key }', ':3:', 'does not belong'],
])('%s', (line, place, words) => {
  const told = problems(line);
  expect(told).toContain(`/etc/mradar/mradar.yaml${place}`);
  expect(told).toContain(words);
});

test('no problem tells what is in a file', () => {
  const told = [
    problems('client_certificate: { certificate: password, key: password }'),
    problems('client_certificate: { certificate: client.pem, key: password }'),
    problems('test_user: { name: alice, password_file: password, password_env: HOME }'),
  ].join('\n');
  expect(told).not.toContain('hunter2');
});

test('a list of deployments from elsewhere cannot have files of this machine read and sent', () => {
  const list =
    'deployments:\n  - domains: [example.com]\n    test_user: { name: root, password_file: /etc/mradar/password }\n';
  const text = 'deployments_from: [https://lists.example.com/mradar.yaml]\n';
  const opened: string[] = [];
  const remote = (path: string) => {
    opened.push(path);
    return path.startsWith('https:') ? list : read(path);
  };
  expect(() => parseConfig(text, '/etc/mradar/mradar.yaml', remote)).toThrow('cannot come from a URL');
  expect(opened.filter(path => !path.startsWith('https:'))).toEqual([]);
});
