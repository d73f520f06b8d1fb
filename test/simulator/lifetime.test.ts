import { once } from 'node:events';
import net from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { healthyWorld } from '../../src/simulator/world.ts';
import { doorAt, openPlain, openTls, query, summary } from './clients.ts';

/** Sockets, servers, timers and threads that keep a process alive. */
function handles(): string[] {
  return process.getActiveResourcesInfo().filter(kind => /TCP|UDP|Worker|MessagePort|Timeout/.test(kind));
}

describe('a simulator', () => {
  it('leaves nothing behind when it stops, clients and silent ports or not', async () => {
    await turn();
    const before = handles().sort();
    const simulator = await startSimulator({ network: 253 });
    await simulator.set('edge-silent', true);
    const clients = [
      await openPlain({ host: '127.253.1.11', port: 2222 }),
      await openTls({ host: '127.253.3.11', port: 8443 }),
      await openPlain({ host: '127.253.3.11', port: 8443 }),
    ];
    const closed = clients.map(client => once(client.on('error', () => undefined).resume(), 'close'));
    await Promise.all([simulator.stop(), simulator.stop()]);
    await Promise.all(closed);
    for (let count = 0; count < 5; count += 1) await turn();
    expect(handles().sort()).toEqual(before);
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
    const open = services.filter(service => service.door === 'open');
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
    expect(summary(await query({ host: '127.253.0.53', port: 5300 }, 'expe1.example.test', 'A'))).toMatch(
      /^NOERROR/,
    );
    for (const { address, port } of open)
      expect(await doorAt({ host: address, port }), `${address}:${port}`).toBe('open');
    await simulator.stop();
  });
});
