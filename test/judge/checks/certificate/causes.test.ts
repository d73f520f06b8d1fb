import { expect, test } from 'vitest';
import { checks } from '../../../../src/judge/checks/index.ts';
import { diagnose } from '../../../../src/judge/diagnose.ts';
import { judgeRound } from '../../../../src/judge/judge.ts';
import { certificate } from '../../readings.ts';
import { node, round, type Seen, service } from '../../round.ts';
import {
  cucmSip,
  edgeHttps,
  edgeSip,
  incomplete,
  issuing,
  root,
  selfSigned,
  sends,
  shows,
  uds,
  untrusted,
} from './shown.ts';

const certificateChecks = checks.filter(({ id }) => id.startsWith('certificate/'));
const cucm = node('cucm1.example.com', 'unified_cm');
const leaf = certificate();
const past = { notAfter: '2026-01-01T00:00:00.000Z' };
const asa = { names: { dns: [] }, commonName: 'asa', subject: 'CN=asa', issuer: 'CN=asa', selfSigned: true };
const twin = (fingerprint: string) => ({
  fingerprint,
  subject: 'CN=cucm1.example.com',
  commonName: 'cucm1.example.com',
  issuer: 'CN=cucm1.example.com',
  selfSigned: true,
  names: { dns: ['cucm1.example.com'] },
});
const expe2 = { host: 'expe2.example.com', address: '198.51.100.12' };

/** Codes of the causes, each with the number of findings that it explains. */
function causes(...observed: Seen[]): string[] {
  const seenRound = round({ versions: { expressway_e: 'X15.0' } }, observed, [cucm]);
  const { causes } = diagnose(seenRound, judgeRound(seenRound, certificateChecks), certificateChecks);
  return causes.map(({ code, findings }) => `${code} ${findings.length}`);
}

test.each<[string, Seen[], string[]]>([
  ['everything in order', [shows({}), shows({}, edgeSip)], []],
  [
    'expired on every port',
    [
      shows(past, edgeHttps, { verification: { trusted: false, code: 'CERT_HAS_EXPIRED' } }),
      shows(past, edgeSip),
    ],
    ['CERT_EXPIRED 2'],
  ],
  [
    'expired and replaced on 8443 only',
    [shows({ ...past, fingerprint: 'OLD' }, edgeSip), shows({})],
    ['CERT_EXPIRED 1'],
  ],
  ['self-signed', [shows(selfSigned, edgeHttps, { path: untrusted })], ['CERT_SELF_SIGNED 1']],
  [
    'self-signed as delivered, without any name',
    [
      shows(
        { ...selfSigned, names: { dns: ['expe1.example.com'] }, extendedKeyUsage: ['1.3.6.1.5.5.7.3.1'] },
        edgeHttps,
        { path: untrusted },
      ),
    ],
    ['CERT_SELF_SIGNED 1'],
  ],
  ['incomplete', [sends([leaf], incomplete)], ['CERT_CHAIN_INCOMPLETE 1']],
  ['untrusted', [sends([leaf, issuing, root], untrusted)], ['CERT_ISSUER_UNTRUSTED 1']],
  [
    'the certificate of another host',
    [shows({ names: { dns: ['www.example.net'] } })],
    ['CERT_HOST_MISMATCH 1'],
  ],
  [
    'a certificate without the domain',
    [shows({ names: { dns: ['expe1.example.com'] } })],
    ['CERT_SAN_DOMAIN_MISSING 1'],
  ],
  [
    'a firewall answers on 5061',
    [shows({}), shows({ ...asa, fingerprint: 'EE05' }, edgeSip, { path: untrusted })],
    ['CERT_HOST_MISMATCH 1'],
  ],
  [
    'another sound certificate on 5061',
    [shows({}), shows({ fingerprint: 'EE05' }, edgeSip)],
    ['CERT_PORTS_DIFFER 1'],
  ],
  [
    'one fault on two peers',
    [
      shows({ extendedKeyUsage: ['1.3.6.1.5.5.7.3.1'] }),
      shows(
        { extendedKeyUsage: ['1.3.6.1.5.5.7.3.1'], names: { dns: [expe2.host, 'example.com'] } },
        service(expe2),
      ),
    ],
    ['CERT_EKU_CLIENT_MISSING 2'],
  ],
  [
    'self-signed twins',
    [shows(twin('A'), uds, { path: untrusted }), shows(twin('B'), cucmSip, { path: untrusted })],
    ['CERT_SELF_SIGNED_TWINS 1'],
  ],
])('%s is one cause', (_, observed, expected) => {
  expect(causes(...observed)).toEqual(expected);
});
