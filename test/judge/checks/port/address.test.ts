import { expect, test } from 'vitest';
import { address as addressCheck } from '../../../../src/judge/checks/port/address.ts';
import { tcpFailed, tcpOpen } from '../../readings.ts';
import { address, judge, outcome, round, type Seen, seen, service } from '../../round.ts';

const ip = '2001:db8::11';
const at = (port: number, reading = tcpOpen()) => seen(service({ address: ip, port }), 'tcp', reading);
const refused = tcpFailed('refused');
/** The other address of the host is in order. */
const other = seen(service(), 'tcp', tcpOpen());
const silent = tcpFailed('filtered');

test.each<[string, Seen[], string]>([
  ['both ports are open', [at(8443), at(5061)], 'pass'],
  ['one of two is refused', [at(8443), at(5061, refused)], 'pass'],
  ['both are refused', [at(8443, refused), at(5061, refused)], 'fail ADDRESS_REFUSES'],
  ['both are silent', [at(8443, silent), at(5061, silent)], 'fail ADDRESS_SILENT'],
  [
    'the network says no',
    [at(8443, tcpFailed('unreachable')), at(5061, tcpFailed('unreachable'))],
    'fail ADDRESS_UNREACHABLE',
  ],
  ['only one was tried', [at(8443, refused)], 'not-applicable'],
])('%s', (_, observed, expected) => {
  const subject = address('expe1.example.com', ip);
  expect(outcome(judge(addressCheck, round({}, [...observed, other], [subject]), subject))).toBe(expected);
});

test('of the only address of a host the host itself is told', () => {
  const subject = address('expe1.example.com', ip);
  const alone = round({}, [at(8443, refused), at(5061, refused)], [subject]);
  expect(outcome(judge(addressCheck, alone, subject))).toBe('not-applicable');
});
