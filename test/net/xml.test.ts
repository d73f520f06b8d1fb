import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readXml, xmlAt, xmlChildren } from '../../src/net/xml.ts';

test('elements, attributes and texts', () => {
  const root = readXml(
    '<?xml version="1.0"?><!-- a --><x:a one="1"> <b>t &amp; u</b><b><![CDATA[<v>]]></b><c/></x:a>\n',
  );
  expect(root).toMatchObject({ name: 'a', attributes: { one: '1' }, text: '' });
  expect(xmlChildren(root, 'b').map(({ text }) => text)).toEqual(['t & u', '<v>']);
  expect(xmlAt(root, 'c')).toMatchObject({ name: 'c', children: [] });
  expect(xmlAt(root, 'c', 'd')).toBeUndefined();
});

const billionLaughs =
  '<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;"><!ENTITY z "&y;&y;&y;&y;">]><a>&z;</a>';
test.each([
  ['nothing', ''],
  ['a text', 'hello'],
  ['HTML that is no XML', '<html><br></html>'],
  ['an unfinished document', '<a><b>'],
  ['crossed elements', '<a><b></a></b>'],
  ['two roots', '<a/><b/>'],
  ['entities of its own', billionLaughs],
  ['a file from outside', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'],
  ['an entity that nobody knows', '<a>&nbsp;</a>'],
  ['too deep', `${'<a>'.repeat(33)}${'</a>'.repeat(33)}`],
  ['too many elements', `<a>${'<b/>'.repeat(5_000)}</a>`],
  ['too long', `<a>${'x'.repeat(256 * 1024)}</a>`],
])('%s is refused', (_what, text) => {
  expect(readXml(text)).toBeUndefined();
});

test('names of JavaScript are names like others', () => {
  const root = readXml('<a __proto__="x" constructor="y"><__proto__/><toString/></a>');
  expect(root?.children.map(({ name }) => name)).toEqual(['__proto__', 'toString']);
  expect(({} as { x?: string }).x).toBeUndefined();
});

test('whatever the text is, it is read or refused', () => {
  const piece = fc.constantFrom(
    '<',
    '>',
    '/',
    'a',
    '&',
    ';',
    '"',
    "'",
    '=',
    '!',
    '?',
    '[',
    ']',
    '-',
    ' ',
    ':',
    'x',
  );
  fc.assert(fc.property(fc.string({ maxLength: 200 }), text => void readXml(text)));
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), pieces => void readXml(pieces.join(''))),
    { numRuns: 2_000 },
  );
});
