import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { domain, type XmppMood } from './world.ts';

const longestStanza = 16_384;
const tlsNamespace = 'urn:ietf:params:xml:ns:xmpp-tls';
const saslNamespace = 'urn:ietf:params:xml:ns:xmpp-sasl';

/** An XMPP stream (RFC 6120) up to the failed authentication: in clear with `upgrade`, inside TLS without. */
export function serveXmpp(socket: Socket, mood: XmppMood, upgrade?: (socket: Socket) => void): void {
  socket.setNoDelay(true);
  if (mood === 'silent') {
    socket.resume();
    return;
  }
  if (mood === 'http') {
    socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n'));
    return;
  }
  let text = '';
  let opened = false;
  socket.on('data', function read(chunk: Buffer) {
    text += chunk.toString('latin1');
    if (text.length > longestStanza) return refuse('policy-violation');
    if (!opened) {
      const start = /<stream:stream\s[^>]*>/.exec(text);
      if (!start) {
        if (/^\s*[^<\s]/.test(text) || text.includes('<auth')) refuse('not-well-formed');
        return;
      }
      text = text.slice(start.index + start[0].length);
      opened = true;
      const to = /\sto=(['"])(.*?)\1/.exec(start[0])?.[2] ?? '';
      if (mood === 'host-unknown' || to.toLowerCase() !== domain) return refuse('host-unknown');
      if (mood === 'stream-error') return refuse('internal-server-error');
      socket.write(streamStart());
      // The features travel in a segment of their own.
      setImmediate(() => socket.writable && socket.write(featuresOf(mood, upgrade !== undefined)));
    }
    if (upgrade && /<starttls\s[^>]*>/.test(text)) {
      socket.off('data', read);
      socket.write(`<proceed xmlns='${tlsNamespace}'/>`);
      upgrade(socket);
      return;
    }
    if (/<auth\s/.test(text)) {
      socket.off('data', read);
      socket.end(`<failure xmlns='${saslNamespace}'><not-authorized/></failure></stream:stream>`);
    }
  });

  function refuse(condition: string): void {
    const atOnce = condition === 'host-unknown' || condition === 'internal-server-error';
    const start = opened && !atOnce ? '' : streamStart();
    const error = `<${condition} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>`;
    socket.removeAllListeners('data');
    socket.resume();
    socket.end(`${start}<stream:error>${error}</stream:error></stream:stream>`);
  }
}

const mechanisms =
  `<mechanisms xmlns='${saslNamespace}'><mechanism>PLAIN</mechanism>` +
  '<mechanism>CISCO-VTG-TOKEN</mechanism></mechanisms>';

/** What is on offer, in clear or inside TLS. */
function featuresOf(mood: XmppMood, inClear: boolean): string {
  const required = mood === 'starttls-optional' ? '' : '<required/>';
  const startTls = `<starttls xmlns='${tlsNamespace}'>${required}</starttls>`;
  if (!inClear) return offer(mood === 'no-mechanisms' ? '' : mechanisms);
  if (mood === 'no-starttls') return offer(mechanisms);
  return offer(mood === 'starttls-optional' ? startTls + mechanisms : startTls);
}

function offer(features: string): string {
  return `<stream:features>${features}</stream:features>`;
}

function streamStart(): string {
  const id = randomBytes(6).toString('hex').toUpperCase();
  return (
    "<stream:stream xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:client' " +
    `xml:lang='en-US.UTF-8' id='${id}' from='${domain}' version='1.0'>`
  );
}
