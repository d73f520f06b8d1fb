import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createSecureContext, TLSSocket, type TLSSocketOptions } from 'node:tls';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type XmppOptions, type XmppReading, xmpp } from '../../probes/xmpp.ts';
import { ProberFault } from '../../src/model/failure.ts';
import { runStep } from '../../src/probe/run.ts';
import { hierarchy } from '../net/certificates.ts';
import { closedPort, context, openHandles, tcpServer, tlsServer } from '../net/servers.ts';

const { root, issuing, leaf } = hierarchy();
const identity = { key: leaf.key, cert: leaf.pem + issuing.pem };
const base = {
  address: '127.0.0.1',
  domain: 'a.test',
  trust: [root.pem],
  kind: 'client',
  direct: false,
} as const;

const header =
  "<?xml version='1.0'?><stream:stream xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:client' " +
  "from='a.test' id='4711' version='1.0'>";
const tlsNamespace = 'urn:ietf:params:xml:ns:xmpp-tls';
const mechanisms = (...names: string[]) =>
  `<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>${names.map(name => `<mechanism>${name}</mechanism>`).join('')}</mechanisms>`;
const features = (...content: string[]) => `<stream:features>${content.join('')}</stream:features>`;
const needsTls = features(`<starttls xmlns='${tlsNamespace}'><required/></starttls>`);
const offersTls = features(`<starttls xmlns='${tlsNamespace}'/>`, mechanisms('PLAIN'));
const proceed = `<proceed xmlns='${tlsNamespace}'/>`;
const streamError = (condition: string, text = '') =>
  `<stream:error><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>` +
  `${text && `<text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>${text}</text>`}</stream:error></stream:stream>`;

type Say = string | Buffer | ((socket: Socket) => void);
function say(socket: Socket, what: Say): void {
  if (typeof what === 'function') what(socket);
  else socket.write(what);
}
/** Says the next thing whenever the client has said one. */
function script(socket: Socket, said: string[], ...parts: readonly Say[]): void {
  let next = 0;
  socket.on('data', (chunk: Buffer) => {
    said.push(chunk.toString());
    const part = parts[next++];
    if (part !== undefined) say(socket, part);
  });
  socket.on('end', () => socket.end());
}

/** Goes over to TLS and says the rest inside. */
function upgrade(
  said: string[],
  names: (string | false)[],
  parts: readonly Say[],
  demands: TLSSocketOptions = {},
): (socket: Socket) => void {
  return socket => {
    socket.removeAllListeners('data').removeAllListeners('end');
    const secure = new TLSSocket(socket, {
      ...demands,
      isServer: true,
      secureContext: createSecureContext(identity),
      SNICallback: (name, done) => {
        names.push(name);
        done(null);
      },
    });
    secure.on('error', () => {});
    script(secure, said, ...parts);
    socket.write(proceed);
  };
}

async function ask(
  port: number,
  { timeoutMs = 1_000, ...more }: Partial<XmppOptions> & { timeoutMs?: number } = {},
) {
  return xmpp.run({ ...base, port, ...more }, context(timeoutMs));
}
async function read(...args: Parameters<typeof ask>): Promise<XmppReading> {
  return (await ask(...args)).xmpp as XmppReading;
}
/** A server in clear that says these things, and what the client said to it. */
async function serving(...parts: readonly Say[]): Promise<{ port: number; said: string[] }> {
  const said: string[] = [];
  return { port: await tcpServer(socket => script(socket, said, ...parts)), said };
}
const inside =
  header +
  features(
    mechanisms('PLAIN', 'CISCO-VTG-TOKEN').replace(
      '</mechanisms>',
      "<mechanism xmlns='x'>NO</mechanism></mechanisms>",
    ),
  );

