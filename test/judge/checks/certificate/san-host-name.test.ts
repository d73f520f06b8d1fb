import { expect, test } from 'vitest';
import { sanHostName } from '../../../../src/judge/checks/certificate/san-host-name.ts';
import { judge, outcome, round, type Seen, service } from '../../round.ts';
import { notLooked, shows, showsNothing, uds, zoneClosed, zoneSip } from './shown.ts';

const names = (...dns: string[]) => ({ names: { dns } });
const refused = { stage: 'tls', reason: 'client-certificate-required', blame: 'target' } as const;
const byAddress = (host: string) =>
  service({ role: 'unified_cm', host, address: host, purpose: 'uds-https' });

test.each<[string, Seen, string]>([
  ['its own name', shows({}), 'pass'],
  ['its own name in other letter case', shows(names('EXPE1.Example.COM')), 'pass'],
  ['a wildcard for its label', shows(names('*.example.com')), 'pass'],
  ['a wildcard two labels up', shows(names('*.com')), 'fail CERT_HOST_MISMATCH'],
  ['another name', shows(names('expe2.example.com')), 'fail CERT_HOST_MISMATCH'],
  ['its name as CN beside other SANs', shows(names('example.com')), 'fail CERT_HOST_MISMATCH'],
  ['its name as CN without any SAN', shows(names()), 'pass'],
  ['no name at all', shows({ ...names(), commonName: undefined }), 'fail CERT_HOST_MISMATCH'],
  ['inside, another name', shows({}, uds), 'fail CERT_HOST_MISMATCH'],
  ['an address, listed', shows({ names: { dns: [], ip: ['10.0.0.31'] } }, byAddress('10.0.0.31')), 'pass'],
  ['an address, not listed', shows({}, byAddress('10.0.0.31')), 'fail CERT_HOST_MISMATCH'],
  [
    'an IPv6 address in another spelling',
    shows({ names: { dns: [], ip: ['2001:DB8:0:0:0:0:0:1'] } }, byAddress('2001:db8::1')),
    'pass',
  ],
  ['a port that demands a client certificate', shows({}, zoneSip, { failure: refused }), 'pass'],
  ['a port that has to be closed', shows(names('x.example.net'), zoneClosed), 'not-applicable'],
  ['no certificate', showsNothing(), 'unknown'],
  ['not looked', notLooked(), 'unknown'],
])('%s', (_, observed, expected) => {
  expect(outcome(judge(sanHostName, round({}, [observed])))).toBe(expected);
});

test('the sentence names a few of many names, the evidence all', () => {
  const many = ['a', 'b', 'c', 'd', 'e', 'f'].map(label => `${label}.example.net`);
  const judgement = judge(sanHostName, round({}, [shows(names(...many))]));
  const finding = judgement?.verdict === 'fail' ? judgement.findings[0]! : undefined;
  expect(finding?.message).toBe(
    'expe1.example.com:8443 shows a certificate that is made out to a.example.net, b.example.net, c.example.net, d.example.net and 2 more, not to expe1.example.com',
  );
  expect(finding?.evidence).toMatchObject({ certificate: 'AA01', names: many, wanted: 'expe1.example.com' });
});
