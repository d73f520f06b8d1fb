import { expect, test } from 'vitest';
import { unifiedCmNames } from '../../../../src/judge/checks/declared/unified-cm-names.ts';
import { deployment, judge, outcome, round } from '../../round.ts';

test.each<[string, string[], string | undefined, string]>([
  ['names', ['cucm1.example.com', 'cucm2.example.com'], 'X15.0', 'pass'],
  ['an address', ['cucm1.example.com', '10.0.3.12'], 'X15.0', 'fail DECLARED_UCM_BY_ADDRESS'],
  ['an IPv6 address', ['fd00::12'], 'X12.5', 'fail DECLARED_UCM_BY_ADDRESS'],
  ['an address with an unknown version', ['10.0.3.12'], undefined, 'fail DECLARED_UCM_BY_ADDRESS'],
  ['an address before X12.5', ['10.0.3.12'], 'X8.11.4', 'pass'],
  ['nothing declared', [], 'X15.0', 'not-applicable'],
])('%s', (_, names, version, expected) => {
  const nodes = { ...deployment().nodes, unified_cm: names.map(name => ({ name })) };
  const versions = version ? { expressway_c: version } : {};
  expect(outcome(judge(unifiedCmNames, round({ nodes, versions }, [])))).toBe(expected);
});
