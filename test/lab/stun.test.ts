import { describe, expect, test, vi } from 'vitest';
import { type StunOptions, type StunReading, stun } from '../../probes/stun.ts';
import { startCoturn } from './coturn.ts';
import { labAt } from './edge.ts';
import { context, patience, run } from './tools.ts';

vi.setConfig(patience);

const { behind: address } = labAt(10);
const at = { address, port: 3478 };
const secured = ['--lt-cred-mech', '-u', 'alice:secret'];

async function look(more: Partial<StunOptions> = {}, timeoutMs = 2_000) {
  const options = { ...at, transport: 'udp', method: 'binding', ...more } as const;
  return (await stun.run(options, context(timeoutMs))).stun as StunReading;
}

describe('coturn', () => {
  test('tells us our address as turnutils_stunclient reads it', async () => {
    const server = await startCoturn(at, secured);
    try {
      const { out, err } = await run('turnutils_stunclient', ['-p', String(at.port), address]);
      const mapped = /reflexive addr: ([\d.]+):\d+/.exec(out + err)?.[1];
      expect(mapped).toBeDefined();
      for (const transport of ['udp', 'tcp'] as const) {
        const reading = await look({ transport });
        expect(reading).toMatchObject({ outcome: 'success', requests: 1, mapped: { address: mapped } });
        expect(reading.failure).toBeUndefined();
        expect(reading.software).toMatch(/^Coturn/);
      }
    } finally {
      await server.stop();
    }
  });

  test('wants credentials for a relay', async () => {
    const server = await startCoturn(at, secured);
    try {
      for (const transport of ['udp', 'tcp'] as const) {
        const expected = { outcome: 'error', errorCode: 401, realm: 'lab.test', hasNonce: true };
        expect(await look({ transport, method: 'allocate' })).toMatchObject(expected);
      }
    } finally {
      await server.stop();
    }
  });

  test('gives a relay to anybody when it is open', async () => {
    const server = await startCoturn(at, ['--no-auth']);
    try {
      const expected = { outcome: 'success', relayed: { address } };
      expect(await look({ method: 'allocate' })).toMatchObject(expected);
    } finally {
      await server.stop();
    }
  });

  test('does not answer binding requests without credentials when it is told so', async () => {
    const server = await startCoturn(at, [...secured, '--secure-stun']);
    try {
      expect(await look()).toMatchObject({ outcome: 'error', errorCode: 401 });
    } finally {
      await server.stop();
    }
  });

  test('is stopped: nobody listens', async () => {
    expect(await look()).toMatchObject({ outcome: 'failed', failure: { reason: 'refused' } });
  });
});
