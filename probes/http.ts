import type { Reading } from '../src/model/observation.ts';
import { defineProbe } from '../src/model/probe.ts';
import type { TcpReading } from '../src/net/connect.ts';
import type { TlsReading } from '../src/net/tls.ts';
import type { TlsOptions } from './tls.ts';

export type HttpOptions = Omit<TlsOptions, 'serverName'> & {
  /** SNI and Host header. */
  readonly serverName: string;
  /** False for plain HTTP (6970): then no `tls` layer is yielded. */
  readonly secure: boolean;
  readonly method: 'GET';
  readonly path: string;
};

/** One request and its answer. */
export type HttpReading = Reading & {
  readonly method: string;
  readonly path: string;
  readonly status?: number;
  /** The words after the status: `connect failed`, `Next Hop Connection Failed`. */
  readonly statusText?: string;
  /** Header fields by lower-case name; repeated ones joined by `, `; `set-cookie` values are withheld. */
  readonly headers?: Readonly<Record<string, string>>;
  /** At most 64 KiB, as text. */
  readonly body?: string;
  /** Bytes of the body that arrived, also beyond the bound. */
  readonly bodyBytes?: number;
  /** Server clock minus ours in milliseconds, from the `Date` header; known to one second plus half the round trip. */
  readonly clockDifferenceMs?: number;
  readonly clockUncertaintyMs?: number;
  /** Milliseconds from the request to the end of the headers. */
  readonly responseMs?: number;
};

/** Makes one HTTP request, over TLS when asked, on one connection. */
export const http = defineProbe<'http', HttpOptions, { tcp: TcpReading; tls: TlsReading; http: HttpReading }>({
  id: 'http',
  title: 'makes one HTTP request',
  yields: ['tcp', 'tls', 'http'],
  async run() {
    throw new Error('written next');
  },
});
