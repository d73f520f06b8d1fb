import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nameReasons } from '../../../src/offline/certificates/names.ts';
import { dnsName, ipName, issue, san } from './issue.ts';

const rows: readonly [names: readonly Buffer[], host: string, code?: string][] = [
  [[dnsName('expe1.example.com')], 'expe1.example.com'],
  [[dnsName('expe1.example.com')], 'EXPE1.Example.COM.'],
  [[dnsName('EXPE1.example.com')], 'expe1.example.com'],
  [[dnsName('expe1.example.com')], 'expe2.example.com', 'name-mismatch'],
  [[dnsName('example.com')], 'expe1.example.com', 'name-mismatch'],
  [[dnsName('expe1.example.com')], 'example.com', 'name-mismatch'],
  [[dnsName('*.example.com')], 'expe1.example.com'],
  [[dnsName('*.example.com')], 'a.b.example.com', 'name-mismatch'],
  [[dnsName('*.example.com')], 'example.com', 'name-mismatch'],
  [[dnsName('exp*.example.com')], 'expe1.example.com', 'name-mismatch'],
  [[dnsName('xn--*-1b3c148a.example.com')], 'xn--bliss-1b3c148a.example.com', 'name-mismatch'],
  [[dnsName('a.*.example.com')], 'a.b.example.com', 'name-mismatch'],
  [[dnsName('*.com')], 'example.com', 'name-mismatch'],
  [[dnsName('*')], 'localhost', 'name-mismatch'],
  [[dnsName('xn--bcher-kva.example')], 'bücher.example'],
  [[dnsName('under_score.example.com')], 'under_score.example.com'],
  [[dnsName('192.0.2.1')], '192.0.2.1', 'name-missing'],
  [[ipName(192, 0, 2, 1)], '192.0.2.1'],
  [[ipName(192, 0, 2, 1)], '192.0.2.2', 'name-mismatch'],
  [[ipName(192, 0, 2, 1)], 'expe1.example.com', 'name-missing'],
  [[ipName(0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)], '2001:db8::1'],
  [[ipName(0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)], '[2001:DB8:0:0::1]'],
  [[ipName(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)], '::1'],
  [[ipName(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 1)], '::ffff:192.0.2.1'],
];

test.each(rows)('%# of these names, a client that looks for %s', (names, host, code) => {
  const leaf = issue({ extensions: [san(...names)] }).fields;
  expect(nameReasons(leaf, host).map(reason => reason.code)).toEqual(code === undefined ? [] : [code]);
});

test('the common name does not count, and the reason says so', () => {
  const leaf = issue({ name: 'expe1.example.com' }).fields;
  const [reason] = nameReasons(leaf, 'expe1.example.com');
  expect(reason).toMatchObject({ code: 'name-missing' });
  expect(reason!.text).toContain('clients do not look at the common name');
});

test('no text as host breaks the comparison', () => {
  const leaf = issue({ extensions: [san(dnsName('*.example.com'))] }).fields;
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), host => {
      expect(nameReasons(leaf, host).length).toBeLessThanOrEqual(1);
    }),
  );
});
