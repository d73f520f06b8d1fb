import { describe, expect, test } from 'vitest';
import type { HttpReading, MutualTlsReading, UdsReading } from '../../../../probes/index.ts';
import { udsNames } from '../../../../src/judge/checks/certificate/uds-names.ts';
import { axl } from '../../../../src/judge/checks/inside/axl.ts';
import { axlImPresence } from '../../../../src/judge/checks/inside/axl-im-presence.ts';
import { challenge } from '../../../../src/judge/checks/inside/challenge.ts';
import { insideHttp } from '../../../../src/judge/checks/inside/http.ts';
import { clientCertificateAccepted } from '../../../../src/judge/checks/tls/client-certificate-accepted.ts';
import type { Failure } from '../../../../src/model/failure.ts';
import type { ServiceSubject } from '../../../../src/model/subject.ts';
import { httpAnswer, mutualTls, udsAnswer } from '../../readings.ts';
import { deploymentSubject, judge, outcome, round, type Seen, seen, service } from '../../round.ts';
import { cucmSip, shows, uds, zoneSip } from '../certificate/shown.ts';

const names = { dns: ['cucm1.example.com'] };
const second = service({ ...uds, host: 'cucm2.example.com', address: '10.0.0.32' });
const files = service({ ...uds, port: 6972, purpose: 'tftp-https' });
const soap = service({
  ...{ role: 'im_presence', host: 'imp1.example.com', address: '10.0.0.41' },
  purpose: 'soap-https',
});
const late: Failure = { stage: 'response', reason: 'timeout', blame: 'target' };

describe('certificate/uds-names', () => {
  test.each<[string, UdsReading, Seen[], string]>([
    ['its full name', udsAnswer(), [shows({ names }, uds)], 'pass'],
    ['in other letter case', udsAnswer({ servers: ['CUCM1.example.com'] }), [shows({ names }, uds)], 'pass'],
    [
      'its host name only',
      udsAnswer({ servers: ['cucm1'] }),
      [shows({ names }, uds)],
      'fail UDS_NAME_NOT_IN_CERTIFICATE',
    ],
    [
      'its host name, which is in the certificate',
      udsAnswer({ servers: ['cucm1'] }),
      [shows({ names: { dns: ['cucm1'] } }, uds)],
      'pass',
    ],
    [
      'its address',
      udsAnswer({ servers: ['10.0.0.31'] }),
      [shows({ names }, uds)],
      'fail UDS_NAME_NOT_IN_CERTIFICATE',
    ],
    [
      'its address, which is in the certificate',
      udsAnswer({ servers: ['10.0.0.31'] }),
      [shows({ names: { ip: ['10.0.0.31'] } }, uds)],
      'pass',
    ],
    ['other nodes only', udsAnswer({ servers: ['cucm9'] }), [shows({ names }, uds)], 'pass'],
    ['no certificate seen', udsAnswer(), [], 'unknown'],
    ['no list', { version: '15.0.1' }, [shows({ names }, uds)], 'unknown'],
  ])('%s', (_when, reading, more, expected) => {
    expect(outcome(judge(udsNames, round({}, [seen(uds, 'uds', reading), ...more]), uds))).toBe(expected);
  });
});

describe('inside/axl', () => {
  const one = (axlStatus: number) => seen(uds, 'uds', udsAnswer({ axlStatus }));
  const other = (axlStatus: number) => seen(second, 'uds', udsAnswer({ axlStatus }));
  const silent = seen(second, 'uds', { failure: late });
  test.each<[string, Seen[], string]>([
    ['on both', [one(401), other(401)], 'pass'],
    ['on one', [one(404), other(401)], 'pass'],
    ['on one, the other does not answer', [one(401), silent], 'pass'],
    ['on none', [one(404), other(503)], 'fail UCM_AXL_NOT_RUNNING'],
    ['one does not answer', [one(404), silent], 'unknown'],
    ['not looked at', [], 'not-applicable'],
  ])('%s', (_when, observed, expected) => {
    expect(outcome(judge(axl, round({}, observed), deploymentSubject))).toBe(expected);
  });
});

