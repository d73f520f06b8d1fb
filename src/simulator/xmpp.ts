import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { domain } from './world.ts';

const longestStanza = 16_384;
const tlsNamespace = 'urn:ietf:params:xml:ns:xmpp-tls';
const saslNamespace = 'urn:ietf:params:xml:ns:xmpp-sasl';

/** An XMPP stream (RFC 6120) up to the failed authentication: in clear with `upgrade`, inside TLS without. */
export function serveXmpp(socket: Socket, upgrade?: (socket: Socket) => void): void {
  socket.setNoDelay(true);
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
      if (to.toLowerCase() !== domain) return refuse('host-unknown');
      socket.write(streamStart());
      // The features travel in a segment of their own.
      setImmediate(() => socket.writable && socket.write(upgrade ? needsTls : mechanisms));
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
    const start = opened && condition !== 'host-unknown' ? '' : streamStart();
    const error = `<${condition} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>`;
    socket.removeAllListeners('data');
    socket.resume();
    socket.end(`${start}<stream:error>${error}</stream:error></stream:stream>`);
  }
}

const needsTls = `<stream:features><starttls xmlns='${tlsNamespace}'><required/></starttls></stream:features>`;
const mechanisms =
  `<stream:features><mechanisms xmlns='${saslNamespace}'><mechanism>PLAIN</mechanism>` +
  '<mechanism>CISCO-VTG-TOKEN</mechanism></mechanisms></stream:features>';

function streamStart(): string {
  const id = randomBytes(6).toString('hex').toUpperCase();
  return (
    "<stream:stream xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:client' " +
    `xml:lang='en-US.UTF-8' id='${id}' from='${domain}' version='1.0'>`
  );
}
