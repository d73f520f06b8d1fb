/**
 * What the benchmarks talk to, in a process of its own: a name server on 127.0.0.1:5390 (UDP) whose every SRV name leads to
 * `expe.` below the domain and that to the address of its deployment, an HTTPS server on port 8443 and a TLS server that answers SIP on port 5061 of every loopback
 * address. Scrapes the URLs that its parent sends. Prints `ready` and the PEM of its root as one line of JSON.
 */
import dgram from 'node:dgram';
import { get } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { createServer as createTls } from 'node:tls';
import { Packet } from 'dns2';
import { issue, keyFor } from '../net/certificates.ts';

const root = issue({ commonName: 'Bench Root', ca: true });
const leaf = issue({
  keyPem: keyFor('bench', 'ec'),
  ...{
    commonName: 'expe.bench.example',
    issuer: root,
    extendedKeyUsage: ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'],
  },
  names: { dns: ['expe.bench.example', 'bench.example'] },
});
const credentials = { key: leaf.key, cert: leaf.pem + root.pem };

const names = dgram.createSocket('udp4');
names.on('message', (query, peer) => {
  const { header, questions } = Packet.parse(query);
  const question = questions[0]!;
  const packet = new Packet();
  packet.header.id = header.id;
  packet.header.qr = 1;
  packet.questions = [question];
  if (question.name.startsWith('_collab-edge._tls.')) {
    const target = question.name.replace('_collab-edge._tls.', 'expe.');
    const srv = {
      name: question.name,
      type: 33,
      class: 1,
      ttl: 60,
      priority: 1,
      weight: 1,
      port: 8443,
      target,
    };
    packet.answers = [srv as never];
  } else if (question.type === 1) {
    const number = Number(/\bd(\d+)\./.exec(question.name)?.[1] ?? 0);
    const address = `127.${1 + (number >> 8)}.${number & 255}.1`;
    packet.answers = [{ name: question.name, type: 1, class: 1, ttl: 60, address } as never];
  } else if (question.type !== 28) packet.header.rcode = 3;
  names.send(packet.toBuffer(), peer.port, peer.address);
});

const https = createHttps(credentials, (_request, response) => {
  response.writeHead(401, { Server: 'CE_E', 'WWW-Authenticate': 'Basic realm="MRA"', Connection: 'close' });
  response.end('<html><body>Unauthorized</body></html>');
});

const sip = createTls(credentials, socket => {
  socket.on('error', () => {});
  socket.on('data', data => {
    const header = (name: string) => new RegExp(`^${name}:.*$`, 'im').exec(String(data))?.[0] ?? '';
    const lines = [
      'SIP/2.0 200 OK',
      header('Via'),
      header('From'),
      `${header('To')};tag=1`,
      header('Call-ID'),
    ];
    socket.end(
      `${[...lines, header('CSeq'), 'Server: TANDBERG/4137 (X15.0.3)', 'Content-Length: 0'].join('\r\n')}\r\n\r\n`,
    );
  });
});

for (const server of [https, sip]) server.on('tlsClientError', () => {});
names.bind(5390, '127.0.0.1', () =>
  https.listen(8443, '0.0.0.0', () =>
    sip.listen(5061, '0.0.0.0', () =>
      process.stdout.write(`${JSON.stringify({ ready: true, root: root.pem })}\n`),
    ),
  ),
);
// A scrape as Prometheus does it, from outside the process that is measured.
process.on('message', (url: string) => {
  const began = performance.now();
  const request = get(url, { agent: false }, response => {
    let bytes = 0;
    response.on('data', chunk => {
      bytes += chunk.length;
    });
    response.on('end', () => process.send!({ bytes, ms: performance.now() - began }));
  });
  request.on('error', () => process.send!({ bytes: 0, ms: performance.now() - began }));
});
process.on('disconnect', () => process.exit());
