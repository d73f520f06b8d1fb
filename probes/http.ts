import { defineProbe } from '../src/model/probe.ts';
import type { TcpReading } from '../src/net/connect.ts';
import { type HttpReading, type HttpRequest, requestOnce } from '../src/net/http.ts';
import type { TlsReading } from '../src/net/tls.ts';

export type { HttpReading } from '../src/net/http.ts';

export type HttpOptions = Omit<HttpRequest, 'headers'>;

/** Makes one HTTP request, over TLS when asked, on one connection. */
export const http = defineProbe<'http', HttpOptions, { tcp: TcpReading; tls: TlsReading; http: HttpReading }>(
  {
    id: 'http',
    title: 'makes one HTTP request',
    yields: ['tcp', 'tls', 'http'],
    async run(options, context) {
      const { cookies: _, ...layers } = await requestOnce(options, context);
      return options.secure ? layers : { ...layers, tls: { notApplicable: 'this is plain HTTP' } };
    },
  },
);
