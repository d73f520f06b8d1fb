import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createServer } from 'node:net';
import { Packet } from 'dns2';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type DnsReading, dns } from '../../probes/dns.ts';
import type { ProbeContext } from '../../src/model/probe.ts';
import { context, udpServer } from '../net/servers.ts';

const { A, AAAA, CNAME, SRV, PTR, NS, SOA, TXT } = Packet.TYPE;
const IN = Packet.CLASS.IN;

type Resource = Packet['answers'][number];
type Said = {
  rcode?: number;
  tc?: 0 | 1;
  aa?: 0 | 1;
  answers?: Partial<Resource>[];
  authorities?: Partial<Resource>[];
  additionals?: Resource[];
};

function reply(query: Packet, said: Said = {}): Packet {
  const packet = Packet.createResponseFromRequest(query);
  Object.assign(packet.header, { ra: 1, rcode: said.rcode ?? 0, tc: said.tc ?? 0, aa: said.aa ?? 0 });
  const complete = (record: Partial<Resource>) =>
    ({ name: query.questions[0]!.name, class: IN, ttl: 60, ...record }) as Resource;
  packet.answers = (said.answers ?? []).map(complete);
  packet.authorities = (said.authorities ?? []).map(complete);
  packet.additionals = said.additionals ?? [];
  return packet;
}

/** A server over UDP; `serve` gives the datagrams that answer a query. */
async function server(
  serve: (query: Packet, count: number) => readonly (Packet | Buffer)[],
): Promise<string> {
  let count = 0;
  const port = await udpServer((message, from, socket) => {
    for (const answer of serve(Packet.parse(message), ++count)) {
      socket.send(Buffer.isBuffer(answer) ? answer : answer.toBuffer(), from.port, from.address);
    }
  });
  return `127.0.0.1:${port}`;
}

/** The same port over UDP, which cuts everything off, and TCP. */
async function cutOff(onTcp: ((socket: Socket) => void) | undefined): Promise<string> {
  const sockets: Socket[] = [];
  const tcp = createServer(socket => {
    sockets.push(socket.on('error', () => {}));
    onTcp?.(socket);
  });
  await once(tcp.listen(0, '127.0.0.1'), 'listening');
  const { port } = tcp.address() as { port: number };
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    if (tcp.listening) await once(tcp.close(), 'close');
  };
  if (onTcp) onTestFinished(close);
  else await close();
  await udpServer((message, from, socket) => {
    socket.send(reply(Packet.parse(message), { tc: 1 }).toBuffer(), from.port, from.address);
  }, port);
  return `127.0.0.1:${port}`;
}

const framed = (packet: Packet | Buffer) => {
  const bytes = Buffer.isBuffer(packet) ? packet : packet.toBuffer();
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
};
const queryIn = (data: Buffer) => Packet.parse(data.subarray(2));

const srv = { resolver: '', name: '_collab-edge._tls.example.com', type: 'SRV' as const };
async function ask(
  resolver: string,
  question: Partial<typeof srv> | object = {},
  by: ProbeContext = context(300),
) {
  const outcome = await dns.run({ ...srv, ...question, resolver }, by);
  return outcome.dns as DnsReading;
}
// Its letter case survives because it shares no suffix with the question: dns2 compresses without regard to case.
const edge = { type: SRV, priority: 10, weight: 20, port: 8443, target: 'expe1.Edge.test' };

