import { expect, test } from 'vitest';
import { toMarkdown } from '../../src/publish/markdown.ts';
import { hostileReport, report, troubled } from './report.ts';

test('a ticket gets verdict, causes with remedy, and what was not seen', () => {
  const text = toMarkdown(troubled());
  expect(text).toMatch(/^# CRITICAL: Sign-in fails for clients that reach expe2.example.com\n/);
  expect(text).toContain(
    'example (example.com) seen from outside through 192.0.2.53, 2026-03-01T10:00:00.000Z, 2 steps',
  );
  expect(text).toContain('## critical: expe2.example.com sends its certificate without the issuing CA');
  expect(text).toContain(
    '1. On expe2 open `Maintenance > Security > Trusted CA certificate` and add the issuing CA.\n2. ',
  );
  expect(text).toContain('It explains:');
  expect(text).toContain('(`TLS_CLOSED`)');
  expect(text).toContain(
    '## Could not be seen: 1\n\n- the server sent no date: `time/clock` on expe2.example.com:8443',
  );
  expect(text).toContain('More: `mradar explain CERT-007`');
});

test('without a cause there is no section about causes', () => {
  expect(toMarkdown(report())).not.toContain('critical');
});

test('a hostile server can neither add HTML, nor links, nor lines', () => {
  const text = toMarkdown(hostileReport());
  expect(text).not.toContain('<');
  expect(text).not.toMatch(/(^|[^\\])\[x/);
  expect(text).not.toMatch(/^(# HELP|\|)/m);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be there
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
});

test('backticks in a command cannot close its code span', () => {
  const judgements = [{ check: 'a``b', subject: 's', verdict: 'unknown', because: '1. no' }] as const;
  const text = toMarkdown(report({ judgements }));
  expect(text).toContain('- 1\\. no: ``` a``b ``` on s');
});
