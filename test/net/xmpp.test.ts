import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createXmppReader, encodeXmppOpening, type XmppEvent, xmlChild } from '../../src/net/xmpp.ts';

const header =
  "<?xml version='1.0'?><stream:stream xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:client' " +
  'from="a.test" id=\'x&lt;&#33;&#x21;>\' version="1.0">';
const features =
  "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>" +
  "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism>\n" +
  '<mechanism>EXTER<![CDATA[NA<>L]]></mechanism></mechanisms></stream:features>';
const whole = `${header}\n ${features} <proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:stream>`;

function read(bytes: Buffer | string, chunk = Number.POSITIVE_INFINITY): XmppEvent[] {
  const reader = createXmppReader();
  const all = Buffer.from(bytes);
  const events: XmppEvent[] = [];
  for (let at = 0; at < all.length; at += chunk) events.push(...reader(all.subarray(at, at + chunk)));
  return events;
}

/** Without what depends on where the chunks end. */
function content(events: readonly XmppEvent[]): unknown {
  return events.map(event => (event.kind === 'element' ? event.element : event));
}

describe('a stream', () => {
  it('is a header, elements and an end', () => {
    const events = read(whole);
    expect(events.map(event => event.kind)).toEqual(['open', 'element', 'element', 'end']);
    const [open, first, second] = events as [XmppEvent, XmppEvent, XmppEvent];
    expect(open.kind === 'open' && Object.fromEntries(open.attributes)).toMatchObject({
      from: 'a.test',
      id: 'x<!!>',
      version: '1.0',
    });
    if (first.kind !== 'element' || second.kind !== 'element') throw new Error('no element');
    expect(first.element).toMatchObject({ name: 'features', namespace: 'http://etherx.jabber.org/streams' });
    const starttls = xmlChild(first.element, 'starttls', 'urn:ietf:params:xml:ns:xmpp-tls')!;
    expect(xmlChild(starttls, 'required', 'urn:ietf:params:xml:ns:xmpp-tls')).toBeDefined();
    const mechanisms = xmlChild(first.element, 'mechanisms', 'urn:ietf:params:xml:ns:xmpp-sasl')!;
    expect(mechanisms.children.map(child => child.text)).toEqual(['PLAIN', 'EXTERNA<>L']);
    expect(second.element).toMatchObject({ name: 'proceed', namespace: 'urn:ietf:params:xml:ns:xmpp-tls' });
    expect([first.last, second.last]).toEqual([false, false]);
  });

  it('is the same wherever it is cut', () => {
    const all = Buffer.from(whole.replace('PLAIN', 'PLÄIN-大停電'));
    const expected = content(read(all));
    for (let chunk = 1; chunk < 30; chunk++) expect(content(read(all, chunk))).toEqual(expected);
    for (let cut = 1; cut < all.length; cut++) {
      const reader = createXmppReader();
      expect(content([...reader(all.subarray(0, cut)), ...reader(all.subarray(cut))])).toEqual(expected);
    }
  });

  it('says whether anything came behind an element', () => {
    const proceed = "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
    expect(read(header + proceed).at(-1)).toMatchObject({ kind: 'element', last: true });
    expect(read(`${header}${proceed} `).at(-1)).toMatchObject({ kind: 'element', last: false });
    expect(read(Buffer.from(`${header}${proceed}\xff`, 'latin1')).at(-2)).toMatchObject({
      kind: 'element',
      last: false,
    });
  });

  it('may rest between elements for long', () => {
    const rest = ' '.repeat(70_000);
    expect(read(`${header}${rest}${features}${rest}<a/>`, 1_000)).toHaveLength(3);
  });

  it('may name its prefix as it likes', () => {
    const other = "<s:stream xmlns:s='http://etherx.jabber.org/streams' xmlns='jabber:server'><s:features/>";
    expect(read(other).map(event => event.kind)).toEqual(['open', 'element']);
  });

  it('reads our own header', () => {
    const [open] = read(encodeXmppOpening(`a'<>&".test`, 'server'));
    expect(open).toMatchObject({ kind: 'open' });
    expect(open?.kind === 'open' && open.attributes.get('to')).toBe(`a'<>&".test`);
    expect(open?.kind === 'open' && open.attributes.get('xmlns')).toBe('jabber:server');
  });
});

const bomb =
  '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol1 "&lol;&lol;&lol;">]>' +
  "<stream:stream xmlns:stream='http://etherx.jabber.org/streams'>&lol1;";

