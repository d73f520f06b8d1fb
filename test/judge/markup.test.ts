import { expect, test } from 'vitest';
import { activeParts } from '../../src/judge/markup.ts';

test.each<[string, string, readonly string[]]>([
  ['plain', '<!DOCTYPE html><html><body class="one"><p>Call 112</p></body></html>', []],
  ['a script', '<script>x()</script>', ['a script element']],
  ['a script elsewhere', '<SCRIPT\nsrc="x.js"></SCRIPT>', ['a script element']],
  ['a style sheet', '<link rel=stylesheet href=a.css>', ['a link element']],
  ['an anchor is none', '<a href="https://www.example.com/">link</a>', []],
  ['a handler', '<body onload="x()">', ['a script in an attribute']],
  ['a handler without blank', '<p class="a"onclick=x()>', ['a script in an attribute']],
  ['the words of a handler in a value', '<p title="set onclick=1 and go">', []],
  ['a script for a link', "<a href=' javascript:x()'>", ['a script in an attribute']],
  ['a comment', '<!-- <script></script> <link> -->ok', []],
  ['an endless comment', '<!-- <script>', []],
  ['an end behind a bracket', '<p title="a>b"><script>', ['a script element']],
  ['inside a value', '<p title="<script>">', []],
  ['both, once each', '<link><script></script><script></script>', ['a link element', 'a script element']],
  ['other elements', '<scripted><linked><noscript>', []],
  ['text', 'a < b, link > script', []],
  ['nothing', '', []],
])('%s', (_when, html, expected) => {
  expect(activeParts(html)).toEqual(expected);
});

test.each(['<a', '<a "', "<a '", '<a="', '<!--', '<', '<a <!-- "', '"<a'])(
  'a page of nothing but %s is read in no time',
  piece => {
    const startMs = performance.now();
    activeParts(piece.repeat(65_536 / piece.length));
    expect(performance.now() - startMs).toBeLessThan(500);
  },
);
