import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type DnsReading, type DnsRecord, dns } from '../../probes/dns.ts';
import { type Bind, startBind } from './bind.ts';
import { context, patience, run } from './tools.ts';

vi.setConfig(patience);

const port = 20_031;
let bind: Bind;
beforeAll(async () => {
  const many = Array.from({ length: 60 }, (_, i) => `_many._tls IN SRV ${i} 10 8443 a-long-host-name-${i}`);
  bind = await startBind({
    port,
    zones: {
      'lab.test': `${many.join('\n')}
_collab-edge._tls 300 IN SRV 10 20 8443 expe1
_collab-edge._tls 300 IN SRV 20 30 8443 ExpE2.Lab.Test.
_disabled._tls IN SRV 0 0 0 .
_alias._tls IN CNAME _collab-edge._tls
expe1 IN A 203.0.113.11
expe1 IN A 203.0.113.12
expe1 IN AAAA 2001:db8::11
ExpE2 IN A 203.0.113.13
four IN A 203.0.113.14
six IN AAAA 2001:db8:0:0:1::14
geo IN CNAME nearer.geo
nearer.geo IN CNAME expe1
dangling IN CNAME nowhere
outside IN CNAME www.example.org.
*.wild IN A 203.0.113.15
dots\\.inside IN A 203.0.113.16
under_score IN A 203.0.113.17
old IN DNAME new
host.new IN A 203.0.113.18
text IN TXT "a"
delegated IN NS ns.delegated
ns.delegated IN A 203.0.113.53
`,
      '113.0.203.in-addr.arpa': `11 IN PTR expe1.lab.test.
12 IN PTR expe1.lab.test.
12 IN PTR other.lab.test.
13 IN CNAME 13.0-15
13.0-15 IN PTR expe2.lab.test.
`,
      '8.b.d.0.1.0.0.2.ip6.arpa': `1.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0 IN PTR expe1.lab.test.\n`,
    },
    raw: { 'broken.test': 'no zone at all\n' },
    statements: 'zone "closed.test" { type primary; file "generation.lab"; allow-query { none; }; };',
  });
});
afterAll(() => bind?.stop());

/** A record as dig writes it. */
function written({ name, ttl, ...record }: DnsRecord): string {
  const dotted = (text: string) => `${text}.`;
  const data = () => {
    switch (record.type) {
      case 'A':
      case 'AAAA':
        return record.address;
      case 'SRV':
        return `${record.priority} ${record.weight} ${record.port} ${dotted(record.target)}`;
      case 'PTR':
      case 'CNAME':
        return dotted(record.target);
      case 'other':
        return '';
    }
  };
  const type = record.type === 'other' ? `TYPE${record.typeCode}` : record.type;
  return `${dotted(name)} ${ttl} IN ${type} ${data()}`.trim();
}

/** What dig makes of the same question: status, whether UDP sufficed, and the answer section. */
async function dug(name: string, type: string) {
  const question = ['@127.0.0.1', '-p', String(port), '+nocookie', '-t', type, name];
  const [whole, first] = await Promise.all([run('dig', question), run('dig', [...question, '+ignore'])]);
  const section = /;; ANSWER SECTION:\n([\s\S]*?)\n\n/.exec(whole.out)?.[1] ?? '';
  const ede = /; EDE: (\d+)/.exec(whole.out)?.[1];
  return {
    rcode: /status: (\w+)/.exec(whole.out)?.[1],
    truncated: /flags:[^;]* tc\b/.test(first.out),
    records: section
      .split('\n')
      .filter(Boolean)
      .map(line => line.replaceAll(/\s+/g, ' '))
      // dig shows what lies inside a label in the form of zone files
      .map(line => line.replaceAll('\\.', '.'))
      // of a DNAME the reading keeps the CNAME that the server makes of it
      .filter(line => !line.includes(' DNAME ')),
    ...(ede === undefined ? {} : { extendedError: Number(ede) }),
  };
}

function read({ rcode, truncated, records, extendedError }: DnsReading) {
  return {
    rcode,
    truncated,
    records: records.map(written).sort(),
    ...(extendedError && { extendedError: extendedError.code }),
  };
}

