import { expect, test } from 'vitest';
import { collabEdgePort } from '../../../../src/judge/checks/dns/collab-edge-port.ts';
import { answer, dnsFailed, nxdomain, srv } from '../../readings.ts';
import { domain, judge, outcome, round, type Seen, seen } from '../../round.ts';

const need = 'dns:public:srv/collab-edge';
const asked = (...records: Parameters<typeof answer>) => seen(domain(), need, answer(...records));

test.each<[string, Seen[], string]>([
  ['8443 everywhere', [asked(srv('expe1.example.com'), srv('expe2.example.com'))], 'pass'],
  [
    'one of two on 443',
    [asked(srv('expe1.example.com'), srv('expe2.example.com', { port: 443 }))],
    'fail DNS_COLLAB_EDGE_PORT_WRONG',
  ],
  ['no record', [seen(domain(), need, nxdomain())], 'not-applicable'],
  ['target "."', [asked(srv('', { port: 0 }))], 'not-applicable'],
  ['the resolver is silent', [seen(domain(), need, dnsFailed('timeout'))], 'unknown'],
  ['not looked', [{ subject: domain(), need, skipped: 'the resolver is silent' }], 'unknown'],
  ['not asked from here', [], 'not judged'],
])('%s', (_, observed, expected) => {
  expect(outcome(judge(collabEdgePort, round({}, observed)))).toBe(expected);
});
