import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { SipMood } from './world.ts';

/** Who answers SIP requests, and how. */
export type SipAgent = { readonly product: string; readonly realm?: string; readonly overloaded?: boolean };

export const expressway: SipAgent = { product: 'TANDBERG/4137 (X15.0.3)' };
/** What answers in the place of the Expressway, or as another version of it. */
const otherProducts: Readonly<Partial<Record<SipMood, string>>> = {
  'other-product': 'Session-Border-Controller/7.2',
  older: 'TANDBERG/4137 (X14.2.7)',
  newer: 'TANDBERG/4137 (X15.2)',
};
export const unifiedCm: SipAgent = { product: 'Cisco-CUCM15.0' };
/** A traversal server wants to know who is there before it answers. */
export const traversal: SipAgent = { product: 'TANDBERG/4137 (X15.0.3)', realm: 'traversal (cluster 1)' };

const longestMessage = 16_384;

/** Answers SIP requests on one connection (RFC 3261), and the double CRLF that keeps it alive (RFC 5626). */
export function serveSip(socket: Socket, usual: SipAgent, mood: SipMood = 'healthy'): void {
  if (mood === 'silent') {
    socket.resume();
    return;
  }
  if (mood === 'http') {
    socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n'));
    return;
  }
  const agent = {
    ...usual,
    product: otherProducts[mood] ?? usual.product,
    overloaded: mood === 'overloaded',
  };
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
    for (;;) {
      if (text.startsWith('\r\n\r\n')) {
        text = text.slice(4);
        socket.write('\r\n');
        continue;
      }
      if (text.startsWith('\r\n') && text.length > 2) {
        text = text.slice(2);
        continue;
      }
      const size = messageSize(text);
      if (size === 'malformed' || text.length > longestMessage) {
        text = '';
        socket.end(`SIP/2.0 400 Bad Request\r\nServer: ${agent.product}\r\nContent-Length: 0\r\n\r\n`);
        return;
      }
      if (size === undefined) return;
      const answer = sipAnswer(text.slice(0, size), agent);
      text = text.slice(size);
      if (answer) socket.write(answer);
    }
  });
}

/** Characters of the first whole message; undefined when more has to come. */
function messageSize(text: string): number | 'malformed' | undefined {
  if (text !== '' && !/^[A-Z\r\n]/.test(text)) return 'malformed';
  const end = text.indexOf('\r\n\r\n');
  if (end <= 0) return undefined;
  const head = text.slice(0, end);
  if (!/^[A-Z]+ \S+ SIP\/2\.0\r\n/.test(head)) return 'malformed';
  const [length = '0'] = fields(head, 'Content-Length', 'l');
  if (!/^\d{1,5}$/.test(length)) return 'malformed';
  const size = end + 4 + Number(length);
  return text.length >= size ? size : undefined;
}

function sipAnswer(message: string, agent: SipAgent): string | undefined {
  const method = message.slice(0, message.indexOf(' '));
  if (method === 'ACK') return undefined;
  const [to = ''] = fields(message, 'To', 't');
  const tag = /;\s*tag=/i.test(to) ? '' : `;tag=${randomBytes(8).toString('hex')}`;
  const lines = [
    statusLine(method, agent),
    ...fields(message, 'Via', 'v').map(via => `Via: ${via}`),
    ...fields(message, 'From', 'f').map(from => `From: ${from}`),
    `To: ${to}${tag}`,
    ...fields(message, 'Call-ID', 'i').map(id => `Call-ID: ${id}`),
    ...fields(message, 'CSeq').map(sequence => `CSeq: ${sequence}`),
    `Server: ${agent.product}`,
    'Allow: INVITE,ACK,BYE,CANCEL,INFO,OPTIONS,REFER,SUBSCRIBE,NOTIFY',
  ];
  if (agent.overloaded) lines.push('Retry-After: 60');
  if (agent.realm !== undefined) {
    const nonce = randomBytes(16).toString('hex');
    lines.push(
      `WWW-Authenticate: Digest realm="${agent.realm}", nonce="${nonce}", algorithm=MD5, qop="auth"`,
    );
  }
  return `${lines.join('\r\n')}\r\nContent-Length: 0\r\n\r\n`;
}

function statusLine(method: string, agent: SipAgent): string {
  if (method !== 'OPTIONS') return 'SIP/2.0 405 Method Not Allowed';
  if (agent.overloaded) return 'SIP/2.0 503 Service Unavailable';
  return agent.realm === undefined ? 'SIP/2.0 200 OK' : 'SIP/2.0 401 Unauthorized';
}

/** Values of one header field, under its long or its compact name. */
function fields(message: string, name: string, compact = name): string[] {
  const wanted = [name.toLowerCase(), compact.toLowerCase()];
  return message
    .split('\r\n')
    .slice(1)
    .map(line => /^([\w-]+)\s*:\s*(.*)$/.exec(line))
    .filter(match => match !== null && wanted.includes(match[1]!.toLowerCase()))
    .map(match => match![2]!.trim());
}
