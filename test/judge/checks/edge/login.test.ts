import { describe, expect, test } from 'vitest';
import type { LoginReading } from '../../../../probes/index.ts';
import { configNames } from '../../../../src/judge/checks/edge/config-names.ts';
import { configUds } from '../../../../src/judge/checks/edge/config-uds.ts';
import { cookieDomain } from '../../../../src/judge/checks/edge/cookie-domain.ts';
import { login } from '../../../../src/judge/checks/edge/login.ts';
import { edgeUds } from '../../../../src/judge/checks/edge/uds.ts';
import type { AnyCheck } from '../../../../src/judge/judge.ts';
import type { Deployment } from '../../../../src/model/deployment.ts';
import { answer, edgeConfig, signedIn, srv, turnedAway } from '../../readings.ts';
import { deployment, domain, judge, outcome, round, type Seen, seen, service } from '../../round.ts';

const edge = service();
type Row = [when: string, reading: LoginReading, expected: string, facts?: Partial<Deployment>];

function verdicts(check: AnyCheck, rows: Row[]) {
  describe(check.id, () => {
    const record = seen(domain(), 'dns:public:srv/collab-edge', answer(srv('expe2.example.com')));
    test.each<Row>(rows)('%s', (_when, reading, expected, facts = {}) => {
      const observed = [seen(edge, 'login', reading), record];
      expect(outcome(judge(check, round(facts, observed), edge))).toBe(expected);
    });
    test('not looked', () => {
      const skipped: Seen = { subject: edge, need: 'login', skipped: 'the test user was refused' };
      expect(outcome(judge(check, round({}, [skipped]), edge))).toBe('unknown');
    });
    test('no test user', () => {
      expect(outcome(judge(check, round({}, [record], [edge]), edge))).toBe('not judged');
    });
  });
}

const { config: _config, ...unreadable } = signedIn();
verdicts(login, [
  ['let in', signedIn(), 'pass'],
  ['refused', turnedAway(401), 'fail EDGE_USER_REFUSED'],
  ['forbidden', turnedAway(403), 'fail EDGE_USER_FORBIDDEN'],
  ['too many', turnedAway(429), 'fail EDGE_LOGIN_FAILED'],
  ['an error inside', turnedAway(500), 'fail EDGE_LOGIN_FAILED'],
  ['something else than a configuration', unreadable, 'fail EDGE_LOGIN_FAILED'],
  ['no password sent', turnedAway(undefined, { withheld: true }), 'not-applicable'],
  ['no answer', turnedAway(), 'unknown'],
]);

const named = (name: string, part: 'sip' | 'xmpp' | 'http') =>
  signedIn({ config: { ...edgeConfig, [part]: [{ name, port: 1 }] } });
const { nodes } = deployment();
verdicts(configNames, [
  ['its own name', signedIn(), 'pass'],
  ['in other letter case', named('EXPE1.Example.com', 'sip'), 'pass'],
  ['another target of the record', named('expe2.example.com', 'xmpp'), 'pass'],
  [
    'a declared peer',
    named('expe3.example.com', 'http'),
    'pass',
    { nodes: { ...nodes, expressway_e: [{ name: 'expe3.example.com' }] } },
  ],
  ['another name for SIP', named('edge.inside.example.com', 'sip'), 'fail EDGE_CONFIG_NAME_DIFFERS'],
  ['another name for XMPP', named('edge.inside.example.com', 'xmpp'), 'fail EDGE_CONFIG_NAME_DIFFERS'],
  ['an address', named('198.51.100.11', 'http'), 'fail EDGE_CONFIG_NAME_DIFFERS'],
  ['no XMPP at all', signedIn({ config: { ...edgeConfig, xmpp: [] } }), 'pass'],
  ['refused', turnedAway(401), 'not-applicable'],
]);

const cookie = (of: string | undefined) =>
  signedIn({ cookie: { ...(of !== undefined && { domain: of }), secure: true, httpOnly: true } });
const { cookie: _cookie, ...withoutCookie } = signedIn();
verdicts(cookieDomain, [
  ['its domain', cookie('example.com'), 'pass'],
  ['its name', cookie('expe1.example.com'), 'pass'],
  ['no domain', cookie(undefined), 'pass'],
  ['another domain', cookie('example.net'), 'fail EDGE_COOKIE_DOMAIN'],
  ['a domain below', cookie('inside.example.com'), 'fail EDGE_COOKIE_DOMAIN'],
  ['the end of its name, but not at a dot', cookie('ample.com'), 'fail EDGE_COOKIE_DOMAIN'],
  ['no cookie', withoutCookie, 'pass'],
  ['refused', turnedAway(401), 'not-applicable'],
]);

const nameError = { name: '_cisco-uds', servers: [], error: 'NameError' };
const withError = signedIn({ config: { ...edgeConfig, inside: [nameError] } });
const release = (version: string) => ({ versions: { expressway_c: version } });
verdicts(configUds, [
  ['servers by record', signedIn(), 'pass'],
  ['the user server only, X15', withError, 'pass', release('X15.0.3')],
  ['the user server only, X12.5', withError, 'pass', release('X12.5')],
  ['the user server only, X8.11', withError, 'fail EDGE_CONFIG_NO_UDS', release('X8.11.4')],
  ['the user server only, version not known', withError, 'pass'],
  [
    'none at all',
    signedIn({ config: { ...edgeConfig, inside: [nameError], uds: [] } }),
    'fail EDGE_CONFIG_NO_UDS',
  ],
  [
    'not even a word of it',
    signedIn({ config: { ...edgeConfig, inside: [], uds: [] } }),
    'fail EDGE_CONFIG_NO_UDS',
  ],
  ['refused', turnedAway(401), 'not-applicable'],
]);

const asked = (uds: Partial<NonNullable<LoginReading['uds']>>) =>
  signedIn({ uds: { name: 'cucm1.example.com', ...uds } });
verdicts(edgeUds, [
  ['known', signedIn(), 'pass'],
  ['unknown', asked({ status: 200, home: { found: false } }), 'fail EDGE_USER_NO_HOME_CLUSTER'],
  ['an answer that is none', asked({ status: 200 }), 'unknown'],
  ['502', asked({ status: 502 }), 'fail EDGE_UDS_FAILED'],
  [
    'no answer',
    asked({ failure: { stage: 'response', reason: 'timeout', blame: 'target' } }),
    'fail EDGE_UDS_FAILED',
  ],
  ['refused', turnedAway(401), 'not-applicable'],
]);