describe('answers about the name', () => {
  test('a record of every kind that is asked for', async () => {
    const records: Record<string, Partial<Resource>> = {
      SRV: edge,
      A: { type: A, address: '203.0.113.1' },
      AAAA: { type: AAAA, address: '2001:db8::1' },
      PTR: { type: PTR, domain: 'expe1.example.com' },
      CNAME: { type: CNAME, domain: 'other.example.com' },
    };
    const resolver = await server(query => [
      reply(query, { answers: [records[Packet.TYPE_NAME[query.questions[0]!.type]!]!] }),
    ]);
    const common = { name: 'x.example.com', ttl: 60 };
    for (const [type, record] of [
      ['SRV', { priority: 10, weight: 20, port: 8443, target: 'expe1.Edge.test' }],
      ['A', { address: '203.0.113.1' }],
      ['AAAA', { address: '2001:db8::1' }],
      ['PTR', { target: 'expe1.example.com' }],
      ['CNAME', { target: 'other.example.com' }],
    ] as const) {
      expect(await ask(resolver, { name: 'x.example.com', type })).toEqual({
        resolver,
        name: 'x.example.com',
        type,
        outcome: 'answer',
        rcode: 'NOERROR',
        records: [{ ...common, type, ...record }],
        transport: 'udp',
        truncated: false,
        rttMs: expect.any(Number),
      });
    }
  });

  test('the query asks for recursion and offers 1232 octets', async () => {
    let seen: Packet | undefined;
    const resolver = await server(query => {
      seen = query;
      return [reply(query)];
    });
    await ask(resolver);
    expect(seen!.header).toMatchObject({ qr: 0, rd: 1, qdcount: 1 });
    expect(seen!.questions).toMatchObject([{ name: srv.name, type: SRV, class: IN }]);
    expect(seen!.additionals).toMatchObject([{ type: Packet.TYPE.EDNS, class: 1232, doFlag: false }]);
  });

  test('an alias and where it leads', async () => {
    const resolver = await server(query => [
      reply(query, {
        answers: [
          { type: CNAME, domain: 'b.example.com' },
          { name: 'B.example.com', type: CNAME, domain: 'c.example.com' },
          { name: 'c.example.com', type: A, address: '203.0.113.1' },
        ],
      }),
    ]);
    const reading = await ask(resolver, { name: 'a.example.com', type: 'A' });
    expect(reading).toMatchObject({
      outcome: 'answer',
      records: [{ type: 'CNAME' }, { type: 'CNAME' }, { type: 'A' }],
    });
  });

  test('aliases in a circle are no address', async () => {
    const resolver = await server(query => [
      reply(query, {
        answers: [
          { type: CNAME, domain: 'b.example.com' },
          { name: 'b.example.com', type: CNAME, domain: 'a.example.com' },
        ],
      }),
    ]);
    expect(await ask(resolver, { name: 'a.example.com', type: 'A' })).toMatchObject({ outcome: 'nodata' });
  });

  test('a record that nobody asked for is left out', async () => {
    const stranger = { name: 'evil.example.com', type: SRV, priority: 1, weight: 1, port: 1, target: 'evil' };
    const resolver = await server(query => [reply(query, { answers: [edge, stranger] })]);
    expect((await ask(resolver)).records).toHaveLength(1);
    const only = await server(query => [reply(query, { answers: [stranger] })]);
    expect(await ask(only)).toMatchObject({
      outcome: 'malformed',
      records: [],
      failure: { reason: 'mismatched' },
    });
  });

  test('the service is not offered: the root as target', async () => {
    const resolver = await server(query => [reply(query, { answers: [{ ...edge, target: '' }] })]);
    expect((await ask(resolver)).records).toMatchObject([{ type: 'SRV', target: '' }]);
  });

  test('other types are kept by their number', async () => {
    const resolver = await server(query => [reply(query, { answers: [edge, { type: TXT, data: 'x' }] })]);
    expect((await ask(resolver)).records[1]).toMatchObject({ type: 'other', typeCode: 16 });
  });

  test.each([
    ['the name does not exist', { rcode: 3 }, 'nxdomain', 'NXDOMAIN'],
    ['the type does not exist', {}, 'nodata', 'NOERROR'],
    [
      'an alias to nowhere',
      { rcode: 3, answers: [{ type: CNAME, domain: 'gone.example.com' }] },
      'nxdomain',
      'NXDOMAIN',
    ],
  ])('%s', async (_title, said, outcome, rcode) => {
    const soa = {
      type: SOA,
      primary: 'ns',
      admin: 'me',
      serial: 1,
      refresh: 1,
      retry: 1,
      expiration: 1,
      minimum: 1,
    };
    const resolver = await server(query => [reply(query, { ...said, authorities: [soa] })]);
    const reading = await ask(resolver);
    expect(reading).toMatchObject({ outcome, rcode });
    expect(reading.failure).toBeUndefined();
  });

  test('odd bytes in names are shown, not passed on', async () => {
    const target = 'a\u001b[2J\u00ffb.example.com';
    const resolver = await server(query => [reply(query, { answers: [{ ...edge, target }] })]);
    expect((await ask(resolver)).records).toMatchObject([{ target: 'a\\027[2J\\255b.example.com' }]);
  });

  test('names with letters beyond ASCII are asked for as A-labels', async () => {
    const resolver = await server(query => [reply(query, { answers: [edge] })]);
    const reading = await ask(resolver, { name: '_collab-edge._tls.bücher.example' });
    expect(reading).toMatchObject({
      outcome: 'answer',
      records: [{ name: '_collab-edge._tls.xn--bcher-kva.example' }],
    });
  });
});

