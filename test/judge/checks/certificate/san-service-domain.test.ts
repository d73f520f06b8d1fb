import { expect, test } from 'vitest';
import { sanServiceDomain } from '../../../../src/judge/checks/certificate/san-service-domain.ts';
import { judge, outcome, round, type Seen } from '../../round.ts';
import { edgeSip, notLooked, shows, showsNothing, uds, zoneSip } from './shown.ts';

const names = (...dns: string[]) => ({ names: { dns } });
const srv = (...srv: string[]) => ({ names: { dns: ['expe1.example.com'], srv } });
const host = 'expe1.example.com';

test.each<[string, Seen, string]>([
  ['the domain', shows(names(host, 'example.com')), 'pass'],
  ['the domain in other letter case', shows(names(host, 'Example.COM')), 'pass'],
  ['the domain after collab-edge.', shows(names(host, 'collab-edge.example.com')), 'pass'],
  ['the SRV name', shows(srv('_collab-edge._tls.example.com')), 'pass'],
  ['another SRV name', shows(srv('_xmpp-server.example.com')), 'fail CERT_SAN_DOMAIN_MISSING'],
  ['only the host', shows(names(host)), 'fail CERT_SAN_DOMAIN_MISSING'],
  ['only the host on 5061', shows(names(host), edgeSip), 'fail CERT_SAN_DOMAIN_MISSING'],
  ['a wildcard that covers collab-edge.', shows(names('*.example.com')), 'pass'],
  ['another domain', shows(names(host, 'example.net')), 'fail CERT_SAN_DOMAIN_MISSING'],
  ['towards Expressway-C', shows(names(host), zoneSip), 'not-applicable'],
  ['Unified CM', shows(names(host), uds), 'not judged'],
  ['no certificate', showsNothing(), 'unknown'],
  ['not looked', notLooked(), 'unknown'],
])('%s', (_, observed, expected) => {
  expect(outcome(judge(sanServiceDomain, round({}, [observed])))).toBe(expected);
});

test('of several domains the missing ones are named', () => {
  const domains = ['example.com', 'example.net', 'example.org'];
  const judgement = judge(sanServiceDomain, round({ domains }, [shows(names(host, 'example.net'))]));
  expect(judgement).toMatchObject({
    findings: [
      {
        message:
          'expe1.example.com:8443 shows a certificate without the service domain example.com, example.org',
        evidence: { certificate: 'AA01', domains: ['example.com', 'example.org'] },
      },
    ],
  });
});

test.each([
  ['X8.2', 'example.com', 'fail CERT_SAN_DOMAIN_MISSING'],
  ['X8.2', 'collab-edge.example.com', 'pass'],
  ['X8.10', 'example.com', 'pass'],
])('%s with %s', (version, name, expected) => {
  const facts = { versions: { expressway_e: version } };
  expect(outcome(judge(sanServiceDomain, round(facts, [shows(names(host, name))])))).toBe(expected);
});
