import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createSipReader,
  encodeSipOptions,
  readSipDatagram,
  readSipProduct,
  type SipEvent,
  type SipMessage,
} from '../../src/net/sip.ts';
import * as torture from './sip-torture.ts';

const fields = [
  'Via: SIP/2.0/TCP 127.0.0.1:5060;branch=z9hG4bKa;rport=4321;received=192.0.2.7',
  'From: <sip:a@a.test>;tag=1',
  'To: <sip:b@a.test>;tag=2',
  'Call-ID: 4711',
  'CSeq: 7 OPTIONS',
];
const response = (first = 'SIP/2.0 200 OK', more: readonly string[] = ['Content-Length: 0'], body = '') =>
  Buffer.from(`${[first, ...fields, ...more].join('\r\n')}\r\n\r\n${body}`);

function onStream(bytes: Buffer | string, chunk = Number.POSITIVE_INFINITY): SipEvent[] {
  const read = createSipReader();
  const all = Buffer.from(bytes);
  const events: SipEvent[] = [];
  for (let at = 0; at < all.length; at += chunk) events.push(...read(all.subarray(at, at + chunk)));
  return events;
}

function messageOf(event: SipEvent | undefined): SipMessage {
  if (event?.kind !== 'message') throw new Error(`no message: ${JSON.stringify(event)}`);
  return event.message;
}

describe('what RFC 4475 calls valid is read', () => {
  it('wsinv: folded, compact and oddly spaced header fields', () => {
    const { start, vias, callId, sequence, headers, body } = messageOf(readSipDatagram(torture.wsinv));
    expect(start).toEqual({
      kind: 'request',
      method: 'INVITE',
      uri: 'sip:vivekg@chair-dnrc.example.com;unknownparam',
    });
    expect(
      vias.map(({ transport, host, parameters }) => [transport, host, parameters.get('branch')]),
    ).toEqual([
      ['UDP', '192.0.2.2', '390skdjuw'],
      ['TCP', 'spindle.example.com', 'z9hG4bK9ikj8'],
      ['UDP', '192.168.255.111', 'z9hG4bK30239'],
    ]);
    expect([callId, sequence]).toEqual(['wsinv.ndaksdj@192.0.2.1', { number: 9, method: 'INVITE' }]);
    expect(headers.get('newfangledheader')).toEqual(['newfangled value continued newfangled value']);
    expect(headers.get('subject')).toEqual(['']);
    expect(body.toString()).toMatch(/^v=0\r\n.*LPC\r\n$/s);
    expect(onStream(torture.wsinv, 1)).toEqual([readSipDatagram(torture.wsinv)]);
  });

  it('intmeth: every character that a token may have', () => {
    const { start, vias, sequence } = messageOf(readSipDatagram(torture.intmeth));
    expect(start).toMatchObject({ method: "!interesting-Method0123456789_*+`.%indeed'~" });
    expect(vias[0].parameters.get('branch')).toBe("z9hG4bK-.!%66*_+`'~");
    expect(sequence.number).toBe(139_122_385);
  });

  it('dblreq: on a datagram the rest is left out, on a stream it is the next message', () => {
    expect(messageOf(readSipDatagram(torture.dblreq))).toMatchObject({ start: { method: 'REGISTER' } });
    expect(onStream(torture.dblreq).map(event => messageOf(event).start)).toMatchObject([
      { method: 'REGISTER' },
      { method: 'INVITE' },
    ]);
  });

  it('unreason and noreason: any reason phrase, and none', () => {
    expect(messageOf(readSipDatagram(torture.unreason)).start).toEqual({
      kind: 'response',
      status: 200,
      phrase: '= 2**3 * 5**2 но сто девяносто девять - простое',
    });
    expect(messageOf(readSipDatagram(torture.noreason)).start).toMatchObject({ status: 100, phrase: '' });
  });

  it('bcast: both Via values are there for the client to see that the answer is not its own', () => {
    const { vias } = messageOf(readSipDatagram(torture.bcast));
    expect(vias.map(via => via.host)).toEqual(['192.0.2.198', '255.255.255.255']);
  });
});

