import type { Socket } from 'node:net';
import type { Failure } from '../src/model/failure.ts';
import type { Reading } from '../src/model/observation.ts';
import { defineProbe, type ProbeContext } from '../src/model/probe.ts';
import { connect, type TcpReading } from '../src/net/connect.ts';
import { within } from '../src/net/deadline.ts';
import { failureAt, failureFrom } from '../src/net/failure.ts';
import { createSshReader, encodeSshDisconnect, type SshAlgorithms, type SshEvent } from '../src/net/ssh.ts';
import { printable } from '../src/net/text.ts';

export type SshOptions = {
  /** An IP literal. */
  readonly address: string;
  readonly port: number;
};

/** What an SSH server says before keys are exchanged. */
export type SshReading = Reading & {
  /** The first 10 lines that the server sent before its identification string, RFC 4253 section 4.2. */
  readonly linesBefore: readonly string[];
  /** The whole identification string: `SSH-2.0-OpenSSH_9.8 PKIX[13.5]`. */
  readonly identification?: string;
  /** `2.0`, or `1.99` for a server that also speaks the older protocol. */
  readonly protocol?: string;
  /** `OpenSSH_9.8`. */
  readonly software?: string;
  readonly comments?: string;
  /** Milliseconds from the connection to the identification string. */
  readonly identificationMs?: number;
  /** What the server offers, in its order of preference. */
  readonly algorithms?: SshAlgorithms;
  /** Whether a host key algorithm with X.509 certificates is on offer (`x509v3-...`, RFC 6187). */
  readonly offersCertificates?: boolean;
  /** Milliseconds from our identification string to the server's algorithms. */
  readonly algorithmsMs?: number;
};

const ourIdentification = 'SSH-2.0-mradar\r\n';
const farewellMs = 250;

/** Reads the identification string and the algorithms of an SSH server and leaves: no keys, no authentication. */
export const ssh = defineProbe<'ssh', SshOptions, { tcp: TcpReading; ssh: SshReading }>({
  id: 'ssh',
  title: 'reads the identification and the algorithms of an SSH server',
  yields: ['tcp', 'ssh'],
  async run({ address, port }, context) {
    const { reading: tcp, socket } = await connect(address, port, context);
    if (!socket) return { tcp };
    try {
      return { tcp, ssh: await greet(socket, context) };
    } finally {
      socket.destroy();
    }
  },
});

async function greet(socket: Socket, context: ProbeContext): Promise<SshReading> {
  const next = listen(socket);
  const connectedMs = performance.now();
  const first = await next(context);
  if (first.kind !== 'identification') return { linesBefore: [], failure: failureOf(first) };
  const { text, protocol, software, comments } = first.identification;
  const identified: SshReading = {
    linesBefore: first.linesBefore.slice(0, 10).map(line => printable(line, 200)),
    identification: printable(text),
    protocol: printable(protocol),
    software: printable(software),
    ...(comments && { comments: printable(comments) }),
    identificationMs: performance.now() - connectedMs,
  };
  if (protocol !== '2.0' && protocol !== '1.99') {
    return {
      ...identified,
      failure: failureAt('response', 'not-ssh', { code: `SSH-${printable(protocol, 20)}` }),
    };
  }
  const askedMs = performance.now();
  socket.write(ourIdentification);
  const second = await next(context);
  if (second.kind !== 'algorithms') return { ...identified, failure: failureOf(second) };
  const algorithmsMs = performance.now() - askedMs;
  await leave(socket, context);
  return {
    ...identified,
    algorithms: second.algorithms,
    offersCertificates: second.algorithms.hostKey.some(name => name.startsWith('x509v3-')),
    algorithmsMs,
  };
}

/** What was heard: an event of the protocol, or the end of the conversation. */
type Heard = SshEvent | { readonly kind: 'over'; readonly failure: Failure };

/** Listens from now on, so that nothing is lost between two waits; the function returned waits for what comes next. */
function listen(socket: Socket): (context: ProbeContext) => Promise<Heard> {
  const read = createSshReader();
  const heard: Heard[] = [];
  let wake = () => {};
  let opening: Buffer | undefined;
  let failed: unknown;
  let identified = false;

  /** Whatever spoke without ever identifying itself is another protocol. */
  function over(failure: () => Failure): Heard {
    const foreign = opening !== undefined && !identified;
    const detail = foreign && `began with "${printable(opening!.toString('latin1'), 60)}"`;
    return { kind: 'over', failure: detail ? failureAt('response', 'not-ssh', { detail }) : failure() };
  }
  socket.on('data', chunk => {
    opening ??= chunk;
    const events = read(chunk);
    identified ||= events.some(event => event.kind === 'identification');
    heard.push(...events);
    wake();
  });
  socket.on('error', error => {
    failed = error;
  });
  socket.on('close', () => wake());
  socket.on('end', () => wake());
  socket.resume();

  return context =>
    within<Heard>(
      context,
      'response',
      (resolve, reject) => {
        wake = () => {
          try {
            const event = heard.shift();
            if (event) resolve(event);
            else if (failed) resolve(over(() => failureFrom(failed, 'response')));
            else if (socket.readableEnded || socket.destroyed)
              resolve(over(() => failureAt('response', 'eof')));
          } catch (error) {
            reject(error);
          }
        };
        wake();
        return () => {
          wake = () => {};
        };
      },
      () => over(() => failureAt('response', 'timeout')),
    );
}

function failureOf(heard: Heard): Failure {
  switch (heard.kind) {
    case 'over':
      return heard.failure;
    case 'broken':
      return failureAt('response', heard.reason, { detail: heard.detail });
    case 'disconnect':
      return failureAt('response', 'error-status', {
        code: `SSH_MSG_DISCONNECT ${heard.code}`,
        detail: printable(heard.description, 200),
      });
    default:
      return failureAt('response', 'malformed', { detail: `${heard.kind} out of turn` });
  }
}

/** Says goodbye and waits a moment for it to be sent and heard, so that the server logs an orderly end. */
function leave(socket: Socket, { signal }: ProbeContext): Promise<void> {
  return within<void>(
    { signal, timeoutMs: farewellMs },
    'request',
    resolve => {
      const done = () => resolve();
      socket.once('close', done).end(encodeSshDisconnect('looked'));
      return () => socket.off('close', done);
    },
    () => {},
  );
}
