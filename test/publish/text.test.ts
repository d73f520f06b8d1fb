import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { criticalPath, toText } from '../../src/publish/text.ts';
import { cause, finding, hostileReport, report, service, troubled } from './report.ts';

const bare = { colour: false, width: 100, timings: false, verbose: true };

test('the first line says what was looked at and from where, the next one the verdict', () => {
  const lines = toText(troubled(), bare).split('\n');
  expect(lines[0]).toBe('example (example.com) seen from outside through 192.0.2.53 - 2 steps, 1.4 s');
  expect(lines[2]).toBe('CRITICAL  Sign-in fails for clients that reach expe2.example.com');
  expect(lines[4]).toBe(' 1 cause explains 2 of 2 failed checks');
});

test('a cause stands with evidence, meaning, consequences, remedy, verification and where to read on, in this order', () => {
  const text = toText(troubled(), bare);
  const order = [
    ' x expe2.example.com sends its certificate without the issuing CA',
    'CERT_CHAIN_INCOMPLETE',
    'seen      expe2.example.com:8443 (203.0.113.12)',
    'missing: CN=Example Issuing CA 3',
    'so        sign-in fails for somebody now',
    'explains  expe2.example.com closes the connection on port 5061',
    'remedy    1 On expe2 open Maintenance > Security > Trusted CA certificate',
    '2 Restart: Maintenance > Restart options.',
    'verify    mradar certificate expe2.example.com:8443',
    'more      mradar explain CERT-007',
    ' ok  3 checks',
    ' --  1 could not be seen',
    ' na  1 does not apply',
  ].map(part => text.indexOf(part));
  expect(order).not.toContain(-1);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
});

test('evidence that the sentence tells already is not told again, and a number is not mistaken for part of another', () => {
  const told = finding('example', {
    message: '2 of 12 ports of 203.0.113.1 answer',
    evidence: { open: 2, closed: 1, address: '203.0.113.1', near: '203.0.113' },
  });
  const text = toText(
    report({ diagnosis: { status: 'critical', headline: 'h', causes: [cause([told])] } }),
    bare,
  );
  expect(text).toContain('closed: 1');
  expect(text).toContain('near: 203.0.113\n');
  expect(text).not.toContain('open: 2');
  expect(text).not.toContain('address: 203.0.113.1');
});

test('what failed on our side is told apart from what could not be seen', () => {
  const text = toText(troubled(), { ...bare, width: 200 });
  expect(text).toContain('1 step failed on our side');
  expect(text).toContain('connect: no-descriptors (EMFILE): tcp expe2 5061');
  expect(text).toContain('the server sent no date: time/clock on expe2.example.com:8443');
});

test('no fact is lost and no line is too long, at any width', () => {
  const words = (width: number) =>
    toText(troubled(), { ...bare, width, timings: true })
      .split(/\s+/)
      .toSorted()
      .join(' ');
  for (const width of [40, 60, 80, 132, 240]) {
    expect(words(width)).toBe(words(100));
    for (const line of toText(troubled(), { ...bare, width, timings: true }).split('\n')) {
      const longestWord = Math.max(
        ...line
          .trim()
          .split(' ')
          .map(word => word.length),
      );
      expect(line.length).toBeLessThanOrEqual(Math.max(width, longestWord + 40));
    }
  }
  expect(
    toText(troubled(), bare)
      .split('\n')
      .every(line => line.length <= 100),
  ).toBe(true);
});

test('colour changes nothing but colour', () => {
  const coloured = toText(troubled(), { ...bare, colour: true, width: 80, timings: true });
  expect(coloured).toContain('\u001b[');
  expect(stripVTControlCharacters(coloured)).toBe(toText(troubled(), { ...bare, width: 80, timings: true }));
});

test('a hostile server can neither colour the terminal nor forge a line', () => {
  const text = toText(hostileReport(), bare);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be there
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  expect(text).toContain('\\x1b[31mred');
  expect(text.split('\n').some(line => line.trim().startsWith('# HELP'))).toBe(false);
});

test('timings show the chain of steps that ended last, with the stages reached and the time waited', () => {
  const text = toText(troubled(), { ...bare, timings: true });
  expect(text).toContain('longest chain  2 steps, ended after 1.4 s');
  expect(text).toMatch(/\+0 ms {2}23 ms {2}dns public:srv\/collab-edge example.com \(dns 23 ms\)/);
  expect(text).toMatch(/connect 13 ms, tls 48 ms, response\s+90 ms, waited 7 ms/);
  expect(toText(troubled(), bare)).not.toContain('longest chain');
});

test('steps that lead to each other in a circle do not hang the timings', () => {
  const step = { probe: 'dns', subject: 's', why: 'w', intervalMs: 1, startMs: 0, durationMs: 1 };
  const path = criticalPath([
    { ...step, id: 'a', after: 'b' },
    { ...step, id: 'b', after: 'a' },
  ]);
  expect(path.map(({ id }) => id)).toEqual(['b', 'a']);
});

test('a healthy deployment needs two lines and what was looked at', () => {
  expect(toText(report(), bare)).toBe(
    [
      'example (example.com) seen from outside through 192.0.2.53 - 0 steps, 1.4 s',
      '',
      'OK  Mobile and remote access works as seen from outside',
      '',
      ' ok  1 check',
      '       dns: collab-edge',
      '',
    ].join('\n'),
  );
});

test('findings that differ only in their place are told once, with all places', () => {
  const services = [8443, 5061].flatMap(port => [
    service('example', 'expe1.example.com', '203.0.113.11', port),
    service('example', 'expe2.example.com', '203.0.113.12', port),
  ]);
  const weak = services.map(subject =>
    finding(subject.id, {
      message: `expe${subject.host[4]}.example.com:${subject.port} has a weak key`,
      evidence: { bits: 1024 },
    }),
  );
  const [first, ...rest] = weak;
  const text = toText(
    report({
      subjects: services,
      diagnosis: { status: 'critical', headline: 'h', causes: [cause([first!, ...rest], weak)] },
    }),
    { ...bare, width: 160 },
  );
  expect(text).toContain(
    'seen      expe1.example.com:8443 :5061 (203.0.113.11), expe2.example.com:8443 :5061 (203.0.113.12)\n                 bits: 1024\n     so ',
  );
  expect(text).toContain(
    'explains  expe1.example.com:8443 has a weak key; the same on expe2.example.com:8443 :5061, expe1.example.com:5061',
  );
});

test('a host with two addresses is told with the address', () => {
  const services = ['203.0.113.11', '203.0.113.12'].map(address =>
    service('example', 'expe1.example.com', address, 8443),
  );
  const judgements = [
    { check: 'a/b', subject: services[1]!.id, verdict: 'unknown', because: 'dark' },
  ] as const;
  expect(toText(report({ subjects: services, judgements }), bare)).toContain(
    'a/b on expe1.example.com:8443 (203.0.113.12)',
  );
});