describe('inside/axl-im-presence', () => {
  const at = (host: string) => service({ role: 'im_presence', host, purpose: 'axl-https', expected: 'any' });
  const [first, other] = [at('imp1.example.com'), at('imp2.example.com')];
  const says = (subject: ServiceSubject, status: number) => seen(subject, 'http', httpAnswer(status));
  const { status: _status, ...mute } = httpAnswer(0, { failure: late });
  test.each<[string, Seen[], string]>([
    ['on both', [says(first, 401), says(other, 401)], 'pass'],
    ['on one', [says(first, 404), says(other, 401)], 'pass'],
    ['forbidden is running', [says(first, 403)], 'pass'],
    ['on one, the other does not answer', [says(first, 401), seen(other, 'http', mute)], 'pass'],
    ['on none', [says(first, 404), says(other, 503)], 'fail IMP_AXL_NOT_RUNNING'],
    ['one does not answer', [says(first, 404), seen(other, 'http', mute)], 'unknown'],
    ['SOAP only', [says(soap, 404)], 'not-applicable'],
  ])('%s', (_when, observed, expected) => {
    expect(outcome(judge(axlImPresence, round({}, observed), deploymentSubject))).toBe(expected);
  });
});

describe('inside/challenge', () => {
  const wants = (challenge: string) => httpAnswer(401, { headers: { 'www-authenticate': challenge } });
  test.each<[string, HttpReading, string]>([
    ['Basic', wants('Basic realm="Cisco Web Services Realm"'), 'pass'],
    ['NTLM', wants('NTLM'), 'fail INSIDE_NTLM_ONLY'],
    ['Negotiate', wants('Negotiate'), 'fail INSIDE_NTLM_ONLY'],
    ['both, joined', wants('Negotiate, NTLM'), 'fail INSIDE_NTLM_ONLY'],
    ['Negotiate with a token', wants('Negotiate oYG2MIGzoAMKAQ=='), 'fail INSIDE_NTLM_ONLY'],
    ['NTLM or Basic', wants('NTLM, Basic realm="a, NTLM b"'), 'pass'],
    ['Digest', wants('Digest realm="NTLM", nonce="x", qop="auth"'), 'pass'],
    ['nothing that can be read', wants('='), 'pass'],
    ['401 without a challenge', httpAnswer(401, { headers: {} }), 'not-applicable'],
    ['a page for everybody', httpAnswer(200), 'not-applicable'],
  ])('%s', (_when, reading, expected) => {
    const page = service({ ...soap, role: 'web_server', purpose: 'page', expected: 'any' });
    for (const at of [soap, page])
      expect(outcome(judge(challenge, round({}, [seen(at, 'http', reading)]), at))).toBe(expected);
  });
  test('of what has to be closed, and of the edge, nothing is said', () => {
    const closed = service({ ...soap, expected: 'closed' });
    expect(outcome(judge(challenge, round({}, [seen(closed, 'http', wants('NTLM'))])))).toBe(
      'not-applicable',
    );
    expect(outcome(judge(challenge, round({}, [seen(service(), 'http', wants('NTLM'))])))).toBe('not judged');
  });
});

describe('inside/http', () => {
  const { status: _status, ...unanswered } = httpAnswer(0);
  test.each<[string, ServiceSubject, HttpReading, string]>([
    ['200', files, httpAnswer(200), 'pass'],
    ['a redirect', files, httpAnswer(302), 'pass'],
    ['401', soap, httpAnswer(401), 'pass'],
    ['no such file', files, httpAnswer(404), 'pass'],
    ['500 from SOAP', soap, httpAnswer(500), 'pass'],
    ['500 from others', files, httpAnswer(500), 'fail INSIDE_HTTP_UNAVAILABLE'],
    ['503', soap, httpAnswer(503), 'fail INSIDE_HTTP_UNAVAILABLE'],
    ['silence', files, { ...unanswered, failure: late }, 'fail INSIDE_HTTP_SILENT'],
    ['nothing asked', files, { ...unanswered, failure: { ...late, stage: 'tls' } }, 'unknown'],
    ['to be closed', service({ ...files, expected: 'closed' }), httpAnswer(503), 'not-applicable'],
    ['the edge', service(), httpAnswer(503), 'not judged'],
  ])('%s', (_when, at, reading, expected) => {
    expect(outcome(judge(insideHttp, round({}, [seen(at, 'http', reading)]), at))).toBe(expected);
  });
});

describe('tls/client-certificate-accepted', () => {
  test.each<[string, MutualTlsReading, string]>([
    ['accepted', mutualTls(), 'pass'],
    ['not asked for', mutualTls({ outcome: 'not-requested' }), 'not-applicable'],
    ['refused', mutualTls({ outcome: 'refused', refusal: 'unknown ca' }), 'fail CLIENT_CERTIFICATE_REFUSED'],
    ['refused without a word', mutualTls({ outcome: 'refused' }), 'fail CLIENT_CERTIFICATE_REFUSED'],
    ['no handshake', { failure: late }, 'unknown'],
  ])('%s', (_when, reading, expected) => {
    for (const at of [zoneSip, cucmSip])
      expect(outcome(judge(clientCertificateAccepted, round({}, [seen(at, 'mutual', reading)]), at))).toBe(
        expected,
      );
  });
});
