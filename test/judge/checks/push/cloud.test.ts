import { expect, test } from 'vitest';
import { cloud } from '../../../../src/judge/checks/push/cloud.ts';
import type { ServiceSubject } from '../../../../src/model/subject.ts';
import { dnsFailed, nodata, nxdomain, tcpFailed, tcpOpen, tlsOk } from '../../readings.ts';
import { domain, judge, node, outcome, round, type Seen, seen, service } from '../../round.ts';

const host = node('push.example.net', 'push_service');
const at = (address: string): ServiceSubject =>
  service({
    ...{ role: 'push_service', host: 'push.example.net', address, port: 443, expected: 'any' },
    purpose: 'push',
  });
const [one, two] = [at('192.0.2.81'), at('192.0.2.82')];
const open = (subject: ServiceSubject) => [seen(subject, 'tcp', tcpOpen()), seen(subject, 'tls', tlsOk())];
const closed = (subject: ServiceSubject, state: 'refused' | 'filtered' | 'unreachable' | 'reset') => [
  seen(subject, 'tcp', tcpFailed(state)),
];
const intercepted = [
  seen(one, 'tcp', tcpOpen()),
  seen(one, 'tls', tlsOk({ failure: { stage: 'tls', reason: 'eof', blame: 'target' } })),
];
const unseen: Seen = { subject: two, need: 'tcp', skipped: 'not yet' };
const silence = seen(domain(), 'dns:public:srv/collab-edge', dnsFailed('timeout'));
const answers = (reading: ReturnType<typeof nxdomain>) =>
  (['a', 'aaaa'] as const).map(type => seen(host, `dns:public:address/${type}`, reading));

test.each<[string, readonly Seen[], string]>([
  ['reached', open(one), 'pass'],
  ['reached at one of two addresses', [...closed(one, 'filtered'), ...open(two)], 'pass'],
  ['silent', closed(one, 'filtered'), 'fail PUSH_CLOUD_UNREACHABLE'],
  ['refused', closed(one, 'refused'), 'fail PUSH_CLOUD_UNREACHABLE'],
  ['reset', closed(one, 'reset'), 'fail PUSH_CLOUD_UNREACHABLE'],
  ['unreachable', closed(one, 'unreachable'), 'fail PUSH_CLOUD_UNREACHABLE'],
  ['silent at both', [...closed(one, 'filtered'), ...closed(two, 'filtered')], 'fail PUSH_CLOUD_UNREACHABLE'],
  ['no TLS', intercepted, 'fail PUSH_CLOUD_UNREACHABLE'],
  ['one address not looked at', [...closed(one, 'filtered'), unseen], 'unknown'],
  ['nothing comes back from anywhere', [...closed(one, 'filtered'), silence], 'unknown'],
  ['no such name', answers(nxdomain()), 'fail PUSH_CLOUD_UNREACHABLE'],
  ['no address', answers(nodata()), 'fail PUSH_CLOUD_UNREACHABLE'],
  ['the name is not known yet', [], 'unknown'],
])('%s', (_when, observed, expected) => {
  expect(outcome(judge(cloud, round({}, observed, [host]), host))).toBe(expected);
});

test('other hosts are not judged', () => {
  expect(outcome(judge(cloud, round({}, [], [node()])))).toBe('not judged');
});
