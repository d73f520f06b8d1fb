import { describe, expect, it } from 'vitest';
import { ntp } from '../../probes/ntp.ts';
import { ssh } from '../../probes/ssh.ts';
import { stun } from '../../probes/stun.ts';
import { udp } from '../../probes/udp.ts';
import { ProberFault } from '../../src/model/failure.ts';
import type { ProbeContext } from '../../src/model/probe.ts';
import {
  activeHandles,
  closedTcpPort,
  closedUdpPort,
  context,
  type Target,
  tcpServer,
  udpServer,
} from './loopback.ts';

type Run = (target: Target, context: ProbeContext) => Promise<unknown>;

const overUdp: [string, Run][] = [
  ['ntp', (target, context) => ntp.run({ ...target, spacingMs: 5 }, context)],
  ['udp', (target, context) => udp.run({ ...target, payloadHex: '00' }, context)],
  ['stun', (target, context) => stun.run({ ...target, transport: 'udp', method: 'binding' }, context)],
];
const overTcp: [string, Run][] = [
  ['ssh', (target, context) => ssh.run(target, context)],
  ['stun', (target, context) => stun.run({ ...target, transport: 'tcp', method: 'binding' }, context)],
];

/**
 * Everything runs ten times at once, so that a leak stands out from what vitest and an earlier test start and end in the
 * meantime. The server's end of a TCP connection goes a moment after ours.
 */
async function leavesNothingBehind(run: () => Promise<unknown>): Promise<void> {
  const before = activeHandles();
  await Promise.all(Array.from({ length: 10 }, run));
  const deadline = performance.now() + 1_000;
  while (activeHandles() >= before + 5 && performance.now() < deadline) {
    await new Promise(resolve => setImmediate(resolve));
  }
  expect(activeHandles()).toBeLessThan(before + 5);
}

function aborted(run: Run, target: Target): () => Promise<void> {
  return async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 30);
    const outcome = run(target, context(60_000, controller.signal));
    await expect(outcome).rejects.toThrow(ProberFault);
    await expect(outcome).rejects.toMatchObject({ failure: { reason: 'aborted', blame: 'prober' } });
  };
}

describe.each(overUdp)('%s over UDP leaves no socket and no timer behind', (_, run) => {
  it('after an answer', async () => {
    const target = await udpServer((_request, send) => send(Buffer.from('anything')));
    await leavesNothingBehind(() => run(target, context(60)));
  });

  it('after silence', async () => {
    const target = await udpServer(() => {});
    await leavesNothingBehind(() => run(target, context(40)));
  });

  it('after a refusal', async () => {
    const target = await closedUdpPort();
    await leavesNothingBehind(() => run(target, context(5_000)));
  });

  it('after an abort in the middle, and before the start', async () => {
    const target = await udpServer(() => {});
    await leavesNothingBehind(aborted(run, target));
    await leavesNothingBehind(() =>
      expect(run(target, context(60_000, AbortSignal.abort()))).rejects.toThrow(ProberFault),
    );
  });

  it('after a port that cannot be', async () => {
    await leavesNothingBehind(() =>
      expect(run({ address: '127.0.0.1', port: 70_000 }, context(1_000))).rejects.toThrow(RangeError),
    );
  });
});

describe.each(overTcp)('%s over TCP leaves no socket and no timer behind', (_, run) => {
  it('after bytes of another protocol', async () => {
    const target = await tcpServer(socket => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'.repeat(10)));
    await leavesNothingBehind(() => run(target, context(60)));
  });

  it('after silence', async () => {
    const target = await tcpServer(() => {});
    await leavesNothingBehind(() => run(target, context(40)));
  });

  it('after a refusal', async () => {
    const target = await closedTcpPort();
    await leavesNothingBehind(() => run(target, context(5_000)));
  });

  it('after an abort in the middle, and before the start', async () => {
    const target = await tcpServer(() => {});
    await leavesNothingBehind(aborted(run, target));
    await leavesNothingBehind(() =>
      expect(run(target, context(60_000, AbortSignal.abort()))).rejects.toThrow(ProberFault),
    );
  });
});

it('ssh aborted between identification and algorithms leaves nothing behind', async () => {
  const target = await tcpServer(socket => socket.write('SSH-2.0-slow\r\n'));
  await leavesNothingBehind(aborted((at, context) => ssh.run(at, context), target));
});
