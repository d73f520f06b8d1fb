import { describe, expect, test } from 'vitest';
import type { SurveyReading } from '../../../../probes/index.ts';
import { ecdsa } from '../../../../src/judge/checks/certificate/ecdsa.ts';
import { status } from '../../../../src/judge/checks/certificate/status.ts';
import { withoutName } from '../../../../src/judge/checks/certificate/without-name.ts';
import { clientCertificate } from '../../../../src/judge/checks/tls/client-certificate.ts';
import { dhGroup } from '../../../../src/judge/checks/tls/dh-group.ts';
import { encrypted } from '../../../../src/judge/checks/tls/encrypted.ts';
import { oldVersions } from '../../../../src/judge/checks/tls/old-versions.ts';
import type { AnyCheck } from '../../../../src/judge/judge.ts';
import type { ServiceSubject } from '../../../../src/model/subject.ts';
import { certificate, shown, surveyed } from '../../readings.ts';
import { atRound, judge, outcome, round, type Seen, seen } from '../../round.ts';
import { cucmSip, edgeHttps, edgeSip, uds, zoneSip } from '../certificate/shown.ts';

type Facts = { [K in keyof SurveyReading]?: SurveyReading[K] | undefined };

/** When, what the survey read, the verdict, and where it was if not on 5061 of Unified CM. */
type Row = [when: string, facts: Facts, expected: string, at?: ServiceSubject];

const untold: Facts = {
  accepted: [],
  refused: [],
  rsa: undefined,
  ecdsa: undefined,
  withoutName: undefined,
  dhBits: undefined,
  stapled: undefined,
  withoutCertificate: {},
};

function verdicts(check: AnyCheck, rows: Row[]) {
  describe(check.id, () => {
    test.each<Row>(rows)('%s', (_when, facts, expected, at = cucmSip) => {
      const reading = seen(at, 'survey', surveyed(facts));
      expect(outcome(judge(check, round({}, [reading])))).toBe(expected);
    });
    test('not looked', () => {
      const skipped: Seen = { subject: zoneSip, need: 'survey', skipped: 'no address' };
      const judgement = outcome(judge(check, round({}, [skipped])));
      expect(judgement).toBe('unknown');
    });
  });
}

verdicts(dhGroup, [
  ['no such group', { dhBits: 'none' }, 'pass'],
  ['2048 bits', { dhBits: 2048 }, 'pass'],
  ['2047 bits', { dhBits: 2047 }, 'fail TLS_DH_BELOW_2048'],
  ['1024 bits', { dhBits: 1024 }, 'fail TLS_DH_BELOW_2048'],
  ['1023 bits', { dhBits: 1023 }, 'fail TLS_DH_SHORT'],
  ['768 bits', { dhBits: 768 }, 'fail TLS_DH_SHORT'],
  ['TLS 1.3 only', { dhBits: undefined, accepted: ['TLSv1.3'], refused: ['TLSv1.2'] }, 'pass'],
  ['nothing seen', untold, 'unknown'],
]);

verdicts(oldVersions, [
  ['1.2 and 1.3 only', {}, 'pass'],
  ['1.1 too', { accepted: ['TLSv1.1', 'TLSv1.2'], refused: ['TLSv1'] }, 'fail TLS_OLD_ACCEPTED'],
  ['nothing newer', { accepted: ['TLSv1'], refused: ['TLSv1.2', 'TLSv1.3'] }, 'not-applicable'],
  ['1.0 untold', { refused: ['TLSv1.1'] }, 'unknown'],
  ['nothing seen', untold, 'unknown'],
]);

verdicts(encrypted, [
  ['suites that encrypt', {}, 'pass'],
  ['none of them', { ...untold, unencrypted: true }, 'fail TLS_NOT_ENCRYPTED'],
  ['nothing at all', { ...untold, unencrypted: false }, 'unknown'],
  ['nothing seen', untold, 'unknown'],
]);

