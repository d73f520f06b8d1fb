import { defineProbe } from '../src/model/probe.ts';
import { connect, type TcpReading } from '../src/net/connect.ts';
import { openTls, type TlsReading } from '../src/net/tls.ts';

export type TlsOptions = {
  readonly address: string;
  readonly port: number;
  /** The name for SNI; empty for none (an IP literal must not be sent, RFC 6066 section 3). */
  readonly serverName: string;
  /** PEM texts of trust anchors beside the default store. */
  readonly trust: readonly string[];
};

/** Opens a TLS connection, keeps what the server sent, and closes it. */
export const tls = defineProbe<'tls', TlsOptions, { tcp: TcpReading; tls: TlsReading }>({
  id: 'tls',
  title: 'opens a TLS connection and reads the certificates',
  yields: ['tcp', 'tls'],
  async run({ address, port, serverName, trust }, context) {
    const { reading, socket } = await connect(address, port, context);
    if (socket === undefined) return { tcp: reading };
    try {
      const session = await openTls(socket, { serverName, trust, awaitRefusal: true }, context);
      return { tcp: reading, tls: session.reading };
    } finally {
      socket.destroy();
    }
  },
});
