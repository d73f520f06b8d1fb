import type { X509Certificate } from 'node:crypto';
import dgram from 'node:dgram';
import { once } from 'node:events';
import tls from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import {
  ask,
  doorAt,
  get,
  hasVoicemail,
  openPlain,
  openTls,
  query,
  queryTcp,
  readUntil,
  summary,
} from './clients.ts';

const network = 251;
const at = (subnet: number, host: number, port: number) => ({
  host: `127.${network}.${subnet}.${host}`,
  port,
});
const voicemailHost = at(3, 31, 443).host;
const outside = at(0, 53, 5300);
const inside = at(2, 53, 5300);
const prefix = Buffer.from('example.test').toString('base64url');
const basic = `Authorization: Basic ${Buffer.from('testuser:testpass').toString('base64')}`;

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ network });
});
afterAll(() => simulator.stop());

/** Unity Connection stays away where an ordinary user may not listen on 443. */
const isClosedHere = ({ host }: { readonly host: string }) =>
  host === voicemailHost && !hasVoicemail(simulator);

describe('name servers', () => {
  it.each([
    ['_collab-edge._tls.example.test', 'SRV', 'NOERROR: expe1.example.test:8443 expe2.example.test:8443'],
    ['_sips._tcp.example.test', 'SRV', 'NOERROR: expe1.example.test:5061 expe2.example.test:5061'],
    ['expe1.example.test', 'A', `NOERROR: 127.${network}.0.11`],
    ['EXPE1.example.TEST', 'A', `NOERROR: 127.${network}.0.11`],
    ['expe1.example.test', 'AAAA', 'NOERROR:'],
    ['_cisco-uds._tcp.example.test', 'SRV', 'NXDOMAIN:'],
    ['_cuplogin._tcp.example.test', 'SRV', 'NXDOMAIN:'],
    ['_tls.example.test', 'A', 'NOERROR:'],
    ['www.example.org', 'A', 'NXDOMAIN:'],
  ] as const)('outside answers %s %s with %s', async (name, type, expected) => {
    expect(summary(await query(outside, name, type))).toBe(expected);
  });

  it.each([
    ['_cisco-uds._tcp.example.test', 'SRV', 'NOERROR: cucm1.example.test:8443 cucm2.example.test:8443'],
    ['_collab-edge._tls.example.test', 'SRV', 'NXDOMAIN:'],
    ['expe2.example.test', 'A', `NOERROR: 127.${network}.1.12`],
    [`12.1.${network}.127.in-addr.arpa`, 'PTR', 'NOERROR: expe2.example.test'],
    [`31.3.${network}.127.in-addr.arpa`, 'PTR', 'NOERROR: cuc1.example.test'],
    ['expc-cluster.example.test', 'A', `NOERROR: 127.${network}.2.11 127.${network}.2.12`],
  ] as const)('inside answers %s %s with %s', async (name, type, expected) => {
    expect(summary(await query(inside, name, type))).toBe(expected);
  });

  it('answer over TCP too', async () => {
    const answer = await queryTcp(outside, '_collab-edge._tls.example.test', 'SRV');
    expect(summary(answer)).toBe('NOERROR: expe1.example.test:8443 expe2.example.test:8443');
  });
});

describe('Expressway-E on 8443', () => {
  const edge = at(0, 11, 8443);
  const request = async (path: string, headers: readonly string[] = []) =>
    ask(await openTls(edge, { servername: 'expe1.example.test' }), get(path, headers));

  it('asks for credentials on behalf of Expressway-C', async () => {
    const answer = await request(`/${prefix}/get_edge_config?service_name=_cisco-uds`);
    expect(answer).toMatch(/^HTTP\/1\.1 401 Unauthorized\r\n/);
    expect(answer).toContain('WWW-Authenticate: Basic realm="Cisco-Edge"\r\n');
    expect(answer).toContain('Server: CE_C ECS\r\n');
    expect(answer).toMatch(/Date: .* GMT\r\nAge: 0\r\nTransfer-Encoding: chunked\r\n/);
    expect(answer).toMatch(/\r\n\r\n0\r\n\r\n$/);
  });

  it('gives the edge configuration to a user', async () => {
    const answer = await request(`/${prefix}/get_edge_config`, [basic]);
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK/);
    expect(answer).toContain('Set-Cookie: X-Auth=');
    expect(answer).toContain('<httpEdgeServer><server><address>expe1.example.test</address>');
  });

  it.each([
    [Buffer.from('example.org').toString('base64url'), '403 Forbidden'],
    ['', '404 Not Found'],
    ['%00', '404 Not Found'],
  ])('answers by itself for the prefix "%s": %s', async (path, status) => {
    const answer = await request(`/${path}`);
    expect(answer).toContain(`HTTP/1.1 ${status}\r\n`);
    expect(answer).toContain('Server: CE_E\r\nContent-Length: 0\r\n');
  });

  it('passes user data requests on to Unified CM', async () => {
    const target = Buffer.from('example.test/https/cucm1.example.test/8443').toString('base64url');
    expect(await request(`/${target}/cucm-uds/version`, [basic])).toContain('<version>15.0.1</version>');
    expect(await request(`/${target}/cucm-uds/version`)).toContain('401 Unauthorized');
  });

  it('tells of single sign-on without credentials', async () => {
    expect(await request(`/${prefix}/get_edge_sso?email=a@example.test`)).toContain('<SSOResult');
  });
});

