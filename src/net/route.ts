import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';

/**
 * Whether this host has a route to the address. Connecting a UDP socket asks the kernel and sends no packet, so a refusal is
 * ours and not a router's.
 */
export function hasRoute(address: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
    const settle = (found: boolean) => {
      socket.removeAllListeners();
      socket.on('error', () => {});
      socket.close();
      resolve(found);
    };
    socket.once('error', () => settle(false));
    socket.once('connect', () => settle(true));
    // Any port will do: nothing is sent to it.
    socket.connect(9, address);
  });
}
