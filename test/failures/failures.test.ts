import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Packet } from 'dns2';
import { describe, expect, test } from 'vitest';
import { dns } from '../../probes/dns.ts';
import { http } from '../../probes/http.ts';
import { mutualTls } from '../../probes/mutual-tls.ts';
import { ntp } from '../../probes/ntp.ts';
import { sip } from '../../probes/sip.ts';
import { ssh } from '../../probes/ssh.ts';
import { stun } from '../../probes/stun.ts';
import { tcp } from '../../probes/tcp.ts';
import { tls } from '../../probes/tls.ts';
import { xmpp } from '../../probes/xmpp.ts';
import { type Failure, ProberFault, reasons } from '../../src/model/failure.ts';
import { failureAt } from '../../src/net/failure.ts';
import { runStep } from '../../src/probe/run.ts';
import { hierarchy } from '../net/certificates.ts';
import { closedPort, filteredPort, tlsServer } from '../net/servers.ts';
import { weakHandshake } from '../net/weak-handshake.ts';
import { closedUdpPort, context, tcpServer, udpServer } from '../probes/loopback.ts';
import { blameOf, failurePage, meanings, type Row, rows } from './table.ts';

type Failed = Promise<Failure | undefined>;
type Serve = (socket: Socket) => unknown;

const { root, issuing, leaf } = hierarchy();
const secured = { serverName: 'a.test', trust: [root.pem] };
const timeoutMs = 250;

/** The failure of a look that could not be made at all. */
const faultOf = (look: Promise<unknown>): Failed =>
  look.then(
    () => undefined,
    error => (error instanceof ProberFault ? error.failure : Promise.reject(error)),
  );
const failureOf = (layer: unknown) => (layer as { readonly failure?: Failure } | undefined)?.failure;

async function overTls(serve: Serve): Failed {
  const { tls: reading } = await tls.run({ ...(await tcpServer(serve)), ...secured }, context(timeoutMs));
  return failureOf(reading);
}
async function overHttp(serve: Serve): Failed {
  const options = { ...secured, secure: false, method: 'GET', path: '/' } as const;
  return failureOf((await http.run({ ...(await tcpServer(serve)), ...options }, context(timeoutMs))).http);
}
async function overSip(serve: Serve): Failed {
  const options = { ...secured, transport: 'tcp', uri: 'sip:a.test', keepAlive: false } as const;
  return failureOf((await sip.run({ ...(await tcpServer(serve)), ...options }, context(timeoutMs))).sip);
}
async function overXmpp(...answers: readonly (string | Buffer | ((socket: Socket) => unknown))[]): Failed {
  const target = await tcpServer(socket => {
    const left = [...answers];
    socket.on('data', () => {
      const answer = left.shift();
      if (typeof answer === 'function') answer(socket);
      else if (answer !== undefined) socket.write(answer);
    });
  });
  const options = { domain: 'a.test', trust: [], kind: 'client', direct: false } as const;
  return failureOf((await xmpp.run({ ...target, ...options }, context(timeoutMs))).xmpp);
}
async function overSsh(serve: Serve): Failed {
  return failureOf((await ssh.run(await tcpServer(serve), context(timeoutMs))).ssh);
}
async function overNtp(answer: (request: Buffer) => Buffer): Failed {
  const target = await udpServer((request, reply) => reply(answer(request)));
  return failureOf((await ntp.run({ ...target, samples: 1 }, context(timeoutMs))).ntp);
}
/** A reply to a request of ours; `first` holds leap indicator, version and mode. */
function ntpReply(request: Buffer, first: number, stratum: number, reference = '\0\0\0\0'): Buffer {
  const reply = Buffer.alloc(48);
  reply.writeUInt8(first, 0);
  reply.writeUInt8(stratum, 1);
  reply.write(reference, 12, 'latin1');
  request.copy(reply, 24, 40, 48);
  request.copy(reply, 32, 40, 48);
  request.copy(reply, 40, 40, 48);
  return reply;
}