describe('certificates', () => {
  const peerNames = (host: string) =>
    `DNS:${host}.example.test, DNS:example.test, DNS:conference-2-standalone.example.test`;

  it.for([
    ['expe1.example.test', at(0, 11, 8443), 2, peerNames('expe1'), 'rsa'],
    ['expe2.example.test', at(0, 12, 5061), 2, peerNames('expe2'), 'rsa'],
    [
      'expc1.example.test',
      at(2, 11, 5061),
      1,
      'DNS:expc1.example.test, DNS:expc-cluster.example.test, DNS:jabber.secure.example.test, ' +
        'DNS:conference-2-standalone.example.test',
      'rsa',
    ],
    ['cucm1.example.test', at(3, 11, 8443), 1, 'DNS:cucm1.example.test', 'rsa'],
    ['imp1.example.test', at(3, 21, 7400), 1, 'DNS:imp1.example.test, DNS:example.test', 'rsa'],
    ['cuc1.example.test', at(3, 31, 443), 1, 'DNS:cuc1.example.test', 'ec'],
  ] as const)(
    'of %s verify against the simulated roots',
    async ([servername, endpoint, sent, names, key], { skip }) => {
      skip(isClosedHere(endpoint), 'port 443 is not permitted here');
      const socket = await openTls(endpoint, { servername, ca: simulator.trust, rejectUnauthorized: true });
      const leaf = socket.getPeerX509Certificate()!;
      let count = 0;
      for (let link: X509Certificate | undefined = leaf; link; link = link.issuerCertificate) count += 1;
      socket.destroy();
      expect(count).toBe(sent);
      expect(leaf.subjectAltName).toBe(names);
      expect(leaf.publicKey.asymmetricKeyType).toBe(key);
      const days = (leaf.validToDate.getTime() - leaf.validFromDate.getTime()) / 86_400_000;
      expect(days).toBe(398);
    },
  );

  it('are one and the same on all ports of an Expressway-E', async () => {
    const prints = new Set<string>();
    for (const endpoint of [at(0, 12, 8443), at(0, 12, 5061), at(1, 12, 7400)]) {
      const socket = await openTls(endpoint);
      prints.add(socket.getPeerX509Certificate()!.fingerprint256);
      socket.destroy();
    }
    expect(prints.size).toBe(1);
  });
});