describe('answers that say nothing about the name', () => {
  test.each([
    [2, 'servfail', 'servfail', 'SERVFAIL'],
    [5, 'refused', 'query-refused', 'REFUSED'],
    [4, 'other', 'not-implemented', 'NOTIMP'],
    [9, 'other', 'rcode', 'NOTAUTH'],
    [14, 'other', 'rcode', 'RCODE14'],
  ])('response code %i is %s', async (rcode, outcome, reason, code) => {
    const resolver = await server(query => [reply(query, { rcode })]);
    expect(await ask(resolver)).toMatchObject({
      outcome,
      rcode: code,
      records: [],
      failure: { stage: 'resolve', reason, blame: 'resolver', code },
    });
  });

  test('an error without the question is one all the same', async () => {
    const resolver = await server(query => {
      const bare = reply(query, { rcode: 5 });
      bare.questions = [];
      return [bare];
    });
    expect(await ask(resolver)).toMatchObject({ outcome: 'refused' });
  });

  test('an answer without the question is none', async () => {
    const resolver = await server(query => {
      const bare = reply(query);
      bare.questions = [];
      return [bare];
    });
    expect(await ask(resolver)).toMatchObject({ outcome: 'malformed' });
  });

  test('why, in the words of the server', async () => {
    const additionals = [Packet.Resource.EDNS([Packet.Resource.EDNS.EDE(9, 'no\u0007 key')])];
    const resolver = await server(query => [reply(query, { rcode: 2, additionals })]);
    expect((await ask(resolver)).extendedError).toEqual({ code: 9, text: 'no key' });
  });

  test('a server that does not recurse names others', async () => {
    const resolver = await server(query => [
      reply(query, { authorities: [{ type: NS, ns: 'ns.example.com' }] }),
    ]);
    expect(await ask(resolver)).toMatchObject({
      outcome: 'other',
      failure: { reason: 'rcode', code: 'referral' },
    });
  });

  test('a server that does not know EDNS is asked again without', async () => {
    const resolver = await server(query => [
      query.additionals.length > 0 ? reply(query, { rcode: 1 }) : reply(query, { answers: [edge] }),
    ]);
    expect(await ask(resolver)).toMatchObject({ outcome: 'answer' });
  });

  test('a server that understands nothing', async () => {
    const resolver = await server(query => [reply(query, { rcode: 1 })]);
    expect(await ask(resolver)).toMatchObject({ outcome: 'other', failure: { reason: 'format-error' } });
  });
});

