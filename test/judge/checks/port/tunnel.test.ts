import { expect, test } from 'vitest';
import { tunnel } from '../../../../src/judge/checks/port/tunnel.ts';
import { sshAnswer } from '../../readings.ts';
import { judge, outcome, round, type Seen, seen, service } from '../../round.ts';

const port = service({ address: '10.0.1.11', port: 2222, purpose: 'tunnel-ssh' });
const failure = { stage: 'response', reason: 'timeout', blame: 'target' } as const;

test.each<[string, Seen[], string]>([
  ['the tunnel service', [seen(port, 'ssh', sshAnswer())], 'pass'],
  [
    'another SSH server',
    [seen(port, 'ssh', sshAnswer({ offersCertificates: false }))],
    'fail TUNNEL_OTHER_SSH',
  ],
  ['nothing is said', [seen(port, 'ssh', { linesBefore: [], failure })], 'fail TUNNEL_NOT_SSH'],
  [
    'the algorithms never come',
    [seen(port, 'ssh', { ...sshAnswer(), offersCertificates: undefined, failure })],
    'unknown',
  ],
  [
    'administration, not tunnels',
    [seen(service({ port: 22, purpose: 'admin-ssh' }), 'ssh', sshAnswer())],
    'not-applicable',
  ],
  ['the port is closed', [{ subject: port, need: 'ssh', skipped: 'tcp failed: ECONNREFUSED' }], 'unknown'],
])('%s', (_, observed, expected) => {
  expect(outcome(judge(tunnel, round({}, observed)))).toBe(expected);
});
