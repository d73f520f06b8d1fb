import { describe, expect, test } from 'vitest';
import { findPath, indexAnchors, type Rules } from '../../../src/offline/certificates/path.ts';
import {
  authority,
  basicConstraints,
  clientAuth,
  der,
  directoryName,
  dnsName,
  type Extension,
  eku,
  emailName,
  ipName,
  issue,
  keyFor,
  keyUsage,
  type Made,
  nameConstraints,
  oid,
  san,
  serverAuth,
  uriName,
  type Wish,
} from './issue.ts';

const rules: Rules = { atMs: Date.parse('2026-06-01'), purpose: 'server', strict: false };

function codes(leaf: Made, others: readonly Made[], anchors: readonly Made[], more: Partial<Rules> = {}) {
  const pick = ({ fields }: Made) => fields;
  const found = findPath(leaf.fields, others.map(pick), indexAnchors(anchors.map(pick)), {
    ...rules,
    ...more,
  });
  return found.reasons.map(({ code }) => code);
}

const root = authority('Root');
const middle = authority('Middle', root);
const names = san(dnsName('a.test'));
const leafBy = (by: Made, extensions: readonly Extension[] = [names], more: Wish = {}) =>
  issue({ by, extensions, ...more });
const ca = (...more: Extension[]): Wish => ({
  extensions: [basicConstraints(true), keyUsage(0x04), ...more],
});
const extension = (id: string, value: Buffer, critical = false): Extension => ({ oid: id, value, critical });

describe('a leaf below one intermediate', () => {
  const rows: readonly [when: string, leaf: Made, others: readonly Made[], expected: readonly string[]][] = [
    ['is sound', leafBy(middle), [middle], []],
    ['comes without its issuer', leafBy(middle), [], ['issuer-missing']],
    [
      'leads to a root that nobody trusts',
      leafBy(authority('Other')),
      [authority('Other')],
      ['untrusted-root'],
    ],
    ['is self-signed', issue({ extensions: [names] }), [], ['self-signed']],
    ['has expired', leafBy(middle, [names], { to: '2025-01-01' }), [middle], ['expired']],
    ['is not valid yet', leafBy(middle, [names], { from: '2030-01-01' }), [middle], ['not-yet-valid']],
    ['has a spoilt signature', leafBy(middle, [names], { spoilt: true }), [middle], ['signature-wrong']],
    [
      'is an authority itself',
      leafBy(middle, [names, basicConstraints(true)]),
      [middle],
      ['authority-as-server'],
    ],
    ['is for clients only', leafBy(middle, [names, eku(clientAuth)]), [middle], ['purpose']],
    ['is for servers and clients', leafBy(middle, [names, eku(serverAuth, clientAuth)]), [middle], []],
    ['may only sign revocation lists', leafBy(middle, [names, keyUsage(0x02)]), [middle], ['key-usage']],
    [
      'has a short RSA key',
      leafBy(middle, [names], { key: keyFor('weak', 'rsa1024') }),
      [middle],
      ['key-weak'],
    ],
    [
      'has a key on a short curve',
      leafBy(middle, [names], { key: keyFor('weak', 'p192') }),
      [middle],
      ['key-weak'],
    ],
    [
      'has a critical extension that nobody knows',
      leafBy(middle, [names, extension('1.3.6.1.4.1.55738.666.1', der(0x05), true)]),
      [middle],
      ['critical-extension'],
    ],
    [
      'has an extension that nobody knows and that is not critical',
      leafBy(middle, [names, extension('1.3.6.1.4.1.55738.666.1', der(0x05))]),
      [middle],
      [],
    ],
    ['has its alternative names twice', leafBy(middle, [names, names]), [middle], ['extension-misused']],
    [
      'has unreadable alternative names',
      leafBy(middle, [extension('2.5.29.17', der(0x30, der(0x87, 'xyz')))]),
      [middle],
      ['extension-malformed'],
    ],
    [
      'has no alternative names at all in the list',
      leafBy(middle, [san()]),
      [middle],
      ['extension-malformed'],
    ],
    [
      'has a name that is not ASCII',
      leafBy(middle, [san(dnsName('bü.test'))]),
      [middle],
      ['extension-malformed'],
    ],
    [
      'has an empty subject and names that are not critical',
      leafBy(middle, [names], { name: '' }),
      [middle],
      ['extension-misused'],
    ],
    [
      'has an empty subject and critical names',
      leafBy(middle, [{ ...names, critical: true }], { name: '' }),
      [middle],
      [],
    ],
    [
      'has name constraints',
      leafBy(middle, [names, nameConstraints([dnsName('a.test')])]),
      [middle],
      ['extension-misused'],
    ],
    [
      'has a critical key identifier',
      leafBy(middle, [names, extension('2.5.29.14', der(0x04, 'x'), true)]),
      [middle],
      ['extension-misused'],
    ],
  ];
  test.each(rows)('that %s', (_when, leaf, others, expected) => {
    expect(codes(leaf, others, [root])).toEqual(expected);
  });
});

