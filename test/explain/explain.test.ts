import { expect, test } from 'vitest';
import { entryForCode, explainReport } from '../../src/explain/explain.ts';
import { loadLibrary } from '../../src/explain/library.ts';
import type { Cause, Finding } from '../../src/model/finding.ts';
import { report as reportWith } from '../publish/report.ts';

const library = loadLibrary();

function cause(code: string): Cause {
  const finding: Finding = {
    code,
    severity: 'critical',
    affects: 'sign-in',
    check: 'dns/cisco-uds-hidden',
    subject: 'example/domain/example.com',
    evidence: {},
    message: 'A sentence.',
    steps: [],
  };
  return {
    code,
    severity: 'critical',
    affects: 'sign-in',
    title: 'A sentence.',
    findings: [finding],
    consequences: [],
  };
}

const reported = (...causes: readonly Cause[]) =>
  reportWith({ diagnosis: { status: 'critical', headline: 'A sentence.', causes } });

test('the entry of a code is found, an unknown code has none', () => {
  expect(entryForCode(library, 'DNS_CUPLOGIN_EXPOSED')?.id).toBe('DNS-012');
  expect(entryForCode(library, 'DNS_CUPLOGIN')).toBeUndefined();
});

test('every cause that is known gets its entry, in words without marks', () => {
  const report = reported(cause('DNS_CISCO_UDS_EXPOSED'), cause('CERT_CHAIN_INCOMPLETE'));
  const [first, second] = explainReport(library, report).diagnosis.causes;
  expect(first!.entry).toMatchObject({
    id: 'DNS-012',
    title: 'Internal discovery records resolve outside, so Jabber never tries the edge',
    source: 'D0 "Local DNS (Internal Domains)"',
  });
  expect(first!.entry!.remedy[0]).toBe(
    'Remove _cisco-uds._tcp.<domain> and _cuplogin._tcp.<domain> from the public zone.',
  );
  expect(second!.entry!.remedy).toContainEqual(
    expect.stringContaining('Maintenance > Security > Trusted CA certificate'),
  );
  expect([...first!.entry!.remedy, ...second!.entry!.verify].join('')).not.toMatch(/`|[*]{2}/);
});

test('a cause that nobody knows stays as it is', () => {
  const report = reported(cause('NEVER_HEARD_OF'));
  expect(explainReport(library, report)).toEqual(report);
});

test('the report that came in is not changed', () => {
  const report = reported(cause('DNS_CISCO_UDS_EXPOSED'));
  const before = structuredClone(report);
  explainReport(library, report);
  expect(report).toEqual(before);
});