describe('a good server', () => {
  it('with STARTTLS: both streams, the certificates, the domain as SNI, an orderly end', async () => {
    const names: (string | false)[] = [];
    const { port, said } = await serving(header + needsTls, (socket: Socket) => {
      upgrade(said, names, [inside, '</stream:stream>'])(socket);
    });
    const layers = await ask(port);
    expect(layers.tcp).toMatchObject({ state: 'open' });
    expect(layers.tls).toMatchObject({ serverName: 'a.test', verification: { trusted: true } });
    expect(layers.xmpp).toEqual({
      domain: 'a.test',
      from: 'a.test',
      id: '4711',
      version: '1.0',
      starttls: 'required',
      mechanismsInClear: [],
      mechanisms: ['PLAIN', 'CISCO-VTG-TOKEN'],
      featuresMs: expect.any(Number),
      proceedMs: expect.any(Number),
      secureFeaturesMs: expect.any(Number),
    });
    expect(names).toEqual(['a.test']);
    expect(said).toEqual([
      expect.stringMatching(
        /^<\?xml version='1.0'\?><stream:stream to='a.test' version='1.0' .*xmlns='jabber:client'/,
      ),
      `<starttls xmlns='${tlsNamespace}'/>`,
      expect.stringContaining("<stream:stream to='a.test'"),
      '</stream:stream>',
    ]);
  });

  it('that offers TLS without insisting', async () => {
    const { port, said } = await serving(header + offersTls, (socket: Socket) =>
      upgrade(said, [], [inside])(socket),
    );
    expect(await read(port)).toMatchObject({
      starttls: 'offered',
      mechanismsInClear: ['PLAIN'],
      mechanisms: ['PLAIN', 'CISCO-VTG-TOKEN'],
    });
  });

  it('with TLS from the first byte', async () => {
    const said: string[] = [];
    const names: unknown[] = [];
    const port = await tlsServer(
      {
        ...identity,
        SNICallback(name, done) {
          names.push(name);
          done(null);
        },
      },
      socket => script(socket, said, inside, '</stream:stream>'),
    );
    const layers = await ask(port, { direct: true });
    expect(layers.tls).toMatchObject({ verification: { trusted: true } });
    expect(layers.xmpp).toEqual({
      domain: 'a.test',
      from: 'a.test',
      id: '4711',
      version: '1.0',
      mechanismsInClear: [],
      mechanisms: ['PLAIN', 'CISCO-VTG-TOKEN'],
      featuresMs: expect.any(Number),
    });
    expect(names).toEqual(['a.test']);
    expect(said.at(-1)).toBe('</stream:stream>');
  });

  it('that speaks to servers', async () => {
    const { port, said } = await serving(header + features());
    await read(port, { kind: 'server' });
    expect(said[0]).toContain("xmlns='jabber:server'");
  });

  it('that sends its features in a segment of their own, byte by byte, with whitespace', async () => {
    const slowly = async (socket: Socket) => {
      socket.setNoDelay(true);
      for (const byte of Buffer.from(`${header}\n${needsTls}\n`)) {
        await new Promise(resolve => socket.write(Buffer.from([byte]), resolve));
      }
    };
    const byByte = await serving(slowly, (socket: Socket) => upgrade([], [], [inside])(socket));
    expect(await read(byByte.port)).toMatchObject({ mechanisms: ['PLAIN', 'CISCO-VTG-TOKEN'] });
    const twice = await serving(
      (socket: Socket) => {
        socket.write(header);
        setImmediate(() => socket.write(needsTls));
      },
      (socket: Socket) => upgrade([], [], [inside])(socket),
    );
    expect(await read(twice.port)).toMatchObject({ mechanisms: ['PLAIN', 'CISCO-VTG-TOKEN'] });
  });
});

