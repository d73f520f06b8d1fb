import { expectTypeOf, test } from 'vitest';
import type { Readings } from '../../probes/index.ts';
import type { ShownReadings } from '../../src/publish/readings.ts';

test('what the views show of a reading is what the probes read; tsc holds this', () => {
  expectTypeOf<Pick<Readings, keyof ShownReadings>>().toExtend<ShownReadings>();
});