describe('an authority', () => {
  const rows: readonly [when: string, wish: Wish, expected: readonly string[]][] = [
    ['without basicConstraints', { extensions: [keyUsage(0x04)] }, ['not-an-authority']],
    ['that says it is none', { extensions: [basicConstraints(false)] }, ['not-an-authority']],
    ['of version 1', { version: 1 }, ['not-an-authority']],
    [
      'that may not sign certificates',
      { extensions: [basicConstraints(true), keyUsage(0x02)] },
      ['key-usage'],
    ],
    ['without keyUsage', { extensions: [basicConstraints(true)] }, []],
    ['for clients only', ca(eku(clientAuth)), ['purpose']],
    ['for any use', ca(eku('2.5.29.37.0')), []],
    ['that has expired', { ...ca(), to: '2025-01-01' }, ['expired']],
    ['without a name', { ...ca(), name: '' }, ['form', 'form']],
    [
      'with constraints that cannot be read',
      ca(extension('2.5.29.30', der(0x30), true)),
      ['extension-malformed'],
    ],
    ['with a wildcard as constraint', ca(nameConstraints([dnsName('*.test')])), ['extension-malformed']],
    [
      'with a mask with holes',
      ca(nameConstraints([ipName(10, 0, 0, 0, 255, 0, 255, 0)])),
      ['extension-malformed'],
    ],
  ];
  test.each(rows)('%s', (_when, wish, expected) => {
    const issuer = authority('Issuer', root, wish);
    expect(codes(leafBy(issuer), [issuer], [root])).toEqual(expected);
  });

  test('allows as many below it as its path length says, self-issued ones not counted', () => {
    const none = authority('None', root, { extensions: [basicConstraints(true, 0)] });
    const below = authority('Below', none);
    const renewed = authority('None', none, { key: keyFor('None renewed') });
    expect(codes(leafBy(none), [none], [root])).toEqual([]);
    expect(codes(leafBy(below), [none, below], [root])).toEqual(['path-too-long']);
    expect(codes(leafBy(renewed), [none, renewed], [root])).toEqual([]);
  });
});