describe('what goes wrong is told apart', () => {
  const bomb = `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]>${header}&c;`;
  it.each<[string, readonly Say[], { [word: string]: string }]>([
    ['silence', [], { stage: 'response', reason: 'timeout' }],
    ['a header without features', [header], { stage: 'response', reason: 'timeout' }],
    ['an end', [socket => socket.end()], { stage: 'response', reason: 'eof' }],
    ['a reset', [socket => socket.resetAndDestroy()], { stage: 'response', reason: 'reset' }],
    ['the end of the stream', [`${header}</stream:stream>`], { stage: 'response', reason: 'eof' }],
    ['HTTP', ['HTTP/1.1 400 Bad Request\r\n\r\n'], { reason: 'not-xmpp', code: 'HTTP' }],
    ['garbage', [Buffer.alloc(5_000, 0xfe)], { reason: 'not-xmpp' }],
    ['a TLS alert', [Buffer.from('15030100020246', 'hex')], { reason: 'plain-tls' }],
    ['an entity bomb', [bomb], { reason: 'malformed', code: 'restricted-xml' }],
    ['an element without end', [socket => pour(socket, `${header}<a>`, 'x')], { reason: 'oversized' }],
    ['endless whitespace', [socket => pour(socket, header, ' ')], { reason: 'oversized' }],
    [
      'an unknown domain',
      [header + streamError('host-unknown', 'not\x07 here')],
      { stage: 'response', reason: 'stream-error', code: 'host-unknown', detail: 'not here' },
    ],
    [
      'an error without condition',
      [`${header}<stream:error>no</stream:error>`],
      { code: 'undefined-condition', detail: 'no' },
    ],
    ['no TLS', [header + features(mechanisms('PLAIN'))], { stage: 'starttls', reason: 'no-starttls' }],
    [
      'TLS refused',
      [header + needsTls, `<failure xmlns='${tlsNamespace}'/></stream:stream>`],
      { stage: 'starttls', reason: 'starttls-refused' },
    ],
    ['silence about TLS', [header + needsTls], { stage: 'starttls', reason: 'timeout' }],
    [
      'an end instead of TLS',
      [header + needsTls, socket => socket.end()],
      { stage: 'starttls', reason: 'eof' },
    ],
    [
      'an error instead of TLS',
      [header + needsTls, streamError('policy-violation')],
      { stage: 'starttls', reason: 'stream-error', code: 'policy-violation' },
    ],
    [
      'words behind the permission',
      [header + needsTls, `${proceed}<a/>`],
      { stage: 'starttls', reason: 'malformed' },
    ],
  ])('%s', async (_, parts, failure) => {
    const { port } = await serving(...parts);
    const layers = await ask(port, { timeoutMs: failure.reason === 'timeout' ? 150 : 3_000 });
    expect(layers.xmpp).toMatchObject({ domain: 'a.test', failure });
    expect(layers).not.toHaveProperty('tls');
    expect(layers.xmpp).not.toHaveProperty('secureFeaturesMs');
  });

  function pour(socket: Socket, first: string, more: string): void {
    socket.write(first);
    const on = () => {
      while (!socket.destroyed && socket.write(more.repeat(10_000)));
    };
    socket.on('drain', on);
    on();
  }

  it('a stream error keeps its condition, and the stream is closed', async () => {
    const text = "<text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>no</text>";
    const textFirst = streamError('host-unknown').replace('<stream:error>', `<stream:error>${text}`);
    const { port, said } = await serving(header + textFirst);
    expect(await read(port)).toMatchObject({ streamError: 'host-unknown', from: 'a.test' });
    expect(said.at(-1)).toBe('</stream:stream>');
  });

  it('no TLS after the permission', async () => {
    const { port } = await serving(header + needsTls, proceed, 'no TLS here');
    const layers = await ask(port);
    expect(layers.tls).toMatchObject({ failure: { reason: 'not-tls' } });
    expect(layers.xmpp).toMatchObject({ starttls: 'required', proceedMs: expect.any(Number) });
    expect(layers.xmpp).not.toHaveProperty('failure');
  });

  it('an error, silence or an end inside TLS', async () => {
    const outcome = async (part: Say) => {
      const { port } = await serving(header + needsTls, (socket: Socket) => upgrade([], [], [part])(socket));
      const layers = await ask(port, { timeoutMs: 500 });
      expect(layers.tls).not.toHaveProperty('failure');
      return layers.xmpp;
    };
    expect(await outcome(header + streamError('policy-violation'))).toMatchObject({
      streamError: 'policy-violation',
      failure: { reason: 'stream-error' },
    });
    expect(await outcome(() => {})).toMatchObject({ failure: { stage: 'response', reason: 'timeout' } });
    expect(await outcome(socket => socket.end())).toMatchObject({ failure: { reason: 'eof' } });
    expect(await outcome('hello')).toMatchObject({ failure: { reason: 'not-xmpp' } });
  });

  it('a server that insists on a client certificate refuses TLS, not XMPP', async () => {
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const port = await tlsServer({ ...identity, requestCert: true, ca: [root.pem], maxVersion });
      const layers = await ask(port, { direct: true });
      expect(layers.tls).toMatchObject({ failure: { reason: 'client-certificate-required' } });
      expect(layers).not.toHaveProperty('xmpp');
    }
    const { port } = await serving(header + needsTls, (socket: Socket) =>
      upgrade([], [], [inside], { requestCert: true, rejectUnauthorized: true })(socket),
    );
    const layers = await ask(port);
    expect(layers.tls).toMatchObject({ failure: { reason: 'client-certificate-required' } });
    expect(layers.xmpp).toMatchObject({ proceedMs: expect.any(Number), mechanisms: [] });
    expect(layers.xmpp).not.toHaveProperty('failure');
  });

  it('what is below decides what is not reached', async () => {
    const states = async (port: number) => {
      const step = {
        id: 'step',
        probe: 'xmpp',
        subject: { id: 'subject' } as never,
        why: '',
        options: { ...base, port },
        timeoutMs: 300,
        intervalMs: 1,
        host: '127.0.0.1',
      };
      const { observations } = await runStep(step, xmpp, new AbortController().signal);
      return observations.map(
        ({ kind, state, ...more }) => `${kind} ${state}${'why' in more ? `: ${more.why}` : ''}`,
      );
    };
    expect(await states(await closedPort())).toEqual([
      'tcp observed',
      'xmpp skipped: tcp failed: ECONNREFUSED',
      'tls skipped: tcp failed: ECONNREFUSED',
    ]);
    const { port } = await serving(header + features());
    expect(await states(port)).toEqual([
      'tcp observed',
      'xmpp observed',
      'tls skipped: xmpp failed: no-starttls',
    ]);
  });
});

