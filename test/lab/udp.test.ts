import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { udp } from '../../probes/udp.ts';
import { type Bind, startBind } from './bind.ts';
import type { Child } from './child.ts';
import { startChrony } from './chrony.ts';
import { context, patience, run } from './tools.ts';

vi.setConfig(patience);

const address = '127.0.0.1';
const ports = { dns: 20_131, silent: 20_132, closed: 20_133 };
/** A question for the SOA of the root, as nmap may send it: id 0, one question. */
const question = '000000000001000000000000' + '00' + '0006' + '0001';
let bind: Bind;
let silent: Child;

beforeAll(async () => {
  bind = await startBind({ port: ports.dns, zones: {} });
  // a server of time that answers nobody
  silent = await startChrony({ address, port: ports.silent }, ['local', 'deny 127.0.0.0/8']);
});
afterAll(async () => {
  await bind?.stop();
  await silent?.stop();
});

async function nmapReads(port: number) {
  const { out } = await run('nmap', ['-sU', '-Pn', '-n', '-p', String(port), '-oG', '-', address]);
  return /Ports: \d+\/([\w|]+)\/udp/.exec(out)?.[1];
}

test.skipIf(process.getuid?.() !== 0).each([
  { port: ports.closed, state: 'closed', nmap: 'closed' },
  { port: ports.silent, state: 'open-or-filtered', nmap: 'open|filtered' },
])('$state, as nmap has it: $nmap', async ({ port, state, nmap }) => {
  const { udp: reading } = await udp.run({ address, port, payloadHex: question }, context(1_000));
  expect(reading).toMatchObject({ state });
  expect(await nmapReads(port)).toBe(nmap);
});

test('open, when BIND answers the datagram', async () => {
  const { udp: reading } = await udp.run({ address, port: ports.dns, payloadHex: question }, context());
  expect(reading).toMatchObject({ state: 'open', sent: 1, replyHex: expect.stringMatching(/^00008/) });
});
