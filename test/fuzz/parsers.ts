import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, connect as connectTcp, createServer, type Socket } from 'node:net';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import { crc32, deflateRawSync } from 'node:zlib';
import { dns } from '../../probes/dns.ts';
import { parseConfig } from '../../src/config/config.ts';
import { loadLibrary } from '../../src/explain/library.ts';
import { OperatorError } from '../../src/model/problem.ts';
import { readEdgeConfig } from '../../src/net/edge-config.ts';
import { looksLikeTls, readHandshake, tap } from '../../src/net/handshake.ts';
import { requestOnce } from '../../src/net/http.ts';
import { decodeNtp, kissCode } from '../../src/net/ntp.ts';
import { createSipReader, encodeSipOptions, readSipDatagram, readSipProduct } from '../../src/net/sip.ts';
import { createSshReader, encodeSshPacket } from '../../src/net/ssh.ts';
import {
  decodeStun,
  encodeStun,
  hasIntegrity,
  readAddress,
  readErrorCode,
  readXorAddress,
  stunMethods,
} from '../../src/net/stun.ts';
import { readUdsClusterUser, readUdsServers, readUdsVersion } from '../../src/net/uds.ts';
import { createXmppReader } from '../../src/net/xmpp.ts';
import { createRulesReader } from '../../src/offline/allow-list/rules.ts';
import { createTestsReader } from '../../src/offline/allow-list/tests.ts';
import { BundleError, readBundle } from '../../src/offline/certificates/read.ts';
import { readBytes } from '../../src/offline/logs/byte-reader.ts';
import { compileRules } from '../../src/offline/logs/rules.ts';
import { scan } from '../../src/offline/logs/scan.ts';
import { readTar } from '../../src/offline/logs/tar.ts';
import { readZip } from '../../src/offline/logs/zip.ts';
import { readCertificate } from '../../src/x509/certificate.ts';
import { readCertificateStatus } from '../../src/x509/ocsp.ts';
import { hierarchy } from '../net/certificates.ts';
import type { Diet } from './hostile.ts';
import { inPieces } from './hostile.ts';
import type { Random } from './random.ts';

/** One parser under fire. */
export type Parser = Diet & {
  readonly name: string;
  /** Feeds one input; throws what a user must never see. */
  readonly feed: (bytes: Buffer, random: Random) => void | Promise<void>;
  /** Of how many inputs one is fed: conversations over loopback are slow. */
  readonly every: number;
};

const text = (...lines: readonly string[]) => Buffer.from(lines.join('\r\n'));

