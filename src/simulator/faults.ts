import type { World } from './world.ts';

/** Something to switch on that a real deployment may suffer from. */
export type Fault = {
  readonly name: string;
  /** What is wrong, in one clause. */
  readonly title: string;
  /** The finding code that must head the diagnosis. */
  readonly code: string;
  /** From where it is seen. */
  readonly vantage: 'external' | 'internal';
  /** Turns a world without this fault into one with it. */
  readonly change: (world: World) => void;
};

/** Every fault of the simulator. */
export const faults: readonly Fault[] = [];
