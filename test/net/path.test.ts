import type { X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { indexAnchors, searchPath } from '../../src/net/path.ts';
import { hierarchy, type Issued, issue, keyFor } from './certificates.ts';

const search = (sent: readonly Issued[], anchors: readonly Issued[]) =>
  searchPath(
    sent.map(({ x509 }) => x509),
    indexAnchors(anchors.map(({ x509 }) => x509)),
  );

const { root, issuing, leaf } = hierarchy();
const other = issue({ commonName: 'Unrelated CA', ca: true, keyPem: keyFor('other') });

describe('the path from the leaf', () => {
  const anchored = { end: 'anchored', endName: 'CN=Test Root', suppliedByStore: [], inOrder: true };
  test.each([
    ['leaf and intermediate, as it should be', [leaf, issuing], [root], anchored],
    ['the root is sent as well', [leaf, issuing, root], [root], anchored],
    ['a certificate stands twice', [leaf, issuing, issuing], [root], anchored],
    ['an unrelated one is sent too', [leaf, issuing, other], [root], anchored],
    ['an unrelated one stands between', [leaf, other, issuing], [root], anchored],
    ['root before intermediate', [leaf, root, issuing], [root], { ...anchored, inOrder: false }],
    [
      'the intermediate is missing',
      [leaf],
      [root],
      { ...anchored, end: 'incomplete', endName: 'CN=Test Issuing CA' },
    ],
    [
      'the intermediate is missing, but the store has it',
      [leaf],
      [root, issuing],
      { ...anchored, endName: 'CN=Test Issuing CA', suppliedByStore: ['CN=Test Issuing CA'] },
    ],
    [
      'only the issuing CA was declared',
      [leaf, issuing],
      [issuing],
      { ...anchored, endName: 'CN=Test Issuing CA' },
    ],
    ['the root is not trusted and not sent', [leaf, issuing], [], { ...anchored, end: 'incomplete' }],
    [
      'the root is not trusted but sent',
      [leaf, issuing, root],
      [other],
      { ...anchored, end: 'untrusted-root' },
    ],
    ['the root itself is the leaf', [root], [], { ...anchored, end: 'untrusted-root' }],
    ['a self-signed leaf that was declared', [root], [root], anchored],
  ] as const)('%s', (_title, sent, anchors, path) => {
    expect(search(sent, anchors)).toEqual(path);
  });
});

test('nothing sent, nothing found', () => {
  expect(search([], [root])).toBeUndefined();
});

test('dates do not matter to the path', () => {
  const expired = issue({ commonName: 'a.test', issuer: issuing, fromDays: -20, toDays: -10 });
  expect(search([expired, issuing], [root])).toMatchObject({ end: 'anchored' });
});

test('an issuer of the right name but with another key is none', () => {
  const impostor = issue({ commonName: 'Test Issuing CA', ca: true, keyPem: keyFor('other') });
  expect(search([leaf, impostor], [root, impostor])).toMatchObject({ end: 'incomplete' });
  expect(search([leaf, impostor, issuing], [root])).toMatchObject({ end: 'anchored', inOrder: true });
});

test('a certificate that is no CA issues nothing', () => {
  const leafAsIssuer = issue({ commonName: 'c.test', issuer: leaf, keyPem: keyFor('other') });
  expect(search([leafAsIssuer, leaf, issuing], [root])).toMatchObject({
    end: 'incomplete',
    endName: 'CN=a.test',
  });
});

test('of a cross-signed root the trusted form is found', () => {
  const crossed = issue({ commonName: 'Test Root', issuer: other, ca: true, keyPem: root.key });
  expect(search([leaf, issuing, crossed], [root])).toMatchObject({
    end: 'anchored',
    endName: 'CN=Test Root',
  });
  expect(search([leaf, issuing, crossed], [other])).toMatchObject({
    end: 'anchored',
    endName: 'CN=Unrelated CA',
  });
});

test('letter case of a name does not break the path', () => {
  const shouting = issue({ commonName: 'a.test', issuer: issuing, issuerName: 'TEST ISSUING CA' });
  expect(search([shouting, issuing], [root])).toMatchObject({ end: 'anchored' });
});

test('two authorities that certify each other do not lead in circles', () => {
  const keyA = keyFor('circle a');
  const keyB = keyFor('circle b');
  const selfA = issue({ commonName: 'A', ca: true, keyPem: keyA });
  const selfB = issue({ commonName: 'B', ca: true, keyPem: keyB });
  const aByB = issue({ commonName: 'A', ca: true, issuer: selfB, keyPem: keyA });
  const bByA = issue({ commonName: 'B', ca: true, issuer: selfA, keyPem: keyB });
  const end = issue({ commonName: 'a.test', issuer: selfA, keyPem: keyFor('leaf') });
  expect(search([end, aByB, bByA], [root])).toMatchObject({ end: 'incomplete' });
});

test('many certificates of one name and key cost a bounded effort', () => {
  const key = keyFor('circle a');
  const authority = issue({ commonName: 'A', ca: true, keyPem: key });
  const crowd: X509Certificate[] = [];
  const second = issue({ commonName: 'A2', ca: true, keyPem: key });
  for (let i = 0; i < 10; i++) {
    crowd.push(issue({ commonName: 'A', ca: true, issuer: second, keyPem: key, toDays: 40 + i }).x509);
    crowd.push(issue({ commonName: 'A2', ca: true, issuer: authority, keyPem: key, toDays: 40 + i }).x509);
  }
  const end = issue({ commonName: 'a.test', issuer: authority, keyPem: keyFor('leaf') });
  const startMs = performance.now();
  expect(searchPath([end.x509, ...crowd], indexAnchors([root.x509]))).toMatchObject({ end: 'incomplete' });
  expect(performance.now() - startMs).toBeLessThan(500);
});