const question = { name: 'a.example.com', type: 'A' } as const;
async function askDns(resolver: string): Failed {
  return failureOf((await dns.run({ ...question, resolver }, context(timeoutMs))).dns);
}
/** A DNS server that changes the header of an answer without records. */
async function dnsAnswer(change: (reply: Packet) => void): Failed {
  const { port } = await udpServer((bytes, answer) => {
    const query = Packet.parse(bytes);
    const reply = Packet.createResponseFromRequest(query);
    reply.header.qr = 1;
    change(reply);
    answer(reply.toBuffer());
  });
  return askDns(`127.0.0.1:${port}`);
}
const withCode = (rcode: number) =>
  dnsAnswer(reply => {
    reply.header.rcode = rcode;
  });
/** Bytes in place of a DNS answer, made from the query. */
async function dnsBytes(make: (query: Buffer) => Buffer): Failed {
  const { port } = await udpServer((query, answer) => answer(make(query)));
  return askDns(`127.0.0.1:${port}`);
}

const header =
  "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='1' version='1.0'>";
const offer = `${header}<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>`;
const streamError =
  "<stream:error><policy-violation xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>";

/** A ServerHello of TLS 1.2, or what it looks like in another version or with another cipher suite. */
function serverHello(version: number, suite: number): Buffer {
  const body = Buffer.alloc(38);
  body.writeUInt16BE(version, 0);
  body.fill(7, 2, 34);
  body.writeUInt16BE(suite, 35);
  const head = Buffer.from([22, 3, version & 255, 0, body.length + 4, 2, 0, 0, body.length]);
  return Buffer.concat([head, body]);
}

const insisting = { key: leaf.key, cert: leaf.pem + issuing.pem, requestCert: true, ca: [root.pem] };