describe('SIP', () => {
  const options = [
    'OPTIONS sip:example.test SIP/2.0',
    'Via: SIP/2.0/TLS 127.0.0.1:5061;branch=z9hG4bKtest',
    'From: <sip:probe@example.test>;tag=1',
    'To: <sip:example.test>',
    'Call-ID: test',
    'CSeq: 1 OPTIONS',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');

  it.each([
    ['Expressway-E', at(0, 11, 5061), true, 'TANDBERG/4137 (X15.0.3)'],
    ['Expressway-C', at(2, 12, 5061), true, 'TANDBERG/4137 (X15.0.3)'],
    ['Unified CM', at(3, 11, 5061), true, 'Cisco-CUCM15.0'],
    ['Unified CM without TLS', at(3, 12, 5060), false, 'Cisco-CUCM15.0'],
  ])('of %s answers OPTIONS', async (_who, endpoint, secure, server) => {
    const socket = secure ? await openTls(endpoint) : await openPlain(endpoint);
    socket.write(options.slice(0, 40));
    socket.write(options.slice(40));
    const answer = await readUntil(socket, /\r\n\r\n/);
    expect(answer).toMatch(
      /^SIP\/2\.0 200 OK\r\nVia: SIP\/2\.0\/TLS 127\.0\.0\.1:5061;branch=z9hG4bKtest\r\n/,
    );
    expect(answer).toContain(`Server: ${server}\r\n`);
    socket.write('\r\n\r\n');
    expect(await readUntil(socket, /\r\n/)).toBe('\r\n');
    socket.destroy();
  });

  it('of the traversal zone demands a client certificate', async () => {
    const socket = tls.connect({ ...at(1, 11, 7001), rejectUnauthorized: false, maxVersion: 'TLSv1.2' });
    const [error] = await once(socket, 'error');
    expect((error as NodeJS.ErrnoException).code).toMatch(/ALERT_HANDSHAKE_FAILURE/);
  });
});

describe('XMPP', () => {
  const stream = (to: string) =>
    `<stream:stream to='${to}' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>`;

  it.each([
    ['Expressway-E', at(0, 11, 5222)],
    ['IM and Presence', at(3, 21, 5222)],
  ])('of %s asks for TLS and then for a password or a token', async (_who, endpoint) => {
    const socket = await openPlain(endpoint);
    socket.write(stream('example.test'));
    expect(await readUntil(socket, /<\/stream:features>/)).toMatch(/from='example\.test'.*<required\/>/);
    socket.write("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
    expect(await readUntil(socket, />/)).toBe("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
    const secure = tls.connect({ socket, rejectUnauthorized: false, servername: 'example.test' });
    await once(secure, 'secureConnect');
    secure.write(stream('example.test'));
    expect(await readUntil(secure, /<\/stream:features>/)).toMatch(/PLAIN.*CISCO-VTG-TOKEN/);
    secure.write("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AAAA</auth>");
    expect(await readUntil(secure, /<\/stream:stream>/)).toContain('<not-authorized/>');
    secure.destroy();
  });

  it('does not know another domain', async () => {
    const socket = await openPlain(at(0, 11, 5222));
    expect(await ask(socket, stream('example.org'))).toContain('<host-unknown ');
  });
});

describe('SSH', () => {
  it('offers X.509 host keys', async () => {
    const socket = await openPlain(at(1, 11, 2222));
    expect(await readUntil(socket, /\n/)).toBe('SSH-2.0-OpenSSH_9.8 PKIX[13.5]\r\n');
    socket.write('SSH-2.0-test\r\n');
    const packet = Buffer.from(await readUntil(socket, /hmac/), 'latin1');
    socket.destroy();
    expect(packet.length).toBe(packet.readUInt32BE(0) + 4);
    expect(packet.length % 8).toBe(0);
    expect(packet[5]).toBe(20);
    expect(packet.toString('latin1')).toContain('x509v3-rsa2048-sha256');
  });

  it('is closed on the external interface', async () => {
    expect(await doorAt(at(0, 11, 2222))).toBe('refused');
  });
});

describe('servers inside', () => {
  it.for([
    [at(3, 11, 8443), '/cucm-uds/version', '200 OK', '<version>15.0.1</version>'],
    [at(3, 12, 8443), '/cucm-uds/servers', '200 OK', '<server>cucm1.example.test</server>'],
    [at(3, 11, 8443), '/cucm-uds/clusterUser?username=testuser', '200 OK', 'found="true"'],
    [at(3, 11, 8443), '/cucm-uds/clusterUser?username=nobody', '200 OK', 'found="false"'],
    [at(3, 11, 8443), '/axl/', '401 Unauthorized', 'Server: \r\n'],
    [at(3, 11, 6972), '/jabber-config.xml', '200 OK', '<config version="1.0">'],
    [at(3, 21, 8443), '/EPASSoap/service/v80', '401 Unauthorized', 'Cisco Web Services Realm'],
    [at(3, 31, 443), '/vmrest/version', '401 Unauthorized', 'Cisco Web Services Realm'],
  ] as const)('%o answer %s with %s', async ([endpoint, path, status, text], { skip }) => {
    skip(isClosedHere(endpoint), 'port 443 is not permitted here');
    const answer = await ask(await openTls(endpoint), get(path));
    expect(answer).toContain(`HTTP/1.1 ${status}`);
    expect(answer).toContain(text);
    expect(answer).toMatch(/\r\nDate: .* GMT\r\n/);
  });

  it.for([
    [at(3, 11, 6970), '/jabber-config.xml', '200 OK'],
    [at(3, 11, 6970), '/absent.xml', '404 Not Found'],
    [at(3, 31, 7080), '/', '404 Not Found'],
  ] as const)('%o answer %s without TLS with %s', async ([endpoint, path, status], { skip }) => {
    skip(isClosedHere(endpoint), 'port 443 is not permitted here');
    expect(await ask(await openPlain(endpoint), get(path))).toContain(`HTTP/1.1 ${status}`);
  });
});

describe('the clock', () => {
  it('answers a client with its own time stamp and the time', async () => {
    const socket = dgram.createSocket('udp4');
    const request = Buffer.alloc(48);
    request[0] = (4 << 3) | 3;
    request.write('0123456789abcdef', 40, 'hex');
    socket.send(request, 1123, `127.${network}.2.123`);
    const [answer] = (await once(socket, 'message', { signal: AbortSignal.timeout(1_000) })) as [Buffer];
    socket.close();
    expect([answer.length, answer[0]! & 7, answer[1]]).toEqual([48, 4, 2]);
    expect(answer.toString('hex', 24, 32)).toBe('0123456789abcdef');
    const seconds = answer.readUInt32BE(40) - 2_208_988_800;
    expect(Math.abs(seconds - Date.now() / 1000)).toBeLessThan(2);
  });
});
