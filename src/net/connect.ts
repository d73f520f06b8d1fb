import type { Reading } from '../model/observation.ts';

/** One TCP connection attempt to one address: what the kernel said, and how long it took. */
export type TcpReading = Reading & {
  readonly address: string;
  readonly port: number;
  /** nmap's words: `refused` somebody said no, `filtered` nobody said anything. */
  readonly state: 'open' | 'refused' | 'filtered' | 'unreachable' | 'reset';
  /** Milliseconds until the connection stood; absent when it never did. */
  readonly connectMs?: number;
};