describe('what RFC 4475 calls invalid is discarded, and the reader goes on', () => {
  it.each([
    ['badinv01', torture.badinv01],
    ['scalar02', torture.scalar02],
    ['scalarlg', torture.scalarlg],
    ['badvers', torture.badvers],
    ['mismatch01', torture.mismatch01],
    ['bigcode', torture.bigcode],
    ['insuf', torture.insuf],
    ['multi01', torture.multi01],
  ])('%s', (_, bytes) => {
    expect(readSipDatagram(bytes)).toMatchObject({ kind: 'malformed' });
    const events = onStream(Buffer.concat([bytes, response()]), 100);
    expect(events.map(event => event.kind)).toEqual(['malformed', 'message']);
  });

  it.each([
    ['ncl', torture.ncl, 'Content-Length: -999'],
    ['mcl01', torture.mcl01, 'more than one Content-Length'],
  ])('%s: a stream cannot be read any further', (_, bytes, detail) => {
    expect(readSipDatagram(bytes)).toMatchObject({ kind: 'malformed', detail });
    expect(onStream(Buffer.concat([bytes, response()]))).toEqual([
      { kind: 'broken', reason: 'malformed', detail },
    ]);
  });

  it('clerr: a datagram is too short, a stream goes on waiting', () => {
    expect(readSipDatagram(torture.clerr)).toMatchObject({ kind: 'malformed' });
    expect(onStream(torture.clerr)).toEqual([]);
  });
});