it.each<[string, string | Buffer, object]>([
  ['HTTP', 'HTTP/1.1 400 Bad Request\r\n\r\n', { reason: 'not-xmpp', code: 'HTTP' }],
  ['a TLS alert', Buffer.from('15030300020246', 'hex'), { reason: 'plain-tls', detail: 'a TLS alert' }],
  ['text', '220 mail ESMTP\r\n', { reason: 'not-xmpp' }],
  ['another document', '<html lang=en><body>', { reason: 'not-xmpp' }],
  ['a header without its namespace', '<stream:stream>', { reason: 'not-xmpp' }],
  ['bytes that are not text', Buffer.from([0xff, 0xfe, 0, 0, 0, 0]), { reason: 'not-xmpp' }],
  ['such bytes later on', Buffer.from(`${header}<a>\xff\xff</a>`, 'latin1'), { code: 'bad-format' }],
  ['an entity bomb', bomb, { reason: 'malformed', code: 'restricted-xml' }],
  ['a document type', `${header}<!DOCTYPE x>`, { reason: 'malformed', code: 'restricted-xml' }],
  ['a comment', `${header}<!-- x -->`, { reason: 'malformed', code: 'restricted-xml' }],
  ['a processing instruction', `${header}<?php x?>`, { reason: 'malformed', code: 'restricted-xml' }],
  ['an entity', `${header}<a>&nbsp;</a>`, { reason: 'malformed', code: 'restricted-xml' }],
  ['a broken entity', `${header}<a b='&amp'/>`, { reason: 'malformed', code: 'restricted-xml' }],
  ['a number that is no character', `${header}<a>&#0;</a>`, { reason: 'malformed', code: 'restricted-xml' }],
  ['text between elements', `${header}text`, { reason: 'malformed', code: 'not-well-formed' }],
  ['CDATA between elements', `${header}<![CDATA[x]]>`, { reason: 'malformed', code: 'not-well-formed' }],
  ['crossed tags', `${header}<a><b></a></b>`, { reason: 'malformed', code: 'not-well-formed' }],
  ['"<" in a tag', `${header}<a <b>`, { reason: 'malformed', code: 'not-well-formed' }],
  ['"<" in a value', `${header}<a b='<'>`, { reason: 'malformed', code: 'not-well-formed' }],
  ['an unquoted value', `${header}<a b=c>`, { reason: 'malformed', code: 'not-well-formed' }],
  ['an attribute twice', `${header}<a b='' b=''>`, { reason: 'malformed', code: 'not-well-formed' }],
  ['an unknown prefix', `${header}<x:a/>`, { reason: 'malformed', code: 'not-well-formed' }],
  ['a tag without a name', `${header}< a>`, { reason: 'malformed', code: 'not-well-formed' }],
  ['deep elements', header + '<a>'.repeat(9), { reason: 'malformed' }],
  ['many elements', `${header}<a>${'<b/>'.repeat(2_000)}`, { reason: 'oversized' }],
  [
    'many attributes',
    `${header}<a${Array.from({ length: 40 }, (_, i) => ` b${i}=''`).join('')}>`,
    { reason: 'oversized' },
  ],
  ['an endless element', `${header}<a>${'x'.repeat(70_000)}`, { reason: 'oversized' }],
  ['an endless tag', `<${'x'.repeat(70_000)}`, { reason: 'oversized' }],
  ['an endless value', `${header}<a b='${'x'.repeat(70_000)}`, { reason: 'oversized' }],
  ['an endless CDATA section', `${header}<a><![CDATA[${'x'.repeat(70_000)}`, { reason: 'oversized' }],
  ['endless whitespace', `${header}${' '.repeat(300_000)}`, { reason: 'oversized' }],
  ['whitespace and nothing else', '\n'.repeat(300_000), { reason: 'oversized' }],
])('stops at %s', (_, bytes, expected) => {
  for (const chunk of [Number.POSITIVE_INFINITY, 1_000, 7]) {
    const events = read(bytes, chunk);
    expect(events.at(-1)).toMatchObject({ kind: 'broken', ...expected });
    expect(events.filter(event => event.kind === 'broken')).toHaveLength(1);
  }
});

it('reads nothing behind the end', () => {
  const reader = createXmppReader();
  expect(reader(Buffer.from(whole)).at(-1)).toEqual({ kind: 'end' });
  expect(reader(Buffer.from(whole))).toEqual([]);
});

describe('any bytes', () => {
  const pieces = fc.oneof(
    fc.uint8Array({ maxLength: 40 }).map(bytes => Buffer.from(bytes)),
    fc.string({ maxLength: 20 }).map(text => Buffer.from(text)),
    fc.constantFrom(
      ...[
        header,
        features,
        '<a>',
        '</a>',
        "<a b='",
        '/>',
        '<![CDATA[',
        ']]>',
        '&lt;',
        '</stream:stream>',
      ].map(text => Buffer.from(text)),
    ),
  );

  it('are read without a crash, whole and byte by byte alike', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.array(pieces, { maxLength: 8 }), (opened, list) => {
        const bytes = Buffer.concat([Buffer.from(opened ? header : ''), ...list]);
        expect(content(read(bytes, 1))).toEqual(content(read(bytes)));
      }),
      { numRuns: 400 },
    );
  });

  it('may stand in the place of any others', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 5 }),
        fc.nat(),
        (changes, cut) => {
          const bytes = Buffer.from(whole);
          for (const [at, value] of changes) bytes[at % bytes.length] = value;
          read(bytes);
          read(bytes.subarray(0, cut % bytes.length), 3);
        },
      ),
      { numRuns: 400 },
    );
  });
});
