import { expect, test } from 'vitest';
import { portsAgree } from '../../../../src/judge/checks/certificate/ports-agree.ts';
import { judge, outcome, round, type Seen, service } from '../../round.ts';
import { edgeHttps, edgeSip, edgeXmpp, notLooked, shows, showsNothing, uds, zoneSip } from './shown.ts';

const otherCertificate = { fingerprint: 'DD04' };
const secondAddress = service({ address: '198.51.100.99' });

test.each<[string, Seen[], string]>([
  ['the same on 5061', [shows({}, edgeSip), shows({})], 'pass'],
  ['another on 5061', [shows(otherCertificate, edgeSip), shows({})], 'fail CERT_PORTS_DIFFER'],
  ['another on 5222', [shows(otherCertificate, edgeXmpp), shows({})], 'fail CERT_PORTS_DIFFER'],
  [
    'another on 8443 of another address',
    [shows({}, edgeSip), shows(otherCertificate, secondAddress), shows({})],
    'pass',
  ],
  ['8443 itself', [shows({})], 'not-applicable'],
  ['the traversal zone', [shows(otherCertificate, zoneSip), shows({})], 'not-applicable'],
  ['Unified CM', [shows(otherCertificate, uds), shows({})], 'not judged'],
  ['no certificate on 8443', [shows({}, edgeSip), showsNothing(edgeHttps)], 'unknown'],
  ['8443 not looked at', [shows({}, edgeSip), notLooked(edgeHttps)], 'unknown'],
  ['no certificate on 5061', [showsNothing(edgeSip), shows({})], 'unknown'],
  ['not looked', [notLooked(edgeSip), shows({})], 'unknown'],
])('%s', (_, observed, expected) => {
  expect(outcome(judge(portsAgree, round({}, observed), observed[0]!.subject))).toBe(expected);
});

test.each<[string, Parameters<typeof shows>[0], string]>([
  ['names', { names: { dns: ['asa'] } }, '5061 (asa) than on 8443 (expe1.example.com, example.com)'],
  ['issuer', { issuer: 'CN=Old CA' }, '5061 (from CN=Old CA) than on 8443 (from CN=Example Issuing CA 3)'],
  [
    'dates',
    { notAfter: '2026-12-31T00:00:00.000Z' },
    '5061 (until 2026-12-31) than on 8443 (until 2027-11-03)',
  ],
  ['serial number', { serial: '0B' }, '5061 (serial number 0B) than on 8443 (serial number 0A)'],
])('the sentence tells them apart by %s', (_, facts, words) => {
  const observed = [shows({ ...facts, ...otherCertificate }, edgeSip), shows({})];
  expect(judge(portsAgree, round({}, observed), edgeSip)).toMatchObject({
    findings: [{ message: `expe1.example.com shows another certificate on port ${words}` }],
  });
});
