import { describe, expect, test } from 'vitest';
import type { XmppReading } from '../../../../probes/index.ts';
import { xmppEncryption } from '../../../../src/judge/checks/xmpp/encryption.ts';
import { xmppMechanisms } from '../../../../src/judge/checks/xmpp/mechanisms.ts';
import { xmppStream } from '../../../../src/judge/checks/xmpp/stream.ts';
import { tlsOk, xmppAnswer, xmppFailed } from '../../readings.ts';
import { judge, outcome, round, type Seen, seen, service } from '../../round.ts';

const client = service({ port: 5222, purpose: 'edge-xmpp', title: 'XMPP', affects: 'messaging' });
const federation = service({ port: 5269, purpose: 'edge-federation', title: 'XMPP federation' });

function ended(condition: string): XmppReading {
  return xmppFailed('response', 'stream-error', { streamError: condition });
}
const said = { starttls: 'required' } as const;

describe('the stream', () => {
  test.each<[string, XmppReading, string]>([
    ['a stream', xmppAnswer(), 'pass'],
    ['silence', xmppFailed('response', 'timeout'), 'fail XMPP_SILENT'],
    ['an end', xmppFailed('response', 'eof'), 'fail XMPP_SILENT'],
    ['a reset', xmppFailed('response', 'reset'), 'fail XMPP_SILENT'],
    ['silence inside TLS', xmppFailed('response', 'timeout', { ...said, proceedMs: 1 }), 'fail XMPP_SILENT'],
    ['HTTP', xmppFailed('response', 'not-xmpp'), 'fail XMPP_NOT_XMPP'],
    ['broken XML', xmppFailed('response', 'malformed'), 'fail XMPP_NOT_XMPP'],
    ['endless XML', xmppFailed('response', 'oversized'), 'fail XMPP_NOT_XMPP'],
    ['TLS from the first byte', xmppFailed('response', 'plain-tls'), 'fail XMPP_NOT_XMPP'],
    ['an unknown domain', ended('host-unknown'), 'fail XMPP_HOST_UNKNOWN'],
    ['a domain that is gone', ended('host-gone'), 'fail XMPP_HOST_UNKNOWN'],
    ['a policy', ended('policy-violation'), 'fail XMPP_STREAM_ERROR'],
    ['no TLS, which is judged for itself', xmppFailed('starttls', 'no-starttls'), 'pass'],
    ['an end that has no name', xmppFailed('response', 'internal'), 'unknown'],
  ])('%s', (_, reading, expected) => {
    expect(outcome(judge(xmppStream, round({}, [seen(client, 'xmpp', reading)])))).toBe(expected);
  });

  test('a port that has to be closed is not judged', () => {
    const closed = service({ port: 5222, purpose: 'edge-xmpp', expected: 'closed' });
    expect(outcome(judge(xmppStream, round({}, [seen(closed, 'xmpp', xmppAnswer())])))).toBe(
      'not-applicable',
    );
  });
});

describe('encryption', () => {
  test.each<[string, XmppReading, string]>([
    ['demanded', xmppAnswer(), 'pass'],
    ['the only thing on offer', xmppAnswer({ starttls: 'offered' }), 'pass'],
    [
      'one of several things on offer',
      xmppAnswer({ starttls: 'offered', mechanismsInClear: ['PLAIN'] }),
      'fail XMPP_STARTTLS_OPTIONAL',
    ],
    ['not on offer', xmppFailed('starttls', 'no-starttls', { starttls: 'absent' }), 'fail XMPP_NO_STARTTLS'],
    ['refused', xmppFailed('starttls', 'starttls-refused', said), 'fail XMPP_NO_STARTTLS'],
    ['asked for in vain', xmppFailed('starttls', 'timeout', said), 'fail XMPP_NO_STARTTLS'],
    [
      'ended by a stream error, which is judged for itself',
      xmppFailed('starttls', 'stream-error', { ...said, streamError: 'policy-violation' }),
      'pass',
    ],
    ['unknown without features', xmppFailed('response', 'timeout'), 'unknown'],
  ])('%s', (_, reading, expected) => {
    expect(outcome(judge(xmppEncryption, round({}, [seen(client, 'xmpp', reading)])))).toBe(expected);
  });

  test('federation may go without', () => {
    const reading = xmppFailed('starttls', 'no-starttls', { starttls: 'absent' });
    expect(outcome(judge(xmppEncryption, round({}, [seen(federation, 'xmpp', reading)])))).toBe(
      'not-applicable',
    );
  });
});

describe('the ways to sign in', () => {
  const inside = (xmpp: XmppReading, tls = tlsOk()): Seen[] => [
    seen(client, 'xmpp', xmpp),
    seen(client, 'tls', tls),
  ];
  const failed = { stage: 'tls', reason: 'timeout', blame: 'target' } as const;
  test.each<[string, Seen[], string]>([
    ['two', inside(xmppAnswer()), 'pass'],
    ['none', inside(xmppAnswer({ mechanisms: [] })), 'fail XMPP_NO_MECHANISMS'],
    [
      'unknown when the handshake failed',
      inside(xmppAnswer({ mechanisms: [] }), tlsOk({ failure: failed })),
      'unknown',
    ],
    [
      'unknown when the stream ended',
      inside(xmppFailed('response', 'timeout', { ...said, proceedMs: 1 })),
      'unknown',
    ],
    [
      'not applicable between servers',
      [seen(federation, 'xmpp', xmppAnswer({ mechanisms: [] })), seen(federation, 'tls', tlsOk())],
      'not-applicable',
    ],
  ])('%s', (_, observed, expected) => {
    expect(outcome(judge(xmppMechanisms, round({}, observed)))).toBe(expected);
  });
});
