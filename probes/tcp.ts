import { defineProbe } from '../src/model/probe.ts';
import { connect, type TcpReading } from '../src/net/connect.ts';

/** Where to connect: an IP literal, never a name, so that one attempt is one address. */
export type TcpOptions = { readonly address: string; readonly port: number };

/** Opens one TCP connection and closes it. */
export const tcp = defineProbe<'tcp', TcpOptions, { tcp: TcpReading }>({
  id: 'tcp',
  title: 'opens a TCP connection',
  yields: ['tcp'],
  async run({ address, port }, context) {
    const { reading, socket } = await connect(address, port, context);
    socket?.destroy();
    return { tcp: reading };
  },
});