describe('messages on a stream', () => {
  it('are the same however they are cut', () => {
    const all = Buffer.concat([
      Buffer.from('\r\n\r\n'),
      response('SIP/2.0 100 Trying'),
      Buffer.from('\r\n'),
      response('SIP/2.0 200 OK', ['Content-Type: text/plain', 'l: 5'], 'hello'),
      response('SIP/2.0 401 Unauthorized', []),
    ]);
    const whole = onStream(all);
    expect(whole.map(event => event.kind)).toEqual(['line-end', 'message', 'line-end', 'message', 'message']);
    expect(messageOf(whole[3]).body.toString()).toBe('hello');
    const without = (events: readonly SipEvent[]) => events.filter(event => event.kind !== 'line-end');
    for (let chunk = 1; chunk < 40; chunk++) expect(without(onStream(all, chunk))).toEqual(without(whole));
    for (let cut = 1; cut < all.length; cut++) {
      const read = createSipReader();
      expect(without([...read(all.subarray(0, cut)), ...read(all.subarray(cut))])).toEqual(without(whole));
    }
  });

  it('may have bare line feeds, lines of junk before them and header fields that are none', () => {
    const bare = Buffer.from(response().toString().replaceAll('\r', ''));
    expect(messageOf(onStream(bare, 1)[0]).start).toMatchObject({ status: 200 });
    const junk = Buffer.concat([Buffer.from('\0\0\0\0hello there\r\nSIPPING\r\n'), response()]);
    expect(messageOf(onStream(junk, 1)[0]).start).toMatchObject({ status: 200 });
    const odd = response('SIP/2.0 200 OK', ['no colon here', ': no name', 'Content-Length: 0']);
    expect(messageOf(onStream(odd)[0]).start).toMatchObject({ status: 200 });
  });

  it('may each have line ends before them', () => {
    const spaced = Buffer.concat([Buffer.from('\r\n'.repeat(1_000)), response()]);
    const events = onStream(Buffer.concat([spaced, spaced, spaced, spaced]), 500);
    expect(events.filter(event => event.kind === 'message')).toHaveLength(4);
  });

  it('keep header names of other meanings apart from properties of objects', () => {
    const odd = response('SIP/2.0 200 OK', ['constructor: a', '__proto__: b', 'Content-Length: 0']);
    const { headers } = messageOf(onStream(odd)[0]);
    expect([headers.get('constructor'), headers.get('__proto__')]).toEqual([['a'], ['b']]);
  });

  it.each<[string, string | Buffer, object]>([
    ['HTTP', 'HTTP/1.1 400 Bad Request\r\n\r\n', { reason: 'not-sip', code: 'HTTP' }],
    ['HTTP after a line end', '\r\nHTTP/1.0 400 Bad\r\n', { reason: 'not-sip', code: 'HTTP' }],
    ['a TLS alert', Buffer.from('15030100020246', 'hex'), { reason: 'plain-tls', detail: 'a TLS alert' }],
    ['a TLS record', Buffer.from('160303007a0200', 'hex'), { reason: 'plain-tls', detail: 'a TLS record' }],
    ['too many lines of junk', 'junk\r\n'.repeat(1_000), { reason: 'not-sip' }],
    ['one long line of junk', 'x'.repeat(5_000), { reason: 'not-sip' }],
    ['endless line ends', '\r\n'.repeat(5_000), { reason: 'not-sip' }],
    ['an endless status line', `SIP/2.0 200 ${'x'.repeat(70_000)}`, { reason: 'oversized' }],
    ['an endless head', `SIP/2.0 200 OK\r\n${'X: y\r\n '.repeat(20_000)}`, { reason: 'oversized' }],
    ['too many header fields', `SIP/2.0 200 OK\r\n${'X: y\r\n'.repeat(300)}\r\n`, { reason: 'oversized' }],
    ['a body without end', response('SIP/2.0 200 OK', ['l: 70000']), { reason: 'oversized' }],
    ['messages without end', Buffer.concat(new Array(6_000).fill(response())), { reason: 'oversized' }],
  ])('are not looked for any longer after %s', (_, bytes, broken) => {
    for (const chunk of [Number.POSITIVE_INFINITY, 1_000]) {
      expect(onStream(bytes, chunk).at(-1)).toMatchObject({ kind: 'broken', ...broken });
    }
  });

  it('give nothing away after the end', () => {
    const read = createSipReader();
    read(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'));
    expect(read(response())).toEqual([]);
  });
});

describe('any bytes', () => {
  const parts = fc.oneof(
    fc.uint8Array({ maxLength: 60 }).map(bytes => Buffer.from(bytes)),
    fc.constantFrom(...Object.values(torture), response(), Buffer.from('\r\n'), Buffer.from('SIP/2.0 200')),
  );

  it('are read without a crash, whole and byte by byte alike', () => {
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 4 }), list => {
        const bytes = Buffer.concat(list);
        readSipDatagram(bytes);
        const last = (events: readonly SipEvent[]) => events.filter(event => event.kind === 'message');
        expect(last(onStream(bytes, 1))).toEqual(last(onStream(bytes)));
      }),
      { numRuns: 150 },
    );
  });

  it('may stand in the place of any others in a message', () => {
    const all = Object.values(torture);
    fc.assert(
      fc.property(
        fc.constantFrom(...all),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
        fc.nat(),
        (message, changes, cut) => {
          const bytes = Buffer.from(message);
          for (const [at, value] of changes) bytes[at % bytes.length] = value;
          const short = bytes.subarray(0, cut % (bytes.length + 1));
          for (const one of [bytes, short]) {
            readSipDatagram(one);
            onStream(one, 7);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('may be missing from the end', () => {
    for (const message of Object.values(torture)) {
      for (let end = 0; end < message.length; end++) readSipDatagram(message.subarray(0, end));
    }
  });
});

describe('Via', () => {
  const via = (value: string) => {
    const text = response()
      .toString()
      .replace(/Via: [^\r]*/, `Via: ${value}`);
    return readSipDatagram(Buffer.from(text));
  };
  it('takes IPv6 addresses, ports and quoted parameters', () => {
    expect(messageOf(via('SIP/2.0/TLS [2001:db8::1]:5061;branch=z9hG4bKb;x="a,;b\\"c";lr')).vias).toEqual([
      {
        transport: 'TLS',
        host: '[2001:db8::1]',
        port: 5061,
        parameters: new Map([
          ['branch', 'z9hG4bKb'],
          ['x', '"a,;b\\"c"'],
          ['lr', ''],
        ]),
      },
    ]);
  });
  it.each([
    '',
    'SIP/2.0/UDP',
    'HTTP/1.1 proxy',
    'SIP/2.0/UDP a.test;',
    'SIP/2.0/UDP a.test,',
    'SIP/2.0/UDP a b',
  ])('is malformed: %j', value => {
    expect(via(value)).toMatchObject({ kind: 'malformed' });
  });
});

describe('our request', () => {
  const request = {
    uri: 'sip:a.test',
    transport: 'TLS',
    address: 'fe80::1%eth0',
    port: 40_000,
    branch: 'z9hG4bKb',
    callId: 'c',
    tag: 't',
    sequence: 3,
  } as const;

  it('is one that we would accept ourselves', () => {
    const message = messageOf(readSipDatagram(encodeSipOptions(request)));
    expect(message).toMatchObject({
      start: { method: 'OPTIONS', uri: 'sip:a.test' },
      callId: 'c',
      sequence: { number: 3, method: 'OPTIONS' },
      vias: [{ transport: 'TLS', host: '[fe80::1]', port: 40_000 }],
    });
    expect(message.vias[0].parameters.get('rport')).toBe('');
    expect(message.headers.get('to')).toEqual(['<sip:a.test>']);
  });

  it.each(['a.test', 'sip:', 'sip:a.test\r\nX: y', 'sip:a b', 'sip:a>', 'tel:1'])('refuses %j', uri => {
    expect(() => encodeSipOptions({ ...request, uri })).toThrow(RangeError);
  });
});

it.each([
  ['TANDBERG/4137 (X15.0.3)', { product: 'TANDBERG/4137', version: 'X15.0.3' }],
  ['TANDBERG/4130 (X8.11.4 Rel)', { product: 'TANDBERG/4130', version: 'X8.11.4 Rel' }],
  ['Cisco-CUCM15.0', { product: 'Cisco-CUCM', version: '15.0' }],
  ['Asterisk PBX 20', undefined],
])('the product in %j', (server, product) => {
  expect(readSipProduct(server)).toEqual(product);
});