function look(name: string, type: 'SRV' | 'A' | 'AAAA' | 'PTR' | 'CNAME') {
  return dns.run({ resolver: bind.endpoint, name, type }, context()).then(layers => layers.dns as DnsReading);
}

describe('the probe reads what dig reads', () => {
  test.each([
    ['SRV', '_collab-edge._tls.lab.test', 'answer', 2],
    ['SRV', '_collab-edge._tls.LAB.test', 'answer', 2],
    ['SRV', '_disabled._tls.lab.test', 'answer', 1],
    ['SRV', '_alias._tls.lab.test', 'answer', 3],
    ['SRV', '_many._tls.lab.test', 'answer', 60],
    ['SRV', '_none._tls.lab.test', 'nxdomain', 0],
    ['SRV', 'expe1.lab.test', 'nodata', 0],
    ['A', 'expe1.lab.test', 'answer', 2],
    ['A', 'expe2.lab.test', 'answer', 1],
    ['A', 'geo.lab.test', 'answer', 4],
    ['A', 'dangling.lab.test', 'nxdomain', 1],
    ['A', 'any.wild.lab.test', 'answer', 1],
    ['A', 'under_score.lab.test', 'answer', 1],
    ['A', 'six.lab.test', 'nodata', 0],
    ['A', 'text.lab.test', 'nodata', 0],
    ['A', '_tls.lab.test', 'nodata', 0],
    ['A', 'nowhere.lab.test', 'nxdomain', 0],
    ['A', 'host.old.lab.test', 'answer', 2],
    ['A', 'broken.test', 'servfail', 0],
    ['A', 'closed.test', 'refused', 0],
    ['A', 'host.delegated.lab.test', 'other', 0],
    ['AAAA', 'expe1.lab.test', 'answer', 1],
    ['AAAA', 'six.lab.test', 'answer', 1],
    ['AAAA', 'four.lab.test', 'nodata', 0],
    ['CNAME', 'geo.lab.test', 'answer', 1],
    ['CNAME', 'expe1.lab.test', 'nodata', 0],
    ['PTR', '11.113.0.203.in-addr.arpa', 'answer', 1],
    ['PTR', '12.113.0.203.in-addr.arpa', 'answer', 2],
    ['PTR', '13.113.0.203.in-addr.arpa', 'answer', 2],
    ['PTR', '14.113.0.203.in-addr.arpa', 'nxdomain', 0],
    ['PTR', '1.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa', 'answer', 1],
  ] as const)('%s %s: %s', async (type, name, outcome, count) => {
    const [reading, expected] = await Promise.all([look(name, type), dug(name, type)]);
    expect(reading.outcome).toBe(outcome);
    expect(reading.records).toHaveLength(count);
    expect(read(reading)).toEqual({ ...expected, records: expected.records.sort() });
    expect(reading.transport).toBe(expected.truncated ? 'tcp' : 'udp');
  });
});

test('an answer that leads out of the zone has the alias and nothing behind it', async () => {
  const reading = await look('outside.lab.test', 'A');
  expect(read(reading).records).toEqual((await dug('outside.lab.test', 'A')).records);
});

test('only the big set was cut off', async () => {
  expect(await look('_many._tls.lab.test', 'SRV')).toMatchObject({ truncated: true, transport: 'tcp' });
  expect(await look('_collab-edge._tls.lab.test', 'SRV')).toMatchObject({ truncated: false });
});

test('nobody listens: dig says connection refused, and so does the reading', async () => {
  const question = ['@127.0.0.1', '-p', '20039', '+tries=1', 'A', 'expe1.lab.test'];
  const { out } = await run('dig', question);
  expect(out).toContain('connection refused');
  const { dns: reading } = await dns.run(
    { resolver: '127.0.0.1:20039', name: 'expe1.lab.test', type: 'A' },
    context(),
  );
  expect(reading).toMatchObject({
    outcome: 'unreachable',
    failure: { reason: 'refused', blame: 'resolver' },
  });
});