/** Whether a parser may refuse input in this way. */
function refusing(isRefusal: (error: unknown) => boolean, feed: () => void): void {
  try {
    feed();
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
}

async function refusingLater(
  isRefusal: (error: unknown) => boolean,
  feed: () => Promise<void>,
): Promise<void> {
  try {
    await feed();
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
}

const codeOf = (error: unknown) => String((error as { code?: unknown }).code ?? '');
const isPlainError = (error: unknown) => error instanceof Error && error.constructor === Error;

/** Every parser that reads what others wrote. */
export async function openParsers(names: readonly string[]): Promise<readonly Parser[]> {
  const makers: Readonly<Record<string, () => Parser | Promise<Parser>>> = {
    dns: dnsParser,
    tls: tlsParser,
    x509: x509Parser,
    ocsp: ocspParser,
    http: httpParser,
    sip: sipParser,
    xmpp: xmppParser,
    ntp: ntpParser,
    ssh: sshParser,
    stun: stunParser,
    xml: xmlParser,
    config: configParser,
    'allow-list': allowListParser,
    bundle: bundleParser,
    logs: logParser,
    tar: tarParser,
    zip: zipParser,
  };
  const wanted = names.length > 0 ? names : Object.keys(makers);
  return Promise.all(
    wanted.map(async name => {
      const make = makers[name];
      if (!make) throw new RangeError(`no parser ${name}; there are ${Object.keys(makers).join(', ')}`);
      return await make();
    }),
  );
}

/** A DNS message of the question `_x.example.com SRV` with some answers, names compressed. */
function dnsReply(flags: number, ...answers: readonly string[]): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(flags, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(answers.length, 6);
  const question = Buffer.from('025f78076578616d706c6503636f6d0000210001', 'hex');
  return Buffer.concat([head, question, ...answers.map(answer => Buffer.from(answer, 'hex'))]);
}

async function dnsParser(): Promise<Parser> {
  let next: Buffer = Buffer.alloc(0);
  const server = createSocket('udp4');
  server.on('message', (query, peer) => {
    const answer = Buffer.from(next);
    // Of our transaction, mostly: anything else is dropped at the door.
    if (answer.length >= 2) query.copy(answer, 0, 0, 2);
    if (answer.length > 0) server.send(answer.subarray(0, 60_000), peer.port, peer.address);
  });
  server.bind(0, '127.0.0.1').unref();
  await once(server, 'listening');
  const resolver = `127.0.0.1:${server.address().port}`;
  return {
    name: 'dns',
    every: 50,
    samples: [
      dnsReply(0x8180, 'c00c00210001000000780014000a000a20fb0565787065310765c00f'),
      dnsReply(0x8180, 'c00c002100010000007800100001000120fb0565787065 31c00f'.replace(/ /g, '')),
      dnsReply(0x8180, 'c00c000500010000003c0002c00c', 'c00c00010001000000780004c6336401'),
      dnsReply(0x8183),
      dnsReply(0x8380),
    ],
    words: [
      Buffer.from('c00c', 'hex'),
      Buffer.from('c000', 'hex'),
      Buffer.from('3f', 'hex'),
      Buffer.from('00002900'),
      Buffer.from('c00cc00c', 'hex'),
    ],
    async feed(bytes) {
      next = bytes;
      const context = { signal: new AbortController().signal, timeoutMs: 15 };
      const { dns: reading } = await dns.run({ resolver, name: '_x.example.com', type: 'SRV' }, context);
      JSON.stringify(reading);
    },
  };
}

/** The server's side of a real handshake. */
async function recordHandshake(version: 'TLSv1.2' | 'TLSv1.3'): Promise<{ bytes: Buffer; secret?: Buffer }> {
  const { leaf, issuing } = hierarchy();
  const server = createTlsServer({
    key: leaf.key,
    cert: leaf.pem + issuing.pem,
    minVersion: version,
    maxVersion: version,
    requestCert: true,
    rejectUnauthorized: false,
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const socket = connectTcp((server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  const wire = tap(socket);
  const secured = connectTls({ socket: wire.duplex, rejectUnauthorized: false });
  let secret: Buffer | undefined;
  secured.on('keylog', (line: Buffer) => {
    const [label, , value] = line.toString().trim().split(' ');
    if (label === 'SERVER_HANDSHAKE_TRAFFIC_SECRET') secret = Buffer.from(value!, 'hex');
  });
  await once(secured, 'secureConnect');
  socket.destroy();
  server.close();
  return { bytes: wire.received(), ...(secret && { secret }) };
}

async function tlsParser(): Promise<Parser> {
  const [old, current] = await Promise.all([recordHandshake('TLSv1.2'), recordHandshake('TLSv1.3')]);
  return {
    name: 'tls',
    every: 1,
    samples: [old.bytes, current.bytes, Buffer.from('15030300020228', 'hex')],
    words: [
      Buffer.from('1603030004', 'hex'),
      Buffer.from('1403030001 01'.replace(' ', ''), 'hex'),
      Buffer.from('0b000003000000', 'hex'),
      Buffer.from('1603030000', 'hex'),
    ],
    feed(bytes, random) {
      looksLikeTls(bytes);
      readHandshake(bytes, random.once(2) ? current.secret : undefined);
    },
  };
}

function ders(): readonly Buffer[] {
  const { root, issuing, leaf } = hierarchy({
    names: {
      dns: ['expe1.example.com', 'example.com'],
      ip: [[192, 0, 2, 1]],
      srv: ['_collab-edge._tls.example.com'],
      uri: ['sip:example.com'],
    },
    issuerUrl: 'http://pki.example.com/issuing.crt',
  });
  return [root, issuing, leaf].map(({ x509 }) => x509.raw);
}
const derWords = ['3080', '308401000000', '0603551d11', 'a003020102', '170d', '0c00', '3000', '8200'].map(
  hex => Buffer.from(hex, 'hex'),
);

function x509Parser(): Parser {
  return {
    name: 'x509',
    every: 1,
    samples: ders(),
    words: derWords,
    feed: bytes =>
      refusing(
        error => codeOf(error).startsWith('ERR_OSSL'),
        () => void readCertificate(bytes),
      ),
  };
}

function ocspParser(): Parser {
  const response = Buffer.from(
    '308201d40a0100a08201cd308201c906092b0601050507300101048201ba308201b63081a1a21604',
    'hex',
  );
  return {
    name: 'ocsp',
    every: 1,
    samples: [response, Buffer.from('30030a0106', 'hex'), ...ders()],
    words: [...derWords, Buffer.from('06092b0601050507300101', 'hex'), '20260101000000Z'],
    feed: bytes => void readCertificateStatus(bytes),
  };
}

/** A TCP server that sends the bytes it was given last and ends. */
async function hostileServer(): Promise<{ readonly port: number; load(pieces: readonly Buffer[]): void }> {
  let pieces: readonly Buffer[] = [];
  const server = createServer((socket: Socket) => {
    socket.on('error', () => socket.destroy());
    socket.setNoDelay(true).resume();
    for (const piece of pieces) socket.write(piece);
    socket.end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  server.unref();
  return {
    port: (server.address() as AddressInfo).port,
    load(loaded) {
      pieces = loaded;
    },
  };
}

async function httpParser(): Promise<Parser> {
  const server = await hostileServer();
  return {
    name: 'http',
    every: 50,
    samples: [
      text(
        'HTTP/1.1 401 Unauthorized',
        'Server: CE_C ECS',
        'Date: Fri, 20 Nov 2026 12:00:00 GMT',
        'Set-Cookie: X-Auth=1; Domain=example.com',
        'Content-Length: 4',
        '',
        'body',
      ),
      text('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', '4', 'body', '0', '', ''),
      text('HTTP/1.1 100 Continue', '', 'HTTP/1.0 502 connect failed', '', ''),
    ],
    words: [
      '\r\n',
      'Content-Length: 99999999999999999999\r\n',
      'Transfer-Encoding: gzip, chunked\r\n',
      'ffffffffffffffff\r\n',
      'Date: x\r\n',
      ' ',
      '\0',
      'HTTP/9.9 ',
    ],
    async feed(bytes, random) {
      server.load(inPieces(random, bytes).slice(0, 64));
      const target = { address: '127.0.0.1', port: server.port, serverName: '', trust: [], secure: false };
      const context = { signal: new AbortController().signal, timeoutMs: 500 };
      await requestOnce({ ...target, method: 'GET', path: '/' }, context);
    },
  };
}

/** Feeds a reader of streams in pieces, until it says that nothing after can be read. */
function feedStream<Event extends { readonly kind: string }>(
  create: () => (chunk: Buffer) => readonly Event[],
): Parser['feed'] {
  return (bytes, random) => {
    const read = create();
    for (const piece of inPieces(random, bytes)) {
      if (read(piece).some(event => event.kind === 'broken')) return;
    }
  };
}

function sipParser(): Parser {
  const options = encodeSipOptions({
    uri: 'sip:example.com',
    transport: 'TLS',
    address: '192.0.2.1',
    port: 5061,
    branch: 'z9hG4bKa',
    callId: 'c',
    tag: 't',
    sequence: 1,
  });
  const stream = feedStream(createSipReader);
  return {
    name: 'sip',
    every: 1,
    samples: [
      options,
      text(
        'SIP/2.0 200 OK',
        'Via: SIP/2.0/TLS 192.0.2.1:5061;branch=z9hG4bKa;received=192.0.2.9;rport=4',
        'From: <sip:a@b>;tag=1',
        'To: <sip:c@d>;tag=2',
        'Call-ID: c',
        'CSeq: 1 OPTIONS',
        'Server: TANDBERG/4137 (X15.0.3)',
        'Content-Length: 0',
        '',
        '',
      ),
      text(
        'SIP/2.0 503 x',
        'v: SIP / 2.0 / TCP',
        ' a ;branch=z9hG4bKb, SIP/2.0/UDP [::1]',
        'f: <sip:a@b>;tag=1',
        't: x',
        'i: c',
        'CSeq: 1 OPTIONS',
        'l: 3',
        '',
        'abc',
      ),
    ],
    words: [
      '\r\n',
      '\r\n\r\n',
      '\r\n ',
      ';',
      '"',
      '<',
      'Content-Length: 99999999\r\n',
      'l: -1\r\n',
      'Via: ',
      ',',
      'SIP/2.0 ',
      '\\"',
    ],
    feed(bytes, random) {
      stream(bytes, random);
      readSipDatagram(bytes);
      readSipProduct(bytes.toString('latin1', 0, 4_096));
    },
  };
}

function xmppParser(): Parser {
  const header =
    "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='1' from='example.com' version='1.0'>";
  const features =
    "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms></stream:features>";
  return {
    name: 'xmpp',
    every: 1,
    samples: [
      Buffer.from(header + features),
      Buffer.from(
        `${header}<stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>`,
      ),
    ],
    words: [
      '<a>',
      '</a>',
      '<a ',
      "a='",
      '&lt;',
      '&#x10ffff;',
      '&#0;',
      '<![CDATA[',
      ']]>',
      '<!--',
      '<!DOCTYPE a [<!ENTITY b "c">]>',
      '<?',
      '>',
      '\xff',
      'é',
    ],
    feed: feedStream(createXmppReader),
  };
}

function ntpParser(): Parser {
  const packet = Buffer.alloc(48);
  packet.write('240206e9000002900000031200000000', 0, 'hex');
  const kiss = Buffer.from(packet);
  kiss.write('2400', 0, 'hex');
  kiss.write('RATE', 12);
  return {
    name: 'ntp',
    every: 1,
    samples: [packet, kiss],
    words: [Buffer.alloc(8, 0xff), 'DENY', 'INIT', Buffer.alloc(4)],
    feed(bytes) {
      const read = decodeNtp(bytes);
      if (read) kissCode(read);
    },
  };
}

function sshParser(): Parser {
  const lists = Array.from({ length: 10 }, (_, i) => {
    const names = Buffer.from(i === 1 ? 'x509v3-rsa2048-sha256,ssh-ed25519' : 'aes256-ctr,none');
    const length = Buffer.alloc(4);
    length.writeUInt32BE(names.length);
    return Buffer.concat([length, names]);
  });
  const offer = encodeSshPacket(
    Buffer.concat([Buffer.from([20]), Buffer.alloc(16), ...lists, Buffer.alloc(5)]),
  );
  return {
    name: 'ssh',
    every: 1,
    samples: [
      Buffer.concat([Buffer.from('hello\r\nSSH-2.0-OpenSSH_9.8 PKIX[13.5]\r\n'), offer]),
      Buffer.concat([Buffer.from('SSH-2.0-x\n'), offer]),
    ],
    words: [
      '\r\n',
      'SSH-2.0-',
      'SSH-',
      ',',
      Buffer.from('ffffffff', 'hex'),
      Buffer.from('00000000', 'hex'),
      '\0',
    ],
    feed: feedStream(createSshReader),
  };
}

function stunParser(): Parser {
  const transaction = Buffer.alloc(12, 7);
  const message = (kind: 'success' | 'error', attributes: { type: number; value: Buffer }[]) =>
    encodeStun({ class: kind, method: stunMethods.allocate, transaction, attributes });
  return {
    name: 'stun',
    every: 1,
    samples: [
      message('success', [
        { type: 0x0016, value: Buffer.from('0001a147e112a643', 'hex') },
        { type: 0x0020, value: Buffer.from('0002a1470113a9faa5d3f179bc25f4b5bed2b9d9', 'hex') },
        { type: 0x8022, value: Buffer.from('coturn') },
      ]),
      message('error', [
        { type: 0x0009, value: Buffer.from('00000401556e', 'hex') },
        { type: 0x0014, value: Buffer.from('TANDBERG') },
      ]),
    ],
    words: [
      Buffer.from('2112a442', 'hex'),
      Buffer.from('80280004', 'hex'),
      Buffer.from('00080014', 'hex'),
      Buffer.from('0001ffff', 'hex'),
    ],
    feed(bytes) {
      const read = decodeStun(bytes);
      hasIntegrity(bytes, transaction);
      if (typeof read === 'string') return;
      for (const { value } of read.attributes) {
        readAddress(value);
        readXorAddress(value, read.transaction);
        readErrorCode(value);
      }
    },
  };
}

function xmlParser(): Parser {
  return {
    name: 'xml',
    every: 1,
    samples: [
      Buffer.from(
        "<?xml version='1.0' encoding='UTF-8'?><getEdgeConfigResponse version=\"1.0\"><serviceConfig><service><name>_cisco-uds</name><server><address>cucm1.example.com</address><tlsPort>8443</tlsPort></server></service><service><name>_cuplogin</name><error>NameError</error></service></serviceConfig></getEdgeConfigResponse>",
      ),
      Buffer.from(
        '<versionInformation uri="x" version="15.0.1"><capabilities><usersResourceAuthEnabled>false</usersResourceAuthEnabled></capabilities></versionInformation>',
      ),
      Buffer.from('<servers><server>cucm1</server><server>cucm2</server></servers>'),
    ],
    words: [
      '<a>',
      '</a>',
      '&lt;',
      '<!DOCTYPE a [<!ENTITY b "&b;&b;">]>',
      '&b;',
      '<![CDATA[',
      ']]>',
      "x='",
      '<?',
      '\0',
      '<server>',
    ],
    feed(bytes) {
      const read = bytes.toString('utf8', 0, 256 * 1024);
      readEdgeConfig(read);
      readUdsVersion(read);
      readUdsServers(read);
      readUdsClusterUser(read);
    },
  };
}

function configParser(): Parser {
  return {
    name: 'config',
    every: 10,
    samples: [
      Buffer.from(
        'vantage: internal\nresolvers: { internal: ["127.0.0.1:53"] }\ndeployments:\n  - domains: [example.com]\n    versions: { expressway: X15.0.3 }\n    nodes:\n      expressway_e: [expe1.example.com, { name: expe2.example.com, address: 192.0.2.1 }]\n',
      ),
      Buffer.from(
        'deployments:\n- &a\n  domains: [example.com]\n- <<: *a\n  name: b\nintervals: { dns: 5m }\n',
      ),
    ],
    words: [
      '- ',
      '*a ',
      '&a ',
      '[',
      '{',
      '!!binary ',
      ': ',
      '\t',
      '<<: *a\n',
      '"',
      "'",
      '|\n',
      '#',
      '\u2028',
      'domains: ',
      '? ',
    ],
    feed(bytes) {
      const isRefusal = (error: unknown) => error instanceof OperatorError;
      refusing(
        isRefusal,
        () => void parseConfig(bytes.toString('utf8', 0, 256 * 1024), 'fuzz.yaml', () => ''),
      );
    },
  };
}

function allowListParser(): Parser {
  return {
    name: 'allow-list',
    every: 1,
    samples: [
      text(
        'Url,Deployment,HttpMethods,MatchType,Description',
        'https://cucm1.example.com:8443/a,,"GET,POST",prefix,"a ""b"""',
        '',
      ),
      text(
        'Url,ExpectedResult,Deployment,HttpMethod,Description',
        'https://cucm1.example.com:8443/a,allow,,GET,x',
        '',
      ),
    ],
    words: [',', ';', '"', '""', '\n', 'https://', '//', '*', '%00', '\ufeff', '[::1]', '..', 'prefix'],
    feed(bytes, random) {
      for (const reader of [createRulesReader(() => {}), createTestsReader(() => {})]) {
        for (const piece of inPieces(random, bytes)) reader.push(piece);
        reader.end();
      }
    },
  };
}

function bundleParser(): Parser {
  const { root, leaf } = hierarchy();
  return {
    name: 'bundle',
    every: 10,
    samples: [
      Buffer.from(`words\n${leaf.pem}${root.pem}`),
      leaf.x509.raw,
      Buffer.from(leaf.x509.raw.toString('base64')),
    ],
    words: [
      ...derWords,
      '-----BEGIN CERTIFICATE-----\n',
      '-----END CERTIFICATE-----\n',
      '-----BEGIN PKCS7-----\n',
      Buffer.from('06092a864886f70d010702', 'hex'),
      Buffer.from('020103', 'hex'),
    ],
    feed: bytes =>
      refusing(
        error => error instanceof BundleError,
        () => void readBundle(bytes, 'secret'),
      ),
  };
}

/** Chunks as a file gives them. */
async function* chunksOf(random: Random, bytes: Buffer): AsyncGenerator<Buffer, void, undefined> {
  for (const piece of inPieces(random, bytes)) yield piece;
}

function logParser(): Parser {
  const rules = compileRules(loadLibrary().entries);
  return {
    name: 'logs',
    every: 100,
    samples: [
      text(
        '2015-05-07T07:34:01-04:00 expe1 tvcs: UTCTime="2015-05-07 11:34:01,081" Module="network.tcp" Level="DEBUG": Src-ip="192.0.2.1" Dst-port="5061" Detail="TCP Connection Closed" Reason="no certificate returned"',
        '',
      ),
      text(
        '2015-01-01 10:00:00,000 INFO [0x0000] [csf.edge] - Failed to query auth component for SASL mechanisms',
        '',
      ),
    ],
    words: [
      '\n',
      '"',
      '="',
      'Event="Authentication Failed" ',
      'HTTPMSG:\n',
      'SIPMSG:\n',
      '|',
      '\0',
      '\xff\xfe',
      'X-Auth=',
    ],
    async feed(bytes, random) {
      await scan(chunksOf(random, bytes), rules, () => {});
    },
  };
}

function tarParser(): Parser {
  const header = Buffer.alloc(512);
  header.write('log.txt', 0);
  header.write('0000644\0', 100);
  header.write('00000000005\0', 124);
  header.write('0', 156);
  header.write('ustar\u000000', 257);
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const content = Buffer.alloc(512);
  content.write('lines');
  return {
    name: 'tar',
    every: 10,
    samples: [
      Buffer.concat([header, content, Buffer.alloc(1_024)]),
      Buffer.concat([header, content, header, content]),
    ],
    words: [Buffer.alloc(512), header, '77777777777\0', Buffer.from('8000000000000000ffffffff', 'hex')],
    feed: (bytes, random) =>
      refusingLater(isPlainError, async () => {
        for await (const { content: member } of readTar(readBytes(chunksOf(random, bytes)))) {
          for await (const _ of member);
        }
      }),
  };
}

function zipParser(): Parser {
  const plain = Buffer.alloc(100_000, 'a line\n');
  const packed = deflateRawSync(plain);
  const name = Buffer.from('log.txt');
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(8, 4);
  common.writeUInt32LE(crc32(plain), 10);
  common.writeUInt32LE(packed.length, 14);
  common.writeUInt32LE(plain.length, 18);
  common.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('504b0304', 'hex'), common, name, packed]);
  const directory = Buffer.concat([Buffer.from('504b01021400', 'hex'), common, Buffer.alloc(14), name]);
  const end = Buffer.alloc(22);
  end.write('504b0506', 0, 'hex');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(local.length, 16);
  return {
    name: 'zip',
    every: 20,
    samples: [Buffer.concat([local, directory, end])],
    words: [
      Buffer.from('504b0102', 'hex'),
      Buffer.from('504b0506', 'hex'),
      Buffer.from('ffffffff', 'hex'),
      packed,
      local,
    ],
    feed: bytes =>
      refusingLater(
        error => isPlainError(error) && !codeOf(error).startsWith('ERR_'),
        async () => {
          const read = async (at: number, length: number) => bytes.subarray(at, at + length);
          for await (const { content } of readZip({ size: bytes.length, read }, () => {})) {
            await refusingLater(isPlainError, async () => {
              for await (const _ of content);
            });
          }
        },
      ),
  };
}