describe('name constraints', () => {
  const rows: readonly [when: string, constraint: Extension, names: Buffer[], good: boolean][] = [
    ['the very name', nameConstraints([dnsName('a.test')]), [dnsName('a.test')], true],
    ['a name below', nameConstraints([dnsName('test')]), [dnsName('x.y.test')], true],
    ['a name that only ends alike', nameConstraints([dnsName('a.test')]), [dnsName('ba.test')], false],
    ['one of two names', nameConstraints([dnsName('a.test')]), [dnsName('a.test'), dnsName('b.test')], false],
    ['a leading dot and a name below', nameConstraints([dnsName('.a.test')]), [dnsName('x.a.test')], true],
    ['a leading dot and the name itself', nameConstraints([dnsName('.a.test')]), [dnsName('a.test')], false],
    ['another kind of name', nameConstraints([ipName(10, 0, 0, 0, 255, 0, 0, 0)]), [dnsName('a.test')], true],
    ['letter case', nameConstraints([dnsName('A.Test')]), [dnsName('a.tEST')], true],
    ['excluded', nameConstraints([], [dnsName('a.test')]), [dnsName('x.a.test')], false],
    ['excluded beside it', nameConstraints([], [dnsName('b.test')]), [dnsName('a.test')], true],
    ['everything excluded', nameConstraints([], [dnsName('')]), [dnsName('a.test')], false],
    [
      'a wildcard that reaches what is excluded',
      nameConstraints([dnsName('a.test')], [dnsName('b.a.test')]),
      [dnsName('*.a.test')],
      false,
    ],
    [
      'a wildcard that reaches beyond what is permitted',
      nameConstraints([dnsName('b.a.test')]),
      [dnsName('*.a.test')],
      false,
    ],
    [
      'a wildcard beside what is excluded',
      nameConstraints([], [dnsName('c.b.a.test')]),
      [dnsName('*.a.test')],
      true,
    ],
    [
      'an address inside',
      nameConstraints([ipName(192, 0, 2, 0, 255, 255, 255, 0)]),
      [ipName(192, 0, 2, 7)],
      true,
    ],
    [
      'an address outside',
      nameConstraints([ipName(192, 0, 2, 0, 255, 255, 255, 0)]),
      [ipName(192, 0, 3, 7)],
      false,
    ],
    [
      'an address excluded',
      nameConstraints([], [ipName(192, 0, 2, 0, 255, 255, 255, 0)]),
      [ipName(192, 0, 2, 7)],
      false,
    ],
    ['a mailbox', nameConstraints([emailName('me@a.test')]), [emailName('me@A.test')], true],
    ['another mailbox', nameConstraints([emailName('me@a.test')]), [emailName('you@a.test')], false],
    ['a mail host', nameConstraints([emailName('a.test')]), [emailName('me@a.test')], true],
    ['a mail host below', nameConstraints([emailName('a.test')]), [emailName('me@x.a.test')], false],
    ['mail hosts below', nameConstraints([emailName('.a.test')]), [emailName('me@x.a.test')], true],
    ['a URI', nameConstraints([uriName('a.test')]), [uriName('https://a.test:8443/x')], true],
    ['a URI elsewhere', nameConstraints([uriName('a.test')]), [uriName('https://b.test/?a.test')], false],
    ['a URI without a host', nameConstraints([uriName('a.test')]), [uriName('urn:a.test')], false],
    [
      'a directory name elsewhere',
      nameConstraints([directoryName('Somebody')]),
      [directoryName('Somebody'), dnsName('a.test')],
      false,
    ],
    ['a kind of name that nobody knows', nameConstraints([der(0x88, 'x')]), [der(0x88, 'x')], false],
  ];
  test.each(rows)('%s', (_when, constraint, alternative, good) => {
    const issuer = authority('Bound', root, ca(constraint));
    const expected = good ? [] : ['name-constraint'];
    expect(codes(leafBy(issuer, [san(...alternative)]), [issuer], [root])).toEqual(expected);
  });

  test('bind the subject, its e-mail address and a common name that is a host', () => {
    const people = authority('People', root, ca(nameConstraints([directoryName('Me')])));
    expect(codes(leafBy(people, [names], { name: 'Me' }), [people], [root])).toEqual([]);
    expect(codes(leafBy(people, [names], { name: 'You' }), [people], [root])).toEqual(['name-constraint']);
    const hosts = authority('Hosts', root, ca(nameConstraints([dnsName('good.test')])));
    expect(codes(leafBy(hosts, [], { name: 'bad.test' }), [hosts], [root])).toEqual(['name-constraint']);
  });

  test('of every authority on the path have to hold', () => {
    const wide = authority('Wide', root, ca(nameConstraints([dnsName('test')])));
    const narrow = authority('Narrow', wide, ca(nameConstraints([dnsName('a.test')])));
    expect(codes(leafBy(narrow), [wide, narrow], [root])).toEqual([]);
    expect(codes(leafBy(narrow, [san(dnsName('b.test'))]), [wide, narrow], [root])).toEqual([
      'name-constraint',
    ]);
  });

  test('of a trust anchor hold too', () => {
    const bound = authority('Bound root', undefined, ca(nameConstraints([dnsName('b.test')])));
    expect(codes(leafBy(bound), [], [bound])).toEqual(['name-constraint']);
  });

  test('too many names are not compared at all', () => {
    const many = Array.from({ length: 990 }, (_, i) => dnsName(`x${i}.test`));
    const issuer = authority('Many', root, ca(nameConstraints([dnsName('test'), ...many], many)));
    const leaf = leafBy(issuer, [san(...many)]);
    expect(codes(leaf, [issuer], [root])).toEqual(['name-constraint']);
  });
});

