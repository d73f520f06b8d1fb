import { expect, test } from 'vitest';
import { defineCheck, fail, pass } from '../../src/judge/check.ts';
import { tcpFailed, tcpOpen } from './readings.ts';
import { judge, node, outcome, round, seen, service } from './round.ts';

const edge = service();
const isOpen = defineCheck({
  id: 'test/open',
  holds: 'the port is open',
  about: 'service',
  roles: ['expressway_e'],
  needs: ['tcp'],
  sources: [{ document: 'D0', section: 'Firewall Configuration' }],
  findings: {
    SHUT: { severity: 'critical', affects: 'of-service', message: '{host}:{port} ({title}) is {state}' },
  },
  judge: ({ readings }) =>
    readings.tcp.state === 'open' ? pass : fail({ code: 'SHUT', evidence: { state: readings.tcp.state } }),
});
const ofEdge = (...observed: Parameters<typeof round>[1]) => judge(isOpen, round({}, observed));

test('a check that fails states its code; the sentence is filled from evidence and subject', () => {
  expect(ofEdge(seen(edge, 'tcp', tcpFailed('refused')))).toMatchObject({
    verdict: 'fail',
    findings: [
      {
        code: 'SHUT',
        affects: 'sign-in',
        message: 'expe1.example.com:8443 (HTTPS edge) is refused',
        steps: [`${edge.id}#tcp`],
      },
    ],
  });
  expect(outcome(ofEdge(seen(edge, 'tcp', tcpOpen())))).toBe('pass');
});

test('what was skipped is unknown because of what is upstream', () => {
  expect(ofEdge({ subject: edge, need: 'tcp', skipped: 'expe1.example.com has no address' })).toMatchObject({
    verdict: 'unknown',
    because: 'expe1.example.com has no address',
    blame: 'upstream',
  });
});

test('what we could not look at is unknown because of us, never a failure', () => {
  const errored = { stage: 'connect', reason: 'no-descriptors', blame: 'prober', code: 'EMFILE' } as const;
  expect(ofEdge({ subject: edge, need: 'tcp', errored })).toMatchObject({
    verdict: 'unknown',
    because: 'could not look: EMFILE',
    blame: 'prober',
  });
});

test('a subject of another role, or one that nobody looked at, is not judged', () => {
  const inside = service({ role: 'unified_cm', host: 'cucm1.example.com' });
  expect(judge(isOpen, round({}, [seen(inside, 'tcp', tcpOpen())]))).toBeUndefined();
  expect(judge(isOpen, round({}, [], [edge, node()]))).toBeUndefined();
});

test('a check that throws judges nothing and stops nothing', () => {
  const careless = {
    ...isOpen,
    judge: () => {
      throw new Error('cannot read that');
    },
  };
  expect(judge(careless, round({}, [seen(edge, 'tcp', tcpOpen())]))).toMatchObject({
    verdict: 'unknown',
    because: 'the check itself failed: cannot read that',
    blame: 'prober',
  });
});
