import type { Blame, Reason, Stage } from '../../src/model/failure.ts';
import { failureAt } from '../../src/net/failure.ts';

/** One way to fail, and the file of the test that brings it about on loopback. */
export type Row = {
  readonly stage: Stage;
  readonly reason: Reason;
  /** Set when we are to blame: everybody else follows from stage and reason. */
  readonly ours?: true;
  readonly test: string;
};

/** What each reason means: one sentence. */
export const meanings: Readonly<Record<Reason, string>> = {
  refused:
    'The host itself says that nobody listens: a TCP reset to the first packet, or ICMP port unreachable.',
  timeout: 'Nothing came, or not enough, before the time for this stage was up.',
  'host-unreachable': 'A router says that it cannot reach the host, or that the way to it is forbidden.',
  'network-unreachable': 'A router on the way says that it knows no way to this network.',
  'protocol-unreachable': 'A router or the host says that it does not take this protocol.',
  reset: 'The connection was torn down by a TCP reset after it had stood.',
  eof: 'The other side closed the connection before it had said what it had to say.',
  servfail: 'The DNS server says that it failed to find out.',
  'query-refused': 'The DNS server refuses to answer us.',
  'format-error': 'The DNS server does not understand the query.',
  'not-implemented': 'The DNS server does not do what was asked of it.',
  rcode: 'The DNS server answers with another response code, or sends us on to other servers.',
  truncated: 'The answer did not fit into UDP and could not be had over TCP.',
  malformed: 'The bytes begin like the protocol and then break its rules.',
  mismatched: 'What came was an answer, but to no question of ours.',
  oversized: 'The other side sent more than anybody has to send.',
  'not-tls': 'What came in place of a TLS handshake is no TLS.',
  'plain-tls': 'TLS came where the conversation has to begin in clear.',
  'not-http': 'What came in place of an HTTP answer is no HTTP.',
  'not-sip': 'What came in place of a SIP answer is no SIP.',
  'not-xmpp': 'What came in place of an XMPP stream is none.',
  'not-ssh': 'What came in place of an SSH identification is none, or one of an older protocol.',
  'not-ntp': 'What came in place of an NTP reply is none.',
  'not-stun': 'What came in place of a STUN message is none.',
  'tls-alert': 'The server ended the handshake with an alert.',
  'tls-version': 'The server wants a version of TLS that we do not speak.',
  'tls-cipher': 'The server chose a cipher suite that was not on offer.',
  'tls-weak-dh': 'The Diffie-Hellman group of the server is too small to go on with.',
  'client-certificate-required': 'The server ends the handshake because we showed no certificate.',
  'client-certificate-refused': 'The server ends the handshake because it does not take our certificate.',
  handshake: 'The handshake broke down for another reason, told by the code.',
  'kiss-of-death': 'The NTP server asks us to stop asking.',
  unsynchronised: 'The NTP server says that its own clock is not synchronised.',
  'stream-error': 'The XMPP server ends the stream with an error, told by the code.',
  'no-starttls': 'The XMPP server does not offer to go over to TLS.',
  'starttls-refused': 'The XMPP server offers to go over to TLS and then refuses it.',
  'error-status': 'The server takes its leave with an error of its protocol, told by the code.',
  'no-route': 'This machine has no way to that network.',
  'no-descriptors': 'This process has no file descriptors left.',
  'no-permission': 'This machine does not allow us to do that.',
  'no-address': 'This machine has no address of its own to speak from.',
  overloaded: 'Nothing arrived in time, but this process had no processor time to notice.',
  aborted: 'We ended the step ourselves.',
  internal: 'A mistake of ours, or an error of this machine that has no name here; the code tells it.',
};

const here = 'test/failures/failures.test.ts';
const routers = 'test/probes/tcp.test.ts';
const seen = (stage: Stage, ...reasons: readonly Reason[]): readonly Row[] =>
  reasons.map(reason => ({ stage, reason, test: here }));

/** Every way to fail that a probe can report. */
export const rows: readonly Row[] = [
  { stage: 'route', reason: 'no-route', ours: true, test: routers },
  ...seen(
    'resolve',
    'refused',
    'timeout',
    'servfail',
    'query-refused',
    'format-error',
    'not-implemented',
    'rcode',
    'truncated',
    'malformed',
    'mismatched',
  ),
  ...seen('connect', 'refused', 'timeout'),
  ...(['host-unreachable', 'network-unreachable', 'protocol-unreachable'] as const).map(reason => ({
    stage: 'connect' as const,
    reason,
    test: routers,
  })),
  { stage: 'connect', reason: 'no-descriptors', ours: true, test: here },
  { stage: 'connect', reason: 'no-address', ours: true, test: here },
  ...seen(
    'starttls',
    'no-starttls',
    'starttls-refused',
    'stream-error',
    'timeout',
    'eof',
    'reset',
    'malformed',
  ),
  ...seen(
    'tls',
    'timeout',
    'eof',
    'reset',
    'not-tls',
    'tls-alert',
    'tls-version',
    'tls-cipher',
    'tls-weak-dh',
    'handshake',
    'client-certificate-required',
    'client-certificate-refused',
  ),
  ...seen(
    'response',
    'refused',
    'timeout',
    'eof',
    'reset',
    'malformed',
    'mismatched',
    'oversized',
    'plain-tls',
    'not-http',
    'not-sip',
    'not-xmpp',
    'not-ssh',
    'not-ntp',
    'not-stun',
    'error-status',
    'stream-error',
    'kiss-of-death',
    'unsynchronised',
  ),
  { stage: 'response', reason: 'no-permission', ours: true, test: here },
  { stage: 'response', reason: 'aborted', ours: true, test: here },
  { stage: 'route', reason: 'overloaded', ours: true, test: here },
  { stage: 'route', reason: 'internal', ours: true, test: here },
];

export function blameOf({ stage, reason, ours }: Row): Blame {
  return ours ? 'prober' : failureAt(stage, reason).blame;
}

const begin = '<!-- failures: begin -->';
const end = '<!-- failures: end -->';

/** The page with its table as the data want it. */
export function failurePage(current: string): string {
  const [before, after] = [current.indexOf(begin), current.indexOf(end)];
  if (before < 0 || after < before) throw new Error(`the page lacks ${begin} or ${end}`);
  const head = ['stage', 'reason', 'blame', 'what it means', 'brought about by'];
  const cells = rows.map(row => [
    row.stage,
    `\`${row.reason}\``,
    blameOf(row),
    meanings[row.reason],
    `\`${row.test}\``,
  ]);
  const lines = [head, head.map(() => '---'), ...cells].map(line => `| ${line.join(' | ')} |`);
  return `${current.slice(0, before)}${begin}\n\n${lines.join('\n')}\n\n${current.slice(after)}`;
}
