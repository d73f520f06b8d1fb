import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import bcrypt from 'bcryptjs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { followWebConfig, readWebConfig } from '../../src/config/web.ts';
import { OperatorError, type Problem } from '../../src/model/problem.ts';
import { hierarchy } from '../net/certificates.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mradar-web-'));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

const write = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const hash = bcrypt.hashSync('secret words', 8);
const { leaf, issuing, root } = hierarchy();

function problemsOf(text: string): readonly Problem[] {
  try {
    readWebConfig(write('web.yaml', text));
    return [];
  } catch (error) {
    if (error instanceof OperatorError) return error.problems;
    throw error;
  }
}

test('everything that can be configured is read, files beside the configuration', () => {
  write('server.pem', leaf.pem + issuing.pem);
  write('server.key', leaf.key);
  write('ca.pem', root.pem);
  write('token', 'sixteen-characters\n');
  const config = readWebConfig(
    write(
      'web.yaml',
      `tls_server_config:
  cert_file: server.pem
  key_file: server.key
  min_version: TLS13
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: ca.pem
basic_auth_users:
  alice: ${hash}
bearer_token_files: [token]
`,
    ),
  );
  expect(config.tls).toMatchObject({ minVersion: 'TLSv1.3', needsClient: true, clientAuthority: root.pem });
  expect(config.users.get('alice')?.()).toBe(hash);
  expect(config.tokens.map(token => token())).toEqual(['sixteen-characters']);
  expect(JSON.stringify([config, [...config.users]])).not.toMatch(/PRIVATE KEY|sixteen|\$2b/);
});

test('nothing is protected when that is said, but not when the file is only empty', () => {
  expect(problemsOf('\n')).toEqual([expect.objectContaining({ message: expect.stringContaining('empty') })]);
  expect(readWebConfig(write('web.yaml', '{}'))).toEqual({ users: new Map(), tokens: [] });
});

test.each([
  ['basic_auth_users: { alice: plain-password }', /bcrypt hash/],
  [
    'basic_auth_users: { alice: $2b$04$C6UzMDM.H6dfI/f/IKcEeO7ZBLEPjCj3aWwQFu5pCgbnT5WnGvHbe }',
    /cost 8 to 14/,
  ],
  [
    'basic_auth_users: { alice: $2b$20$C6UzMDM.H6dfI/f/IKcEeO7ZBLEPjCj3aWwQFu5pCgbnT5WnGvHbe }',
    /cost 8 to 14/,
  ],
  ['basic_auth_users: plain-password', /mapping of names/],
  ['basic_auth_users: [plain-password]', /mapping of names/],
  ['basic_auth_user: { alice: plain-password }', /did you mean `basic_auth_users`/],
  ['bearer_token_files: [short]', /at least 16 characters/],
  ['bearer_token_files: [nowhere]', /no such file/],
  ['tls_server_config: { cert_file: server.pem }', /key_file/],
  ['tls_server_config: { cert_file: server.pem, key_file: nowhere }', /no such file/],
  ['tls_server_config: { cert_file: server.pem, key_file: other.key }', /does not belong/],
  ['tls_server_config: { cert_file: server.key, key_file: server.key }', /no certificate/],
  ['tls_server_config: { cert_file: server.pem, key_file: server.pem }', /no private key/],
  [
    'tls_server_config: { cert_file: server.pem, key_file: server.key, min_version: TLS10 }',
    /one of TLS12, TLS13/,
  ],
  [
    'tls_server_config: { cert_file: server.pem, key_file: server.key, client_auth_type: RequireAndVerifyClientCert }',
    /client_ca_file/,
  ],
])('%s is refused, and the reason shows no secret', (text, reason) => {
  write('server.pem', leaf.pem);
  write('server.key', leaf.key);
  write('other.key', root.key);
  write('short', 'plain-password');
  const problems = problemsOf(text);
  expect(problems.map(({ message }) => message).join()).toMatch(reason);
  expect(JSON.stringify(problems)).not.toMatch(/plain-password|C6Uz|PRIVATE/);
});

test('a change of any file is seen within a second or two; one that is invalid changes nothing and is told once', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const token = write('token', 'sixteen-characters');
  const file = write('web.yaml', 'bearer_token_files: [token]');
  const told: string[] = [];
  const web = followWebConfig(
    file,
    problems => told.push(...problems.map(({ message }) => message)),
    () => told.push('changed'),
  );
  const first = web();
  vi.advanceTimersByTime(2_000);
  expect(web()).toBe(first);
  writeFileSync(token, 'short');
  utimesSync(token, 1, 1);
  for (let i = 0; i < 3; i++) {
    vi.advanceTimersByTime(1_100);
    expect(web()).toBe(first);
  }
  expect(told).toEqual([expect.stringContaining('at least 16 characters')]);
  writeFileSync(token, 'another-of-sixteen');
  utimesSync(token, 2, 2);
  vi.advanceTimersByTime(1_100);
  expect(web().tokens[0]?.()).toBe('another-of-sixteen');
  expect(told.at(-1)).toBe('changed');
});
