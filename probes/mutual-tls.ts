import type { Failure } from '../src/model/failure.ts';
import type { Reading } from '../src/model/observation.ts';
import { defineProbe } from '../src/model/probe.ts';
import { connect } from '../src/net/connect.ts';
import { openTls, type TlsReading } from '../src/net/tls.ts';
import type { TlsOptions } from './tls.ts';

export type MutualTlsOptions = TlsOptions & {
  /** The certificate to present with its chain, PEM. */
  readonly certificate: string;
  /** Functions, so that no plan, log or report can hold what they give. */
  readonly key: () => string;
  readonly passphrase?: () => string;
};

/** What a server says to a client with the configured certificate. */
export type MutualTlsReading = Reading & {
  /** `not-requested`: the server did not want to see one. Absent when the handshake ended for another reason. */
  readonly outcome?: 'accepted' | 'refused' | 'not-requested';
  /** The alert by which it was refused, as RFC 8446 calls it, or how the connection ended. */
  readonly refusal?: string;
  readonly protocol?: string;
  readonly clientAuthorities?: readonly string[];
};

/** Opens a TLS connection as a client with a certificate of its own, and closes it. */
export const mutualTls = defineProbe<'mutual-tls', MutualTlsOptions, { mutual: MutualTlsReading }>({
  id: 'mutual-tls',
  title: 'opens a TLS connection with the configured client certificate',
  yields: ['mutual'],
  async run({ address, port, serverName, trust, certificate, key, passphrase }, context) {
    const { reading: tcp, socket } = await connect(address, port, context);
    if (socket === undefined) return { mutual: { ...(tcp.failure && { failure: tcp.failure }) } };
    try {
      const identity = { certificate, key: key(), ...(passphrase && { passphrase: passphrase() }) };
      const request = { serverName, trust, awaitRefusal: true, identity };
      const { reading } = await openTls(socket, request, context);
      return { mutual: toMutual(reading) };
    } finally {
      socket.destroy();
    }
  },
});

function toMutual(reading: TlsReading): MutualTlsReading {
  const { failure, protocol, clientCertificate, clientAuthorities } = reading;
  const refusal = failure?.reason === 'client-certificate-refused' ? refusalOf(failure) : undefined;
  const told =
    refusal !== undefined
      ? 'refused'
      : failure !== undefined || clientCertificate === undefined
        ? undefined
        : clientCertificate === 'not-requested'
          ? clientCertificate
          : 'accepted';
  return {
    ...(told !== undefined && { outcome: told }),
    ...(refusal !== undefined && { refusal }),
    ...(protocol !== undefined && { protocol }),
    ...(clientAuthorities !== undefined && { clientAuthorities }),
    ...(failure !== undefined && { failure }),
  };
}

function refusalOf({ code, detail }: Failure): string {
  return detail ?? code ?? 'closed without a word';
}