const required = { 'TLSv1.2': 'required', 'TLSv1.3': 'required' } as const;
const notRequested = { 'TLSv1.2': 'not-requested', 'TLSv1.3': 'not-requested' } as const;
verdicts(clientCertificate, [
  ['the zone demands one', { withoutCertificate: required }, 'pass', zoneSip],
  ['the zone asks for one', { withoutCertificate: { 'TLSv1.2': 'requested' } }, 'pass', zoneSip],
  [
    'the zone asks for none',
    { withoutCertificate: notRequested },
    'fail TLS_CLIENT_CERTIFICATE_NOT_REQUESTED',
    zoneSip,
  ],
  ['the edge asks for none', { withoutCertificate: notRequested }, 'pass', edgeHttps],
  ['the edge asks for one', { withoutCertificate: { 'TLSv1.3': 'requested' } }, 'pass', edgeSip],
  [
    'the edge demands one',
    { withoutCertificate: required },
    'fail TLS_CLIENT_CERTIFICATE_DEMANDED',
    edgeHttps,
  ],
  [
    'the edge demands one from old clients',
    { withoutCertificate: { 'TLSv1.2': 'required', 'TLSv1.3': 'requested' } },
    'fail TLS_CLIENT_CERTIFICATE_DEMANDED',
    edgeSip,
  ],
  ['Unified CM', { withoutCertificate: required }, 'not judged', cucmSip],
  ['nothing seen', untold, 'unknown', edgeHttps],
]);

const untrusted = { end: 'untrusted-root', endName: 'CN=cucm1', suppliedByStore: [], inOrder: true } as const;
const selfSigned = shown(certificate({ fingerprint: 'EC01', selfSigned: true }), untrusted);
const ofLab = shown(certificate({ fingerprint: 'EC02' }), { ...untrusted, end: 'incomplete' });
verdicts(ecdsa, [
  ['no ECDSA certificate', { ecdsa: 'none' }, 'pass'],
  ['a trusted one', { ecdsa: shown(certificate({ fingerprint: 'EC03' })) }, 'pass'],
  ['a self-signed one', { ecdsa: selfSigned }, 'fail CERT_ECDSA_SELF_SIGNED'],
  ['one of an unknown authority', { ecdsa: ofLab }, 'fail CERT_ECDSA_UNTRUSTED'],
  ['no other one', { rsa: 'none', ecdsa: selfSigned }, 'not-applicable'],
  ['RSA not trusted either', { rsa: ofLab, ecdsa: selfSigned }, 'not-applicable'],
  ['nothing seen', untold, 'unknown'],
]);

verdicts(withoutName, [
  ['the same', {}, 'pass'],
  ['the ECDSA one', { ecdsa: selfSigned, withoutName: selfSigned }, 'pass'],
  ['another', { withoutName: ofLab }, 'fail CERT_SNI_DIFFERS'],
  ['none', { withoutName: 'none' }, 'pass'],
  ['no name to send', { serverName: '', withoutName: undefined }, 'not-applicable'],
  ['none by name', { rsa: 'none', ecdsa: 'none' }, 'unknown'],
  ['nothing seen', untold, 'unknown'],
]);

const thisUpdate = '2026-11-19T00:00:00.000Z';
verdicts(status, [
  ['good', { stapled: { status: 'good', thisUpdate, nextUpdate: '2026-11-25T00:00:00.000Z' } }, 'pass', uds],
  ['good without end', { stapled: { status: 'good', thisUpdate } }, 'pass'],
  ['to be renewed just now', { stapled: { status: 'good', thisUpdate, nextUpdate: atRound } }, 'pass'],
  [
    'to have been renewed',
    { stapled: { status: 'good', thisUpdate, nextUpdate: '2026-11-20T11:59:59.000Z' } },
    'fail CERT_STATUS_OUTDATED',
  ],
  ['revoked', { stapled: { status: 'revoked', thisUpdate } }, 'fail CERT_REVOKED'],
  ['none', { stapled: 'none' }, 'not-applicable'],
  ['unreadable', { stapled: 'unreadable' }, 'not-applicable'],
  ['nothing seen', untold, 'not-applicable'],
]);