describe('the search', () => {
  const cross = (name: string, by: Made, more: Wish = {}) =>
    authority(name, by, { key: keyFor(name), ...more });

  test('turns back from an issuer that has expired, is for clients only, or leads nowhere', () => {
    const old = cross('Middle', root, { to: '2025-01-01' });
    const clients = cross('Middle', root, ca(eku(clientAuth)));
    const lost = cross('Middle', authority('Nobody'));
    const leaf = leafBy(middle);
    for (const order of [
      [old, clients, lost, middle],
      [middle, lost, clients, old],
    ])
      expect(codes(leaf, order, [root])).toEqual([]);
  });

  test('ends at an intermediate that is trusted', () => {
    expect(codes(leafBy(middle), [], [middle])).toEqual([]);
  });

  test('takes a leaf that is trusted itself, with its dates', () => {
    const own = issue({ extensions: [names] });
    expect(codes(own, [], [own])).toEqual([]);
    expect(codes(own, [], [own], { atMs: Date.parse('2041-01-01') })).toEqual(['expired']);
  });

  test('finds the way out of authorities that certify each other', () => {
    const [a, b, c] = ['A', 'B', 'C'].map(name => authority(name)) as [Made, Made, Made];
    const circle = [cross('A', b), cross('A', c), cross('B', a), cross('B', c), cross('C', a), cross('C', b)];
    const leaf = leafBy(cross('A1', a));
    expect(codes(leaf, [cross('A1', a), ...circle], [a])).toEqual([]);
    expect(codes(leaf, [cross('A1', a), ...circle], [root])).toEqual(['issuer-missing']);
  });

  test('gives up in bounded time where everybody certifies everybody', () => {
    const all = Array.from({ length: 12 }, (_, i) => authority(`All ${i}`));
    const mesh = all.flatMap(by =>
      all.flatMap(one => (one === by ? [] : [cross(one.fields.summary.commonName!, by)])),
    );
    const started = performance.now();
    const found = codes(leafBy(all[0]!), mesh, [root]);
    expect(found).toContain('search-exhausted');
    expect(performance.now() - started).toBeLessThan(5000);
  });

  test('tells everything that is wrong with the best path', () => {
    const old = authority('Old', root, { to: '2025-01-01' });
    const leaf = leafBy(old, [names, eku(clientAuth)], { to: '2025-06-01' });
    expect(codes(leaf, [old], [root])).toEqual(['expired', 'purpose', 'expired']);
  });
});

describe('policies', () => {
  const policies = (...ids: string[]) =>
    extension('2.5.29.32', der(0x30, ...ids.map(id => der(0x30, oid(id)))));
  const demand = extension('2.5.29.36', der(0x30, der(0x80, Buffer.from([0]))), true);

  test('are demanded only where a certificate says so', () => {
    const strict = authority('Strict', root, ca(policies('1.2.3'), demand));
    expect(codes(leafBy(strict, [names, policies('1.2.3')]), [strict], [root])).toEqual([]);
    expect(codes(leafBy(strict, [names, policies('1.2.4')]), [strict], [root])).toEqual(['policy']);
    expect(codes(leafBy(strict), [strict], [root])).toEqual(['policy']);
    expect(codes(leafBy(middle, [names, policies('1.2.4')]), [middle], [root])).toEqual([]);
  });
});

test('to the letter, more is refused than clients do', () => {
  const found = codes(leafBy(middle), [middle], [root], { strict: true });
  expect(new Set(found)).toEqual(new Set(['form']));
});