it('any bytes and any mutation end in a reading', async () => {
  let words = Buffer.alloc(0);
  const port = await tcpServer(socket => {
    socket.on('end', () => socket.end()).resume();
    socket.end(words);
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 4 }),
      fc.nat(),
      fc.uint8Array({ maxLength: 20 }),
      async (changes, cut, before) => {
        const bytes = Buffer.from(header + needsTls + proceed);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        words = Buffer.concat([before, bytes.subarray(0, cut % (bytes.length + 1))]);
        const { xmpp: reading } = await ask(port, { timeoutMs: 500 });
        expect((reading as XmppReading).failure).toBeDefined();
      },
    ),
    { numRuns: 100 },
  );
});

describe('an abort leaves nothing behind', () => {
  /** Ends of the server that stay open on their own. */
  const held: Socket[] = [];
  it.each<[string, readonly Say[]]>([
    ['before the header', []],
    ['before the features', [header]],
    ['before the permission', [header + needsTls]],
    ['before the handshake', [header + needsTls, proceed]],
    ['before the features inside TLS', [header + needsTls, (socket: Socket) => upgrade([], [], [])(socket)]],
    [
      'while taking leave',
      [
        header + needsTls,
        (socket: Socket) => {
          held.push(socket);
          upgrade([], [], [inside, open => void open.removeAllListeners('end')])(socket);
        },
      ],
    ],
  ])('%s', async (_, parts) => {
    const { port } = await serving(...parts);
    for (let turn = 0; turn < 100; turn++) await new Promise(resolve => setImmediate(resolve));
    const before = openHandles();
    const grown = () =>
      Object.entries(openHandles()).filter(
        ([kind, count]) => count > (before[kind] ?? 0) + (kind === 'Timeout' ? 3 : 0),
      );
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        const controller = new AbortController();
        setTimeout(() => controller.abort(), 120);
        const outcome = xmpp.run({ ...base, port }, context(60_000, controller.signal));
        await outcome.catch(error => expect(error).toBeInstanceOf(ProberFault));
      }),
    );
    for (const socket of held.splice(0)) socket.destroy();
    for (let turn = 0; turn < 20_000 && grown().length > 0; turn++) {
      await new Promise(resolve => setImmediate(resolve));
    }
    expect(grown()).toEqual([]);
  });

  it('before it began', async () => {
    const { port } = await serving();
    await expect(xmpp.run({ ...base, port }, context(1_000, AbortSignal.abort()))).rejects.toMatchObject({
      failure: { reason: 'aborted', blame: 'prober' },
    });
  });
});

it('the farewell does not wait for a server that keeps the connection', async () => {
  const held: Socket[] = [];
  const { port } = await serving((socket: Socket) => {
    socket.removeAllListeners('end');
    held.push(socket);
    socket.write(header + features());
  });
  const started = performance.now();
  expect(await read(port, { timeoutMs: 20_000 })).toMatchObject({ starttls: 'absent' });
  expect(performance.now() - started).toBeLessThan(2_000);
  const closed = once(held[0]!, 'close');
  held[0]!.destroy();
  await closed;
});
