import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type HttpReading, http } from '../../probes/http.ts';
import { tcp } from '../../probes/tcp.ts';
import { type Authority, domain, type Edge, labAt, openAuthority, startEdge } from './edge.ts';
import { context, patience, run } from './tools.ts';

vi.setConfig(patience);

const lab = labAt(5);
let authority: Authority;
let edge: Edge;

beforeAll(async () => {
  authority = await openAuthority();
  edge = await startEdge(lab, authority);
  await edge.load({ expe2: { answer: "more_set_headers 'Set-Cookie: a=b'; return 200 'one line';" } });
});
afterAll(async () => {
  await edge?.stop();
  await authority?.close();
});

test('open and refused ports as nmap sees them', async () => {
  const ports = [8443, 5061, 5222, 2222, 443, 7001];
  const { out } = await run('nmap', ['-sT', '-Pn', '-n', '-p', ports.join(','), '-oG', '-', lab.expe1]);
  const seen = new Map(
    [...out.matchAll(/(\d+)\/(\w+)\/tcp/g)].map(([, port, state]) => [Number(port), state]),
  );
  const words = { open: 'open', refused: 'closed' } as const;
  for (const port of ports) {
    const { tcp: reading } = await tcp.run({ address: lab.expe1, port }, context());
    if (reading === undefined || 'notApplicable' in reading) throw new Error('no reading');
    expect([port, words[reading.state as keyof typeof words]]).toEqual([port, seen.get(port)]);
  }
  expect([...seen.values()].sort()).toEqual(['closed', 'closed', 'closed', 'open', 'open', 'open']);
});

test.each(['expe1', 'expe2'] as const)('%s: status, headers and body as curl reads them', async peer => {
  const path = '/bGFiLnRlc3Q/get_edge_config?service_name=_cisco-uds&service_name=_cuplogin';
  const host = `${peer}.${domain}`;
  const body = join(authority.folder, `${peer}.body`);
  await writeFile(body, '');
  const { out } = await run('curl', [
    ...['-s', '-D', '-', '-o', body, '--http1.1', '--cacert', authority.trustFile],
    ...['--resolve', `${host}:8443:${lab[peer]}`, `https://${host}:8443${path}`],
    ...['-H', 'Connection: close', '-w', '%{size_download}'],
  ]);
  const [head, bytes] = out.split('\r\n\r\n') as [string, string];
  const [line, ...fields] = head.split('\r\n');
  const layers = await http.run(
    {
      address: lab[peer],
      port: 8443,
      serverName: host,
      trust: [authority.office.trust],
      secure: true,
      method: 'GET',
      path,
    },
    context(),
  );
  const reading = layers.http as HttpReading;
  expect(line).toBe(`HTTP/1.1 ${reading.status} ${reading.statusText}`);
  const theirs = Object.fromEntries(
    fields.map(field => [field.split(': ')[0]!.toLowerCase(), field.slice(field.indexOf(': ') + 2)]),
  );
  const withheld = theirs['set-cookie'] === undefined ? {} : { 'set-cookie': '(withheld)' };
  const changing = { date: expect.any(String) };
  expect({ ...reading.headers, ...changing }).toEqual({ ...theirs, ...withheld, ...changing });
  expect(reading.bodyBytes).toBe(Number(bytes));
  expect(Math.abs(reading.clockDifferenceMs!)).toBeLessThanOrEqual(reading.clockUncertaintyMs!);
});
