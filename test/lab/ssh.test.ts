import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import { type SshReading, ssh } from '../../probes/ssh.ts';
import { labAt } from './edge.ts';
import { startSshd } from './sshd.ts';
import { context, patience, run } from './tools.ts';

vi.setConfig(patience);

const { behind: address } = labAt(8);
const at = { address, port: 2222 };

async function look() {
  const layers = await ssh.run(at, context());
  return layers.ssh as SshReading;
}

describe('OpenSSH', () => {
  test('identification as ssh-keyscan, algorithms as nmap read them', async () => {
    const server = await startSshd(at);
    try {
      const reading = await look();
      const scanned = await run('ssh-keyscan', ['-p', '2222', '-t', 'ed25519', address]);
      expect(`${scanned.out}${scanned.err}`).toContain(`# ${address}:2222 ${reading.identification}`);
      const { out } = await run('nmap', ['-Pn', '-n', '-p', '2222', '--script', 'ssh2-enum-algos', address]);
      const list = (name: string) => {
        const block = new RegExp(`${name}: \\(\\d+\\)\\n((?:\\|_?  {5,}\\S+\\n)+)`).exec(out)?.[1] ?? '';
        return block
          .split('\n')
          .map(line => line.replace(/^[|_ ]+/, ''))
          .filter(Boolean);
      };
      const { algorithms } = reading;
      expect(list('kex_algorithms')).not.toEqual([]);
      expect(algorithms?.keyExchange).toEqual(list('kex_algorithms'));
      expect(algorithms?.hostKey).toEqual(list('server_host_key_algorithms'));
      expect(reading.offersCertificates).toBe(false);
      expect(reading.failure).toBeUndefined();
    } finally {
      await server.stop();
    }
  });

  test('that offers one algorithm of each kind', async () => {
    const lines = ['KexAlgorithms curve25519-sha256', 'Ciphers aes128-ctr', 'VersionAddendum lab'];
    const server = await startSshd(at, lines);
    try {
      const reading = await look();
      expect(reading).toMatchObject({ protocol: '2.0', comments: expect.stringMatching(/ lab$/) });
      expect(reading.algorithms).toMatchObject({
        hostKey: ['ssh-ed25519'],
        ciphersToServer: ['aes128-ctr'],
        ciphersToClient: ['aes128-ctr'],
      });
      expect(reading.algorithms?.keyExchange[0]).toBe('curve25519-sha256');
    } finally {
      await server.stop();
    }
  });

  test('that takes no more beginners', async () => {
    const server = await startSshd(at, ['MaxStartups 1']);
    const first = connect({ host: address, port: at.port });
    first.on('error', () => {});
    try {
      await once(first, 'data');
      const reading = await look();
      expect(reading.identification).toBeUndefined();
      expect(reading).toMatchObject({
        failure: {
          stage: 'response',
          blame: 'target',
          detail: expect.stringContaining('Exceeded MaxStartups'),
        },
      });
    } finally {
      first.destroy();
      await server.stop();
    }
  });
});
