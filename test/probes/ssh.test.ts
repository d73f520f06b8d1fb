import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type SshReading, ssh } from '../../probes/ssh.ts';
import type { TcpReading } from '../../src/net/connect.ts';
import { encodeSshPacket } from '../../src/net/ssh.ts';
import { closedTcpPort, context, type Target, tcpServer } from './loopback.ts';

function kexInit(hostKeys: string): Buffer {
  const parts = [
    'curve25519-sha256',
    hostKeys,
    'aes256-ctr',
    'aes256-ctr',
    'hmac',
    'hmac',
    'none',
    'none',
    '',
    '',
  ];
  const lists = parts.map(text => {
    const bytes = Buffer.alloc(4 + text.length);
    bytes.writeUInt32BE(text.length);
    bytes.write(text, 4);
    return bytes;
  });
  return encodeSshPacket(Buffer.concat([Buffer.from([20]), Buffer.alloc(16), ...lists, Buffer.alloc(5)]));
}

const banner = 'SSH-2.0-OpenSSH_9.8 PKIX[13.5]\r\n';
const offer = kexInit('x509v3-rsa2048-sha256,ssh-ed25519');

/** Sends the banner, and the rest when the client has sent its own. */
function polite(socket: Socket, rest: Buffer | string = offer, first: string = banner): void {
  socket.write(first);
  socket.once('data', () => socket.write(rest));
}

async function read(target: Target, timeoutMs = 2_000): Promise<{ tcp: TcpReading; ssh?: SshReading }> {
  return (await ssh.run(target, context(timeoutMs))) as { tcp: TcpReading; ssh?: SshReading };
}

