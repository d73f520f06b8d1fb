import { spawn } from 'node:child_process';
import dgram from 'node:dgram';
import { once } from 'node:events';
import net from 'node:net';
import { describe, expect, it } from 'vitest';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { healthyWorld } from '../../src/simulator/world.ts';
import { doorAt, hasVoicemail, openPlain, openTls, query, summary } from './clients.ts';

const module = new URL('../../src/simulator/simulator.ts', import.meta.url);

describe('a simulator', () => {
  it('leaves nothing behind that keeps a process alive', async () => {
    const program = `
      import { startSimulator } from '${module}';
      const simulator = await startSimulator();
      await simulator.set('edge-silent', true);
      await simulator.set('resolver-silent', true);
      await simulator.stop();
    `;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: 'ignore' });
    const timer = setTimeout(() => child.kill(), 4_000);
    expect(await once(child, 'exit')).toEqual([0, null]);
    clearTimeout(timer);
  });

  it('ends every connection when it stops, and stops once', async () => {
    const simulator = await startSimulator({ network: 253 });
    const clients = [
      await openPlain({ host: '127.253.1.11', port: 2222 }),
      await openTls({ host: '127.253.3.11', port: 8443 }),
      await openPlain({ host: '127.253.3.11', port: 8443 }),
    ];
    const closed = clients.map(client => {
      client.on('error', () => undefined).resume();
      return once(client, 'close');
    });
    await Promise.all([simulator.stop(), simulator.stop()]);
    await Promise.all(closed);
    expect(await doorAt({ host: '127.253.0.11', port: 8443 })).toBe('refused');
    await expect(simulator.set('expired', true)).rejects.toThrow('stopped');
  });

  it('stands beside another one', async () => {
    const [one, two] = await Promise.all([startSimulator(), startSimulator()]);
    const resolver = (simulator: typeof one) => {
      const [, host, port] = /"([\d.]+):(\d+)"/.exec(simulator.yaml('external', 'trust.pem'))!;
      return { host: host!, port: Number(port) };
    };
    expect(resolver(one)).not.toEqual(resolver(two));
    await one.set('srv-missing', true);
    expect(summary(await query(resolver(one), '_collab-edge._tls.example.test', 'SRV'))).toBe('NXDOMAIN:');
    expect(summary(await query(resolver(two), '_collab-edge._tls.example.test', 'SRV'))).toMatch(/^NOERROR/);
    await Promise.all([one.stop(), two.stop()]);
  });

  it('says what is taken when a second one wants the same addresses', async () => {
    const simulator = await startSimulator({ network: 253 });
    await expect(startSimulator({ network: 253 })).rejects.toThrow('a port in 127.253.0.0/16 is taken');
    await simulator.stop();
  });

  it('survives garbage on every port, thrown in pieces and broken off', async () => {
    const simulator = await startSimulator({ network: 253 });
    const { services } = healthyWorld(253);
    const garbage = [
      Buffer.alloc(40_000, 'A'),
      Buffer.from('\0\x01\x02\xff\xfe garbage \r\n\r\n', 'latin1'),
      Buffer.from('160301', 'hex'),
      Buffer.from(`16030100050100ffff00${'00'.repeat(40)}`, 'hex'),
      Buffer.from('<stream:stream to="example.test"><starttls xmlns="x"/>not tls at all'),
      Buffer.from('SSH-2.0-x\r\n\0\0\0\0\0\0'),
      Buffer.from('OPTIONS sip:x SIP/2.0\r\nContent-Length: 99999\r\n\r\n'),
      Buffer.from('ffff00', 'hex'),
    ];
    const open = services.filter(
      ({ door, host }) => door === 'open' && (host !== 'cuc1' || hasVoicemail(simulator)),
    );
    await Promise.all(
      open.flatMap(({ address, port }) =>
        garbage.map(async bytes => {
          const socket = net.connect({ host: address, port });
          socket.on('error', () => undefined);
          await once(socket, 'connect');
          const closed = once(socket, 'close');
          socket.write(bytes.subarray(0, 2));
          socket.write(bytes.subarray(2), () => socket.resetAndDestroy());
          await closed;
        }),
      ),
    );
    const datagrams = dgram.createSocket('udp4');
    for (const bytes of garbage)
      for (const [host, port] of [
        ['127.253.0.53', 5300],
        ['127.253.2.53', 5300],
        ['127.253.2.123', 1123],
      ] as const)
        await new Promise(sent => datagrams.send(bytes, port, host, sent));
    datagrams.close();
    expect(summary(await query({ host: '127.253.0.53', port: 5300 }, 'expe1.example.test', 'A'))).toMatch(
      /^NOERROR/,
    );
    for (const { address, port } of open)
      expect(await doorAt({ host: address, port }), `${address}:${port}`).toBe('open');
    await simulator.stop();
  });
});
