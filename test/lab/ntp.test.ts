import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { type NtpReading, ntp } from '../../probes/ntp.ts';
import { startChrony } from './chrony.ts';
import { labAt } from './edge.ts';
import { context, patience, run } from './tools.ts';

vi.setConfig(patience);

const { behind: address } = labAt(7);
const port = 1123;

async function look(more: { readonly samples?: number } = {}, timeoutMs = 2_000) {
  const layers = await ntp.run({ address, port, samples: 2, spacingMs: 100, ...more }, context(timeoutMs));
  return layers.ntp as NtpReading;
}

describe('chrony', () => {
  test('that has set its clock: what it says of itself as chronyc reads it, the offset as check_ntp_time', async () => {
    const server = await startChrony({ address, port }, ['local stratum 3']);
    try {
      const reading = await look();
      expect(reading).toMatchObject({ stratum: 3, leap: 'none', version: 4, samples: [{}, {}] });
      expect(reading.failure).toBeUndefined();
      expect(Math.abs(reading.offsetMs!)).toBeLessThanOrEqual(reading.errorMs!);
      const tracking = await run('chronyc', ['-c', '-h', join(server.folder, 'socket'), 'tracking']);
      const [id, , stratum, , , , , , , , rootDelay, rootDispersion] = tracking.out.split(',');
      expect(Buffer.from(id!, 'hex')).toEqual(Buffer.from(reading.referenceId!.split('.').map(Number)));
      expect(reading.stratum).toBe(Number(stratum));
      expect(reading.rootDelayMs).toBeCloseTo(Number(rootDelay) * 1000, 1);
      expect(reading.rootDispersionMs).toBeCloseTo(Number(rootDispersion) * 1000, 1);
      const checked = await run('/usr/lib/nagios/plugins/check_ntp_time', [
        '-H',
        address,
        '-p',
        String(port),
      ]);
      const offsetMs = 1000 * Number(/offset=(-?[\d.]+)s/.exec(checked.out)?.[1]);
      // that it is off by the busyness of this machine too, the plugin does not say
      expect(Math.abs(reading.offsetMs! - offsetMs)).toBeLessThanOrEqual(reading.errorMs! + 20);
    } finally {
      await server.stop();
    }
  });

  test('that has never set its clock says so', async () => {
    const server = await startChrony({ address, port }, []);
    try {
      expect(await look()).toMatchObject({
        leap: 'unsynchronised',
        failure: { reason: 'unsynchronised', blame: 'target' },
      });
    } finally {
      await server.stop();
    }
  });

  test('that has us not on its list stays silent', async () => {
    const server = await startChrony({ address, port }, ['local stratum 3', 'deny 127.0.0.0/8']);
    try {
      expect(await look({}, 500)).toMatchObject({ samples: [], failure: { reason: 'timeout' } });
    } finally {
      await server.stop();
    }
  });

  test('that is stopped: nobody listens', async () => {
    expect(await look()).toMatchObject({ samples: [], failure: { reason: 'refused' } });
  });
});
