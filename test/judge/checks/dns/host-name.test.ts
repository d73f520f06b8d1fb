import { expect, test } from 'vitest';
import { hostName } from '../../../../src/judge/checks/dns/host-name.ts';
import { judge, node, outcome, round } from '../../round.ts';

test.each([
  ['expe1.example.com', 'pass'],
  ['exp-e1.example.com', 'pass'],
  ['exp_e1.example.com', 'fail DNS_NAME_UNDERSCORE'],
  ['203.0.113.11', 'not-applicable'],
])('%s: %s', (host, expected) => {
  expect(outcome(judge(hostName, round({}, [], [node(host)])))).toBe(expected);
});

test('the names of other servers are not judged', () => {
  expect(outcome(judge(hostName, round({}, [], [node('cucm_1.example.com', 'unified_cm')])))).toBe(
    'not judged',
  );
});