/** Runs a look in a process of its own that was put into a bad place first. */
function inAnotherProcess(command: string, words: readonly string[], prepare: string, host: string): Failed {
  const probe = JSON.stringify(new URL('../../probes/tcp.ts', import.meta.url).href);
  const script = `
    const { tcp } = await import(${probe});
    const { openSync } = await import('node:fs');
    const context = { signal: new AbortController().signal, timeoutMs: 1000 };
    ${prepare}
    const outcome = await tcp.run({ address: '${host}', port: 9 }, context).then(({ tcp }) => tcp, fault => fault);
    console.log(JSON.stringify(outcome.failure ?? null));`;
  const out = execFileSync(command, [...words, process.execPath, '--input-type=module', '-e', script], {
    encoding: 'utf8',
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    timeout: 20_000,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return Promise.resolve(JSON.parse(out));
}

const faults: Readonly<Record<string, () => Failed>> = {
  'resolve/refused': async () => askDns(`127.0.0.1:${(await closedUdpPort()).port}`),
  'resolve/timeout': async () => askDns(`127.0.0.1:${(await udpServer(() => {})).port}`),
  'resolve/servfail': () => withCode(2),
  'resolve/query-refused': () => withCode(5),
  'resolve/format-error': () => withCode(1),
  'resolve/not-implemented': () => withCode(4),
  'resolve/rcode': () => withCode(9),
  'resolve/truncated': () =>
    dnsAnswer(reply => {
      reply.header.tc = 1;
    }),
  'resolve/malformed': () =>
    dnsBytes(query => Buffer.concat([query.subarray(0, 2), Buffer.from([0x81, 0x80, 0, 9])])),
  'resolve/mismatched': () =>
    dnsBytes(query => Buffer.from(query.map((byte, i) => (i === 2 ? 0x81 : byte ^ 1)))),

  'connect/refused': async () =>
    failureOf((await tcp.run({ address: '127.0.0.1', port: await closedPort() }, context(timeoutMs))).tcp),
  'connect/timeout': async () =>
    failureOf((await tcp.run({ address: '127.0.0.1', port: await filteredPort() }, context(timeoutMs))).tcp),
  'connect/no-descriptors': () =>
    inAnotherProcess(
      'bash',
      ['-c', 'ulimit -n 256; exec "$@"', 'bash'],
      "try { for (;;) openSync('/dev/null'); } catch {}",
      '127.0.0.1',
    ),
  'connect/no-address': () => inAnotherProcess('unshare', ['-rn'], '', '::1'),

  'starttls/no-starttls': () => overXmpp(`${header}<stream:features/>`),
  'starttls/starttls-refused': () =>
    overXmpp(offer, "<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:stream>"),
  'starttls/stream-error': () => overXmpp(offer, streamError),
  'starttls/timeout': () => overXmpp(offer),
  'starttls/eof': () => overXmpp(offer, socket => socket.end()),
  'starttls/reset': () => overXmpp(offer, socket => socket.resetAndDestroy()),
  'starttls/malformed': () =>
    overXmpp(offer, '<proceed'.concat(" xmlns='urn:ietf:params:xml:ns:xmpp-tls'/><more/>")),

  'tls/timeout': () => overTls(() => {}),
  'tls/eof': () => overTls(socket => socket.end()),
  'tls/reset': () => overTls(socket => socket.once('data', () => socket.resetAndDestroy())),
  'tls/not-tls': () => overTls(socket => socket.write('220 mail ready\r\n')),
  'tls/tls-alert': () => overTls(socket => socket.end(Buffer.from([21, 3, 3, 0, 2, 2, 40]))),
  'tls/tls-version': () => overTls(socket => socket.write(serverHello(0x0300, 0x002f))),
  'tls/tls-cipher': () => overTls(socket => socket.write(serverHello(0x0303, 0x9999))),
  'tls/tls-weak-dh': () => overTls(weakHandshake(leaf, 512)),
  'tls/handshake': () => overTls(socket => socket.write(Buffer.from([22, 3, 3, 0, 4, 99, 0, 0, 0]))),
  'tls/client-certificate-required': async () => {
    const port = await tlsServer(insisting);
    return failureOf((await tls.run({ address: '127.0.0.1', port, ...secured }, context(2_000))).tls);
  },
  'tls/client-certificate-refused': async () => {
    const port = await tlsServer(insisting);
    const stranger = hierarchy({ commonName: 'stranger.test' });
    const shown = { certificate: stranger.leaf.pem, key: () => stranger.leaf.key };
    const other = { address: '127.0.0.1', port, ...secured, ...shown };
    return failureOf((await mutualTls.run(other, context(2_000))).mutual);
  },

  'response/refused': async () =>
    failureOf((await ntp.run({ ...(await closedUdpPort()), samples: 1 }, context(timeoutMs))).ntp),
  'response/timeout': () => overHttp(() => {}),
  'response/eof': () => overHttp(socket => socket.once('data', () => socket.end())),
  'response/reset': () => overHttp(socket => socket.once('data', () => socket.resetAndDestroy())),
  'response/malformed': () => overSip(socket => socket.write('SIP/2.0 200 OK\r\nContent-Length: x\r\n\r\n')),
  'response/mismatched': () =>
    overNtp(request => ntpReply(Buffer.from(request.map(byte => byte ^ 1)), 0x24, 2)),
  'response/oversized': () => overSsh(socket => socket.write(`SSH-2.0-${'x'.repeat(300)}`)),
  'response/plain-tls': () => overXmpp(Buffer.from([21, 3, 1, 0, 2, 2, 70])),
  'response/not-http': () => overHttp(socket => socket.end('SSH-2.0-OpenSSH\r\n')),
  'response/not-sip': () => overSip(socket => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')),
  'response/not-xmpp': () => overXmpp('HTTP/1.1 400 Bad Request\r\n\r\n'),
  'response/not-ssh': () => overSsh(socket => socket.write('SSH-1.5-old\r\n')),
  'response/not-ntp': () => overNtp(() => Buffer.alloc(20)),
  'response/not-stun': async () => {
    const target = await udpServer((_, reply) => reply(Buffer.alloc(100, 0xff)));
    const options = { ...target, transport: 'udp', method: 'binding' } as const;
    return failureOf((await stun.run(options, context(timeoutMs))).stun);
  },
  'response/error-status': () =>
    overSsh(socket => socket.write(Buffer.concat([Buffer.from('SSH-2.0-x\r\n'), disconnect()]))),
  'response/stream-error': () => overXmpp(header + streamError),
  'response/kiss-of-death': () => overNtp(request => ntpReply(request, 0xe4, 0, 'DENY')),
  'response/unsynchronised': () => overNtp(request => ntpReply(request, 0xe4, 16)),
  'response/no-permission': () =>
    faultOf(ntp.run({ address: '255.255.255.255', port: 9, samples: 1 }, context(timeoutMs))),
  'response/aborted': async () => {
    const aborter = new AbortController();
    const target = await tcpServer(socket => {
      socket.write('SSH-2.0-x\r\n');
      socket.once('data', () => aborter.abort());
    });
    return faultOf(ssh.run(target, context(2_000, aborter.signal)));
  },
  'route/overloaded': async () => {
    const busy = () => {
      const until = performance.now() + 800;
      while (performance.now() < until);
      return Promise.resolve({ tcp: { failure: failureAt('connect', 'timeout') } });
    };
    const step = { id: 's', probe: 'tcp', why: '', options: {}, timeoutMs, intervalMs: 1, host: 'h' };
    const subject = { kind: 'deployment', id: 'd', deployment: 'd' } as const;
    const waiting = { yields: ['tcp'], run: busy };
    const { observations } = await runStep({ ...step, subject }, waiting, new AbortController().signal);
    return failureOf(observations[0]);
  },
  'route/internal': async () => {
    const broken = { yields: ['tcp'], run: () => Promise.reject(new TypeError('a mistake')) };
    const step = { id: 's', probe: 'tcp', why: '', options: {}, timeoutMs, intervalMs: 1, host: 'h' };
    const subject = { kind: 'deployment', id: 'd', deployment: 'd' } as const;
    const { observations } = await runStep({ ...step, subject }, broken, new AbortController().signal);
    return failureOf(observations[0]);
  },
};

/** SSH_MSG_DISCONNECT, reason 2. */
function disconnect(): Buffer {
  const packet = Buffer.alloc(32);
  packet.writeUInt32BE(28, 0);
  packet.writeUInt8(9, 4);
  packet.writeUInt8(1, 5);
  packet.writeUInt32BE(2, 6);
  packet.writeUInt32BE(1, 10);
  packet.write('x', 14);
  return packet;
}

const keyOf = ({ stage, reason }: Row) => `${stage}/${reason}`;
const provoked = rows.filter(({ test: file }) => file === 'test/failures/failures.test.ts');
const elsewhere = rows.filter(row => !provoked.includes(row));

// A network of one's own needs rights that not every machine gives.
const needsOwnNetwork = new Set(['connect/no-address']);
const hasOwnNetwork = (() => {
  try {
    execFileSync('unshare', ['-rn', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

describe('a fault on loopback ends in', () => {
  test.for(provoked.map(row => [keyOf(row), row] as const))('%s', async ([key, row], { skip }) => {
    if (needsOwnNetwork.has(key)) skip(!hasOwnNetwork, 'no network of our own to be had');
    const { stage, reason } = row;
    expect(await faults[key]!()).toMatchObject({ stage, reason, blame: blameOf(row) });
  });
});

test('what other files bring about is named there', () => {
  const missing = elsewhere.filter(
    ({ test: file, reason }) => !readFileSync(file, 'utf8').includes(`'${reason}'`),
  );
  expect(missing).toEqual([]);
});

test('every fault has a row, and every reason at least one', () => {
  expect(Object.keys(faults).sort()).toEqual(provoked.map(keyOf).sort());
  expect(new Set(rows.map(({ reason }) => reason))).toEqual(new Set(reasons));
});

test('each reason is told in one sentence of its own', () => {
  const sentences = Object.values(meanings);
  expect(new Set(sentences).size).toBe(sentences.length);
  expect(sentences.filter(sentence => !/^[A-Z][^|]*\.$/.test(sentence))).toEqual([]);
});

test('docs/failures.md is what the table says', () => {
  const page = readFileSync('docs/failures.md', 'utf8');
  expect(page, 'run: node test/failures/write-document.ts').toBe(failurePage(page));
});
