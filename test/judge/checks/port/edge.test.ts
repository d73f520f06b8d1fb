import { expect, test } from 'vitest';
import type { TcpReading } from '../../../../probes/index.ts';
import { edge } from '../../../../src/judge/checks/port/edge.ts';
import { dnsFailed, tcpFailed, tcpOpen } from '../../readings.ts';
import { domain, judge, outcome, round, type Seen, seen, service } from '../../round.ts';

const host = (name: string, ...readings: TcpReading[]): Seen[] =>
  readings.map((reading, index) =>
    seen(service({ host: `${name}.example.com`, port: 8443 + index }), 'tcp', reading),
  );
const silent = tcpFailed('filtered');
const refused = tcpFailed('refused');

test.each<[string, Seen[], string]>([
  ['both open', [...host('expe1', tcpOpen(), tcpOpen()), ...host('expe2', tcpOpen(), tcpOpen())], 'pass'],
  [
    'both silent on all ports',
    [...host('expe1', silent, silent), ...host('expe2', silent, silent)],
    'fail EDGE_SILENT',
  ],
  [
    'both refuse on all ports',
    [...host('expe1', refused, refused), ...host('expe2', refused, refused)],
    'fail EDGE_REFUSES',
  ],
  ['one of two silent', [...host('expe1', silent, silent), ...host('expe2', tcpOpen(), silent)], 'pass'],
  ['one silent, one refuses', [...host('expe1', silent, silent), ...host('expe2', refused, refused)], 'pass'],
  ['one port of each silent', [...host('expe1', silent), ...host('expe2', silent)], 'pass'],
  ['a single Expressway-E', host('expe1', silent, silent), 'not-applicable'],
  ['nothing was tried', [], 'not-applicable'],
  [
    'not even a DNS server answers',
    [
      ...host('expe1', silent, silent),
      ...host('expe2', silent, silent),
      seen(domain(), 'dns:public:srv/collab-edge', dnsFailed('timeout')),
    ],
    'unknown',
  ],
])('%s', (_, observed, expected) => {
  expect(outcome(judge(edge, round({}, observed)))).toBe(expected);
});