describe('ssh', () => {
  it('reads identification and algorithms, then takes its leave', async () => {
    let heard = '';
    let ended: () => void = () => {};
    const end = new Promise<void>(resolve => {
      ended = resolve;
    });
    const target = await tcpServer(socket => {
      socket.on('data', chunk => {
        heard += chunk.toString('latin1');
      });
      socket.on('end', ended);
      polite(socket);
    });
    const { tcp, ssh: reading } = await read(target);
    expect(tcp).toMatchObject({ ...target, state: 'open' });
    expect(reading).toMatchObject({
      linesBefore: [],
      identification: 'SSH-2.0-OpenSSH_9.8 PKIX[13.5]',
      protocol: '2.0',
      software: 'OpenSSH_9.8',
      comments: 'PKIX[13.5]',
      algorithms: { hostKey: ['x509v3-rsa2048-sha256', 'ssh-ed25519'], ciphersToClient: ['aes256-ctr'] },
      offersCertificates: true,
    });
    expect(reading!.failure).toBeUndefined();
    expect(reading!.identificationMs).toBeGreaterThanOrEqual(0);
    expect(reading!.algorithmsMs).toBeGreaterThanOrEqual(0);
    await end;
    expect(heard).toMatch(/^SSH-2\.0-mradar\r\n/);
    expect(heard).toContain('\x01\0\0\0\x0b\0\0\0\x06looked');
  });

  it('says when no certificates are on offer', async () => {
    const target = await tcpServer(socket => polite(socket, kexInit('ssh-rsa,ssh-ed25519')));
    expect((await read(target)).ssh).toMatchObject({ offersCertificates: false });
  });

  it('reads a server that says everything at once, and one that speaks byte by byte', async () => {
    const everything = Buffer.concat([Buffer.from(banner), offer]);
    const atOnce = await tcpServer(socket => socket.write(everything));
    const byByte = await tcpServer(async socket => {
      socket.setNoDelay(true);
      for (const byte of everything) {
        await new Promise(resolve => socket.write(Buffer.from([byte]), resolve));
      }
    });
    for (const target of [atOnce, byByte]) {
      expect((await read(target)).ssh).toMatchObject({ software: 'OpenSSH_9.8', offersCertificates: true });
    }
  });

  it('keeps lines before the identification without control characters', async () => {
    const target = await tcpServer(socket =>
      polite(socket, offer, `\x1b[2JHello\r\n${'x'.repeat(900)}\r\n${banner}`),
    );
    expect((await read(target)).ssh!.linesBefore).toEqual(['[2JHello', 'x'.repeat(200)]);
  });

  it('keeps the identification when the rest does not come', async () => {
    const target = await tcpServer(socket => socket.write(banner));
    const { ssh: reading } = await read(target, 80);
    expect(reading).toMatchObject({
      software: 'OpenSSH_9.8',
      failure: { stage: 'response', reason: 'timeout' },
    });
    expect(reading).not.toHaveProperty('algorithms');
    expect(reading).not.toHaveProperty('algorithmsMs');
    expect(reading).not.toHaveProperty('offersCertificates');
  });

  it('reads no ssh layer when nobody listens', async () => {
    const layers = await read(await closedTcpPort());
    expect(layers.tcp).toMatchObject({ state: 'refused', failure: { stage: 'connect', reason: 'refused' } });
    expect(layers.ssh).toBeUndefined();
  });

  it.each<[string, (socket: Socket) => void, string]>([
    ['silence', () => {}, 'timeout'],
    ['an immediate end', socket => socket.end(), 'eof'],
    ['a reset', socket => void socket.once('data', () => socket.resetAndDestroy()).write(banner), 'reset'],
    [
      'another protocol and then its end',
      socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
      'not-ssh',
    ],
    ['another protocol and then silence', socket => socket.write('220 mail ESMTP\r\n'), 'not-ssh'],
    ['garbage', socket => socket.write(Buffer.alloc(5_000, 0xfe)), 'not-ssh'],
    ['a TLS alert', socket => socket.end(Buffer.from('15030100020246', 'hex')), 'not-ssh'],
    [
      'an identification string that is too long',
      socket => socket.write(`SSH-2.0-${'x'.repeat(400)}`),
      'oversized',
    ],
    ['an older protocol', socket => socket.write('SSH-1.5-Cisco-1.25\r\n'), 'not-ssh'],
    ['an end after the identification string', socket => socket.end(banner), 'eof'],
    ['garbage after it', socket => polite(socket, Buffer.alloc(64, 0x20)), 'oversized'],
    [
      'a truncated packet and then the end',
      socket => socket.end(Buffer.concat([Buffer.from(banner), offer.subarray(0, 50)])),
      'eof',
    ],
    [
      'a disconnect',
      socket =>
        polite(
          socket,
          encodeSshPacket(Buffer.from([1, 0, 0, 0, 12, 0, 0, 0, 4, 102, 117, 108, 108, 0, 0, 0, 0])),
        ),
      'error-status',
    ],
  ])('fails and says why: %s', async (_, serve, reason) => {
    const { tcp, ssh: reading } = await read(await tcpServer(serve), 100);
    expect(tcp.state).toBe('open');
    expect(reading!.failure).toMatchObject({ stage: 'response', reason });
  });

  it('names the version of an older protocol and the words of a disconnect', async () => {
    const old = await read(await tcpServer(socket => socket.write('SSH-1.5-Cisco-1.25\r\n')));
    expect(old.ssh!.failure).toMatchObject({ code: 'SSH-1.5' });
    const packet = encodeSshPacket(Buffer.from([1, 0, 0, 0, 12, 0, 0, 0, 4, 102, 117, 7, 108, 0, 0, 0, 0]));
    const full = await read(await tcpServer(socket => polite(socket, packet)));
    expect(full.ssh!.failure).toMatchObject({ code: 'SSH_MSG_DISCONNECT 12', detail: 'ful' });
  });

  it('does not read endless lines', async () => {
    let stopped = false;
    const target = await tcpServer(socket => {
      socket.on('close', () => {
        stopped = true;
      });
      const pour = () => {
        while (!stopped && socket.write('still not there\r\n'.repeat(500)));
      };
      socket.on('drain', pour);
      pour();
    });
    const started = performance.now();
    const { ssh: reading } = await read(target, 5_000);
    expect(reading!.failure).toMatchObject({ reason: 'oversized' });
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('gives a server that drips lines no more time than the stage has', async () => {
    const target = await tcpServer(socket => {
      const drip = setInterval(() => socket.write('wait\r\n'), 20);
      socket.on('close', () => clearInterval(drip));
    });
    const started = performance.now();
    const { ssh: reading } = await read(target, 150);
    expect(reading!.failure).toMatchObject({ reason: 'not-ssh', detail: 'began with "wait"' });
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