describe('no answer', () => {
  test('nobody listens, and ICMP says so at once', async () => {
    const probe = createSocket('udp4').bind(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address();
    await once(probe.close(), 'close');
    const startMs = performance.now();
    expect(await ask(`127.0.0.1:${port}`, {}, context(5000))).toMatchObject({
      outcome: 'unreachable',
      failure: { stage: 'resolve', reason: 'refused', blame: 'resolver', code: 'ECONNREFUSED' },
    });
    expect(performance.now() - startMs).toBeLessThan(1000);
  });

  test('silence', async () => {
    const resolver = await server(() => []);
    const reading = await ask(resolver, {}, context(100));
    expect(reading).toMatchObject({ outcome: 'timeout', failure: { reason: 'timeout', blame: 'resolver' } });
    expect(reading.rttMs).toBeUndefined();
    expect(reading.rcode).toBeUndefined();
  });

  test('a lost query is sent again', async () => {
    const resolver = await server((query, count) => (count < 2 ? [] : [reply(query, { answers: [edge] })]));
    const reading = await ask(resolver, {}, context(2500));
    expect(reading.outcome).toBe('answer');
    expect(reading.rttMs).toBeGreaterThan(900);
  });

  test('an abort', async () => {
    const resolver = await server(() => []);
    const controller = new AbortController();
    const asking = ask(resolver, {}, context(5000, controller.signal));
    controller.abort();
    await expect(asking).rejects.toMatchObject({
      failure: { stage: 'resolve', reason: 'aborted', blame: 'prober' },
    });
  });
});

describe('replies that are none of ours are passed over', () => {
  const wrong: Record<string, (query: Packet) => Packet | Buffer> = {
    'another id': query => {
      const packet = reply(query, { answers: [edge] });
      packet.header.id = (packet.header.id + 1) & 0xffff;
      return packet;
    },
    'another question': query => {
      const packet = reply(query, { answers: [edge] });
      packet.questions = [new Packet.Question({ name: 'evil.example.com', type: SRV, class: IN })];
      return packet;
    },
    'another type': query => {
      const packet = reply(query);
      packet.questions = [new Packet.Question({ name: srv.name, type: A, class: IN })];
      return packet;
    },
    'our own query back': query => query,
    garbage: query => Buffer.from([(query.header.id >> 8) ^ 0xff, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
    'an empty datagram': () => Buffer.alloc(0),
  };
  test.each(Object.entries(wrong))('%s', async (_title, make) => {
    const first = await server(query => [make(query), reply(query, { answers: [edge] })]);
    expect(await ask(first)).toMatchObject({ outcome: 'answer' });
    const alone = await server(query => [make(query)]);
    expect(await ask(alone, {}, context(100))).toMatchObject({
      outcome: 'malformed',
      failure: { reason: 'mismatched', blame: 'resolver' },
    });
  });

  test('another letter case of the question is ours', async () => {
    const resolver = await server(query => {
      const packet = reply(query, { answers: [edge] });
      packet.questions = [new Packet.Question({ name: srv.name.toUpperCase(), type: SRV, class: IN })];
      return [packet];
    });
    expect(await ask(resolver)).toMatchObject({ outcome: 'answer' });
  });
});

describe('broken replies', () => {
  const header = (query: Packet, counts: readonly [number, number]) =>
    Buffer.from([
      query.header.id >> 8,
      query.header.id & 255,
      0x81,
      0x80,
      0,
      counts[0],
      0,
      counts[1],
      0,
      0,
      0,
      0,
    ]);
  const broken: Record<string, (query: Packet) => Buffer> = {
    'a header cut short': query => reply(query).toBuffer().subarray(0, 7),
    'a record cut short': query =>
      reply(query, { answers: [edge] })
        .toBuffer()
        .subarray(0, -4),
    'a name that points at itself': query =>
      Buffer.concat([header(query, [1, 0]), Buffer.from([0xc0, 12, 0, 33, 0, 1])]),
    'names that point at each other': query =>
      Buffer.concat([header(query, [1, 0]), Buffer.from([0xc0, 14, 0xc0, 12, 0, 33, 0, 1])]),
    'more records promised than sent': query => {
      const bytes = reply(query, { answers: [edge] }).toBuffer();
      bytes[7] = 9;
      return bytes;
    },
  };
  test.each(Object.entries(broken))('%s', async (_title, make) => {
    const resolver = await server(query => [make(query)]);
    expect(await ask(resolver)).toMatchObject({
      outcome: 'malformed',
      records: [],
      failure: { stage: 'resolve', reason: 'malformed', blame: 'resolver' },
    });
  });
});

describe('an answer that is cut off is asked for over TCP', () => {
  test('and comes whole', async () => {
    const answers = Array.from({ length: 60 }, (_, i) => ({ ...edge, target: `expe${i}.example.com` }));
    const resolver = await cutOff(socket =>
      socket.once('data', data => socket.write(framed(reply(queryIn(data), { answers })))),
    );
    const reading = await ask(resolver);
    expect(reading).toMatchObject({ outcome: 'answer', transport: 'tcp', truncated: true });
    expect(reading.records).toHaveLength(60);
    expect(reading.tcpFailure).toBeUndefined();
  });

  test('byte by byte, and after a reply that is not ours', async () => {
    const resolver = await cutOff(socket =>
      socket.setNoDelay(true).once('data', data => {
        const stranger = reply(queryIn(data));
        stranger.header.id ^= 1;
        for (const byte of Buffer.concat([
          framed(stranger),
          framed(reply(queryIn(data), { answers: [edge] })),
        ])) {
          socket.write(Buffer.from([byte]));
        }
      }),
    );
    expect(await ask(resolver)).toMatchObject({ outcome: 'answer', transport: 'tcp' });
  });

  const cases: [string, ((socket: Socket) => void) | undefined, string, object][] = [
    ['TCP is refused', undefined, 'unreachable', { stage: 'connect', reason: 'refused' }],
    ['TCP is silent', () => {}, 'timeout', { stage: 'resolve', reason: 'timeout' }],
    ['TCP hangs up', socket => socket.resume().end(), 'unreachable', { reason: 'eof' }],
    [
      'TCP is reset',
      socket => socket.once('data', () => socket.resetAndDestroy()),
      'unreachable',
      { reason: 'reset' },
    ],
    [
      'half a message',
      socket => socket.resume().end(Buffer.from([0, 9, 1])),
      'malformed',
      { reason: 'malformed' },
    ],
    ['garbage', socket => socket.resume().end(Buffer.alloc(300, 0xee)), 'malformed', { reason: 'malformed' }],
    [
      'messages of nothing without end',
      socket => socket.resume().write(Buffer.alloc(4000)),
      'malformed',
      { reason: 'mismatched' },
    ],
    [
      'a length and then nothing',
      socket => socket.write(Buffer.from([255, 255])),
      'timeout',
      { reason: 'timeout' },
    ],
  ];
  test.each(cases)('%s: nothing is said about the name', async (_title, onTcp, outcome, failure) => {
    const reading = await ask(await cutOff(onTcp), {}, context(200));
    expect(reading).toMatchObject({
      outcome,
      transport: 'tcp',
      truncated: true,
      records: [],
      tcpFailure: failure,
      failure: { stage: 'resolve', reason: 'truncated' },
    });
  });

  test('one deadline covers both', async () => {
    const startMs = performance.now();
    await ask(await cutOff(() => {}), {}, context(200));
    expect(performance.now() - startMs).toBeLessThan(400);
  });
});

test('what is no resolver or no name is a mistake of the plan', async () => {
  await expect(ask('dns.example.com')).rejects.toBeInstanceOf(RangeError);
  await expect(ask('127.0.0.1:53', { name: `${'a'.repeat(64)}.test` })).rejects.toBeInstanceOf(RangeError);
});
