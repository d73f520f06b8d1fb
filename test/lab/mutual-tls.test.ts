import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type MutualTlsReading, mutualTls } from '../../probes/mutual-tls.ts';
import type { CertificateRecipe, Credentials } from '../../src/simulator/certificates.ts';
import { type Authority, domain, issue, labAt, openAuthority } from './edge.ts';
import { startSipServer } from './kamailio.ts';
import { startOpenssl } from './openssl.ts';
import { context, patience, run } from './tools.ts';

vi.setConfig(patience);

const { behind: address } = labAt(16);
const target = { address, port: 7001, serverName: `expe1.${domain}` };

let authority: Authority;
beforeAll(async () => {
  authority = await openAuthority();
});
afterAll(() => authority?.close());

async function look({ cert, key }: Credentials): Promise<MutualTlsReading> {
  const options = { ...target, trust: [authority.office.trust], certificate: cert, key: () => key };
  return (await mutualTls.run(options, context())).mutual as MutualTlsReading;
}

/** Whether `openssl s_client` gets through with the same certificate, and the alert when it does not. */
async function opensslGets({ cert, key }: Credentials, request: string) {
  const file = (name: string) => join(authority.folder, name);
  await writeFile(file('client.pem'), cert);
  await writeFile(file('client.key'), key, { mode: 0o600 });
  const { out, err } = await run(
    'timeout',
    [
      // a SIP server keeps the connection
      ...['2', 'openssl'],
      ...['s_client', '-connect', `${address}:${target.port}`, '-servername', target.serverName, '-ign_eof'],
      ...['-CAfile', authority.trustFile, '-cert', file('client.pem'), '-cert_chain', file('client.pem')],
      ...['-key', file('client.key'), '-quiet'],
    ],
    request,
  );
  const alert = /SSL alert number (\d+)/.exec(err)?.[1];
  return { isAnswered: /^(HTTP|SIP)\//m.test(out), ...(alert && { alert }) };
}

type Case = {
  readonly client: string;
  readonly recipe: Partial<CertificateRecipe>;
  readonly outcome: MutualTlsReading['outcome'];
};
const clients: readonly Case[] = [
  { client: 'a certificate of the enterprise', recipe: { issuer: 'enterprise' }, outcome: 'accepted' },
  { client: 'a public certificate with its chain', recipe: {}, outcome: 'accepted' },
  { client: 'a certificate of an unknown authority', recipe: { issuer: 'unknown' }, outcome: 'refused' },
  { client: 'a self-signed certificate', recipe: { issuer: 'self' }, outcome: 'refused' },
  { client: 'an expired certificate', recipe: { fromDay: -400 }, outcome: 'refused' },
];

async function compare({ recipe, outcome }: Case, request: string) {
  const identity = await issue(authority, 'expe2', recipe);
  const reading = await look(identity);
  expect(reading).toMatchObject({ outcome });
  const { isAnswered, alert } = await opensslGets(identity, request);
  expect(isAnswered).toBe(outcome !== 'refused');
  if (alert !== undefined) expect(reading.refusal).toBe(`alert ${alert}`);
}

describe.each([
  { version: 'TLS 1.2', flag: '-tls1_2' },
  { version: 'TLS 1.3', flag: '-tls1_3' },
])('OpenSSL that insists on a certificate, $version', ({ flag }) => {
  test.each(clients)('$client is $outcome, as openssl s_client finds', async one => {
    const args = ['-Verify', '3', '-verify_return_error', '-CAfile', authority.trustFile, flag];
    const server = await startOpenssl(target, await issue(authority, 'expe1'), args);
    try {
      await compare(one, 'GET / HTTP/1.0\r\n\r\n');
    } finally {
      await server.stop();
    }
  });
});

test('OpenSSL that asks for none', async () => {
  const server = await startOpenssl(target, await issue(authority, 'expe1'), []);
  try {
    await compare({ client: '', recipe: {}, outcome: 'not-requested' }, 'GET / HTTP/1.0\r\n\r\n');
  } finally {
    await server.stop();
  }
});

describe('Kamailio that insists on a certificate', () => {
  const request = [
    'OPTIONS sip:lab.test SIP/2.0',
    `Via: SIP/2.0/TLS ${address}:5061;branch=z9hG4bK1`,
    ...[
      'Max-Forwards: 70',
      'From: <sip:a@lab.test>;tag=1',
      'To: <sip:lab.test>',
      'Call-ID: 1',
      'CSeq: 1 OPTIONS',
    ],
    ...['Content-Length: 0', '', ''],
  ].join('\r\n');

  test.each(clients)('$client is $outcome, as openssl s_client finds', async one => {
    const certificate = await issue(authority, 'expe1');
    const clientAuthorities = authority.office.trust;
    const server = await startSipServer({
      listeners: [{ address, port: target.port, transport: 'tls', certificate, clientAuthorities }],
      route: 'sl_send_reply("200", "OK"); exit;',
    });
    try {
      await compare(one, request);
    } finally {
      await server.stop();
    }
  });
});
