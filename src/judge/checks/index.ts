import type { AnyCheck } from '../judge.ts';
import { collabEdgePort } from './dns/collab-edge-port.ts';

/** Every documented requirement that is judged, upstream first: the order in which causes are told. */
export const checks = [
  // what clients ask first
  collabEdgePort,
] as const satisfies readonly AnyCheck[];
