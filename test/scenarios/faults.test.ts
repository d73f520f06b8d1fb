import { describe, expect, test } from 'vitest';
import { faults } from '../../src/simulator/faults.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { troubleshoot } from './simulated.ts';

describe.each(['external', 'internal'] as const)('seen from %s', vantage => {
  test('a healthy deployment has no finding above info, and nothing that could not be judged', async () => {
    const simulator = await startSimulator();
    try {
      const { diagnosis, judgements } = await troubleshoot(simulator, vantage);
      const told = diagnosis.causes.filter(cause => cause.severity !== 'info');
      expect(told.map(cause => cause.title)).toEqual([]);
      expect(diagnosis.status).toBe('ok');
      expect(judgements.filter(judgement => judgement.verdict === 'unknown')).toEqual([]);
    } finally {
      await simulator.stop();
    }
  });

  const seenFromHere = faults
    .filter(fault => fault.vantage === vantage)
    .map(({ name, code }) => [name, code]);

  test.concurrent.each(seenFromHere)(
    '%s is named %s, and nothing else is',
    { timeout: 30_000 },
    async (name, code) => {
      const simulator = await startSimulator();
      try {
        await simulator.set(name!, true);
        const { causes } = (await troubleshoot(simulator, vantage)).diagnosis;
        expect(causes[0], 'some cause is told').toBeDefined();
        expect(causes[0]!.entry, `an entry explains ${causes[0]!.code}`).toBeDefined();
        const told = causes.filter((cause, i) => i === 0 || cause.severity !== 'info');
        expect(
          told.map(cause => cause.code),
          told.map(cause => cause.title).join('\n'),
        ).toEqual([code]);
      } finally {
        await simulator.stop();
      }
    },
  );
});
