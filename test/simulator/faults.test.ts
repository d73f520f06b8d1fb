import type { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import tls from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { ask, doorAt, type Endpoint, get, openPlain, openTls, query, readUntil, summary } from './clients.ts';

const network = 252;
const at = (subnet: number, host: number, port: number) => ({
  host: `127.${network}.${subnet}.${host}`,
  port,
});
const outside = at(0, 53, 5300);
const inside = at(2, 53, 5300);
const collabEdge = '_collab-edge._tls.example.test';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ network });
});
afterAll(() => simulator.stop());

type Look = () => Promise<string>;
type Row = readonly [fault: string, look: Look, healthy: string, faulty: string];

/** What is seen changes with the fault, and changes back. */
async function comesAndGoes([fault, look, healthy, faulty]: Row): Promise<void> {
  expect(await look(), 'before').toBe(healthy);
  await simulator.set(fault, true);
  expect(await look(), 'during').toBe(faulty);
  await simulator.set(fault, false);
  expect(await look(), 'after').toBe(healthy);
}

const srv =
  (name = collabEdge): Look =>
  async () =>
    summary(await query(outside, name, 'SRV', 300));
const address =
  (name: string): Look =>
  async () =>
    summary(await query(outside, name, 'A', 300));
const reverse: Look = async () =>
  summary(await query(inside, `12.1.${network}.127.in-addr.arpa`, 'PTR', 300));
const doors =
  (...endpoints: readonly Endpoint[]): Look =>
  async () =>
    (await Promise.all(endpoints.map(endpoint => doorAt(endpoint)))).join(' ');

const healthySrv = 'NOERROR: expe1.example.test:8443 expe2.example.test:8443';

describe('faults of the DNS', () => {
  const expe2 = 'expe2.example.test';
  const rows: readonly Row[] = [
    ['srv-missing', srv(), healthySrv, 'NXDOMAIN:'],
    ['srv-disabled', srv(), healthySrv, 'NOERROR: :0'],
    ['srv-misspelt', srv(), healthySrv, 'NXDOMAIN:'],
    ['srv-misspelt', srv('_collab-edge._tcp.example.test'), 'NXDOMAIN:', healthySrv],
    ['srv-wrong-port', srv(), healthySrv, 'NOERROR: expe1.example.test:8444 expe2.example.test:8444'],
    ['srv-target-is-address', srv(), healthySrv, `NOERROR: 127.${network}.0.11:8443 expe2.example.test:8443`],
    ['target-no-address', address(expe2), `NOERROR: 127.${network}.0.12`, 'NXDOMAIN:'],
    ['uds-exposed', srv('_cisco-uds._tcp.example.test'), 'NXDOMAIN:', 'NOERROR: cucm1.example.test:8443'],
    ['cuplogin-exposed', srv('_cuplogin._tcp.example.test'), 'NXDOMAIN:', 'NOERROR: imp1.example.test:8443'],
    ['underscore-name', srv(), healthySrv, `${healthySrv} exp_e2.example.test:8443`],
    ['name-case-differs', srv(), healthySrv, 'NOERROR: expe1.example.test:8443 expe2.Example.test:8443'],
    ['peer-not-in-srv', srv(), healthySrv, 'NOERROR: expe1.example.test:8443'],
    ['address-shared', address(expe2), `NOERROR: 127.${network}.0.12`, `NOERROR: 127.${network}.0.11`],
    ['resolver-silent', srv(), healthySrv, 'silence'],
    ['resolver-refuses', srv(), healthySrv, 'REFUSED:'],
    ['resolver-fails', address(expe2), `NOERROR: 127.${network}.0.12`, 'SERVFAIL:'],
    ['domain-servfail', srv(), healthySrv, 'SERVFAIL:'],
    ['dns-tcp-blocked', doors(outside), 'open', 'silent'],
    [
      'cisco-uds-missing',
      async () => summary(await query(inside, '_cisco-uds._tcp.example.test', 'SRV')),
      'NOERROR: cucm1.example.test:8443 cucm2.example.test:8443',
      'NXDOMAIN:',
    ],
    ['ptr-missing', reverse, 'NOERROR: expe2.example.test', 'NXDOMAIN:'],
    [
      'ptr-multiple',
      reverse,
      'NOERROR: expe2.example.test',
      'NOERROR: expe2.example.test old-expe2.example.test',
    ],
    ['ptr-differs', reverse, 'NOERROR: expe2.example.test', 'NOERROR: old-expe2.example.test'],
  ];
  it.each(rows)('%s comes and goes', async (...row) => comesAndGoes(row));

  it('dns-tcp-blocked cuts the answer off', async () => {
    await simulator.set('dns-tcp-blocked', true);
    const answer = (await query(outside, collabEdge, 'SRV'))!;
    await simulator.set('dns-tcp-blocked', false);
    expect(answer.header.tc).toBe(1);
    expect(answer.answers.length).toBeGreaterThan(2);
  });

  it('domain-servfail leaves hosts alone', async () => {
    await simulator.set('domain-servfail', true);
    expect(await address(expe2)()).toBe(`NOERROR: 127.${network}.0.12`);
    await simulator.set('domain-servfail', false);
  });

  it('underscore-name brings a working Expressway-E', async () => {
    await simulator.set('underscore-name', true);
    const servername = 'exp_e2.example.test';
    const socket = await openTls(at(0, 13, 8443), {
      servername,
      ca: simulator.trust,
      rejectUnauthorized: true,
    });
    const answer = await ask(
      socket,
      get(`/${Buffer.from('example.test').toString('base64url')}/get_edge_config`),
    );
    expect(answer).toContain('Server: CE_C ECS');
    await simulator.set('underscore-name', false);
    expect(await doorAt(at(0, 13, 8443))).toBe('refused');
  });
});

describe('faults of ports', () => {
  const three = (host: number) => [8443, 5061, 5222].map(port => at(0, host, port));
  const all = [...three(11), ...three(12)];
  const both = (subnet: number, port: number) => doors(at(subnet, 11, port), at(subnet, 12, port));
  const six = (state: string) => Array(6).fill(state).join(' ');
  const rows: readonly Row[] = [
    ['node-refuses', doors(...all), six('open'), 'open open open refused refused refused'],
    ['edge-refuses', doors(...all), six('open'), six('refused')],
    ['node-silent', doors(...all), six('open'), 'open open open silent silent silent'],
    ['edge-silent', doors(...all), six('open'), six('silent')],
    ['port-refused-8443', doors(...all), six('open'), 'open open open refused open open'],
    ['sip-refused', doors(...all), six('open'), 'open refused open open refused open'],
    ['xmpp-refused', doors(...all), six('open'), 'open open refused open open refused'],
    ['exposed-tunnel', doors(at(0, 11, 2222)), 'refused', 'open'],
    ['tunnel-refused', both(1, 2222), 'open open', 'refused refused'],
    ['zone-refused', both(1, 7001), 'open open', 'refused refused'],
    ['xcp-refused', both(1, 7400), 'open open', 'refused refused'],
    ['tftp-refused', both(3, 6970), 'open open', 'refused refused'],
    ['uds-refused', both(3, 8443), 'open open', 'refused refused'],
  ];
  it.each(rows)('%s comes and goes', async (...row) => comesAndGoes(row));
});

describe('faults of certificates', () => {
  /** One fact of the certificate at a service; the handshake is made whatever it says. */
  const fact =
    (
      endpoint: Endpoint,
      servername: string,
      read: (leaf: X509Certificate, socket: tls.TLSSocket) => unknown,
    ): Look =>
    async () => {
      const socket = await openTls(endpoint, { servername, ca: simulator.trust });
      const text = String(read(socket.getPeerX509Certificate()!, socket));
      socket.destroy();
      return text;
    };
  const expe2 = (read: (leaf: X509Certificate, socket: tls.TLSSocket) => unknown) =>
    fact(at(0, 12, 8443), 'expe2.example.test', read);
  const daysTo = (date: Date) => Math.round((date.getTime() - Date.now()) / 86_400_000);
  const trust = (_leaf: X509Certificate, socket: tls.TLSSocket) => socket.authorizationError ?? 'trusted';
  const names = (leaf: X509Certificate) => leaf.subjectAltName;
  const chat = 'DNS:conference-2-standalone.example.test';
  const ownNames = `DNS:expe2.example.test, DNS:example.test, ${chat}`;
  const server = '1.3.6.1.5.5.7.3.1';
  const client = '1.3.6.1.5.5.7.3.2';
  const expc2Names = (list: readonly string[]) =>
    ['expc2', ...list].map(name => `DNS:${name}.example.test`).join(', ');
  const expc2 = fact(at(2, 12, 5061), 'expc2.example.test', names);
  const wholeExpc2 = expc2Names(['expc-cluster', 'jabber.secure', 'conference-2-standalone']);

  const rows: readonly Row[] = [
    ['chain-incomplete', expe2(leaf => leaf.issuerCertificate === undefined), 'false', 'true'],
    ['self-signed', expe2(trust), 'trusted', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['issuer-untrusted', expe2(trust), 'trusted', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'],
    ['expired', expe2(leaf => daysTo(leaf.validToDate)), '368', '-2'],
    ['not-yet-valid', expe2(leaf => daysTo(leaf.validFromDate)), '-30', '2'],
    ['expires-soon', expe2(leaf => daysTo(leaf.validToDate)), '368', '9'],
    ['host-mismatch', expe2(names), ownNames, `DNS:expe9.example.test, DNS:example.test, ${chat}`],
    ['san-domain-missing', expe2(names), ownNames, `DNS:expe2.example.test, ${chat}`],
    ['eku-no-server', expe2(leaf => leaf.keyUsage), `${server},${client}`, client],
    ['eku-no-client', expe2(leaf => leaf.keyUsage), `${server},${client}`, server],
    ['key-weak', expe2(leaf => leaf.publicKey.asymmetricKeyDetails?.modulusLength), '2048', '1024'],
    [
      'signature-weak',
      expe2(leaf => leaf.signatureAlgorithm),
      'sha256WithRSAEncryption',
      'sha1WithRSAEncryption',
    ],
    ['common-name-missing', expe2(leaf => leaf.subject.includes('CN=')), 'true', 'false'],
    ['wildcard', expe2(names), ownNames, `DNS:*.example.test, DNS:example.test, ${chat}`],
    ['profile-missing', expc2, wholeExpc2, expc2Names(['expc-cluster', 'conference-2-standalone'])],
    ['cluster-name-missing', expc2, wholeExpc2, expc2Names(['jabber.secure', 'conference-2-standalone'])],
    ['chat-alias-missing', expc2, wholeExpc2, expc2Names(['expc-cluster', 'jabber.secure'])],
    [
      'ucm-certificate-expired',
      fact(at(3, 11, 8443), 'cucm1.example.test', leaf => daysTo(leaf.validToDate)),
      '368',
      '-2',
    ],
  ];
  it.each(rows)('%s comes and goes', async (...row) => comesAndGoes(row));

  const fingerprint = async (endpoint: Endpoint) =>
    fact(endpoint, 'expe2.example.test', leaf => leaf.fingerprint256)();

  it('sip-certificate-differs shows two certificates', async () => {
    await simulator.set('sip-certificate-differs', true);
    expect(await fingerprint(at(0, 12, 5061))).not.toBe(await fingerprint(at(0, 12, 8443)));
    await simulator.set('sip-certificate-differs', false);
    expect(await fingerprint(at(0, 12, 5061))).toBe(await fingerprint(at(0, 12, 8443)));
  });

  it('self-signed-twins shows two self-signed certificates with one subject', async () => {
    await simulator.set('self-signed-twins', true);
    const subject = (leaf: X509Certificate) => `${leaf.subject} ${leaf.issuer === leaf.subject}`;
    const [tomcat, callManager] = [at(3, 11, 8443), at(3, 11, 5061)];
    expect(await fact(tomcat, '', subject)()).toMatch(/CN=cucm1\.example\.test true$/);
    expect(await fact(callManager, '', subject)()).toBe(await fact(tomcat, '', subject)());
    expect(await fingerprint(tomcat)).not.toBe(await fingerprint(callManager));
    await simulator.set('self-signed-twins', false);
  });

  it('are the same on XMPP after STARTTLS', async () => {
    await simulator.set('expired', true);
    const socket = await openPlain(at(0, 12, 5222));
    socket.write("<stream:stream to='example.test' version='1.0'><starttls xmlns='urn:x'/>");
    await readUntil(socket, /<proceed/);
    const secure = tls.connect({ socket, rejectUnauthorized: false });
    await once(secure, 'secureConnect');
    const print = secure.getPeerX509Certificate()!.fingerprint256;
    secure.destroy();
    expect(print).toBe(await fingerprint(at(0, 12, 8443)));
    await simulator.set('expired', false);
  });
});

describe('faults of TLS', () => {
  const handshake =
    (endpoint: Endpoint): Look =>
    async () => {
      try {
        const socket = await openTls(endpoint, {}, 300);
        const protocol = socket.getProtocol()!;
        socket.destroy();
        return protocol;
      } catch (error) {
        return (error as NodeJS.ErrnoException).code!;
      }
    };
  const rows: readonly Row[] = [
    ['not-tls', handshake(at(0, 12, 5061)), 'TLSv1.3', 'ERR_SSL_WRONG_VERSION_NUMBER'],
    ['tls-closed', handshake(at(0, 12, 8443)), 'TLSv1.3', 'ECONNRESET'],
    ['tls-silent', handshake(at(0, 12, 8443)), 'TLSv1.3', 'ABORT_ERR'],
    ['tls-old', handshake(at(0, 12, 8443)), 'TLSv1.3', 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION'],
  ];
  it.each(rows)('%s comes and goes', async (...row) => comesAndGoes(row));

  it('tls-old serves a client that is as old', async () => {
    await simulator.set('tls-old', true);
    const socket = await openTls(at(0, 12, 8443), { minVersion: 'TLSv1', ciphers: 'DEFAULT:@SECLEVEL=0' });
    expect(socket.getProtocol()).toBe('TLSv1.1');
    socket.destroy();
    await simulator.set('tls-old', false);
  });
});

describe('faults of the edge', () => {
  const path = `/${Buffer.from('example.test').toString('base64url')}/get_edge_config`;
  const edge =
    (host: number): Look =>
    async () => {
      const socket = await openTls(at(0, host, 8443));
      const timer = setTimeout(() => socket.end(), 300);
      const answer = await ask(socket, get(path));
      clearTimeout(timer);
      return `${answer.split('\r\n')[0]} ${/Server: (.*)\r\n/.exec(answer)?.[1]}`;
    };
  const clock: Look = async () => {
    const answer = await ask(await openTls(at(0, 12, 8443)), get(path));
    const ahead = Date.parse(/Date: (.*)\r\n/.exec(answer)![1]!) - Date.now();
    return String(Math.round(ahead / 4_000) * 4);
  };
  const healthy = 'HTTP/1.1 401 Unauthorized CE_C ECS';
  const rows: readonly Row[] = [
    ['edge-next-hop-failed', edge(11), healthy, 'HTTP/1.1 502 Next Hop Connection Failed CE_E'],
    ['edge-origin-refused', edge(12), healthy, 'HTTP/1.1 502 connect failed CE_E'],
    ['edge-domain-forbidden', edge(11), healthy, 'HTTP/1.1 403 Forbidden CE_E'],
    ['edge-rate-limited', edge(12), healthy, 'HTTP/1.1 429 Too Many Requests CE_E'],
    ['edge-maintenance', edge(12), healthy, 'HTTP/1.1 503 Service Unavailable CE_E'],
    ['edge-not-expressway', edge(12), healthy, 'HTTP/1.1 404 Not Found nginx'],
    ['edge-silent-http', edge(12), healthy, ' undefined'],
    ['clock-differs', clock, '0', '300'],
    ['clock-drifts', clock, '0', '12'],
  ];
  it.each(rows)('%s comes and goes', async (...row) => comesAndGoes(row));
});

describe('switching', () => {
  it('knows every fault by one name', () => {
    const names = simulator.faults.map(fault => fault.name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, title, code } of simulator.faults) {
      expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(title).toMatch(/[^.]$/);
      expect(code).toMatch(/^[A-Z0-9]+(_[A-Z0-9]+)+$/);
    }
  });

  it('says what is on, and takes a second time for once', async () => {
    await Promise.all([
      simulator.set('srv-missing', true),
      simulator.set('srv-missing', true),
      simulator.set('expired', true),
    ]);
    expect(simulator.active()).toEqual(['srv-missing', 'expired']);
    await simulator.set('srv-missing', false);
    await simulator.set('srv-missing', false);
    await simulator.set('expired', false);
    expect(simulator.active()).toEqual([]);
  });

  it('refuses a name it does not know', async () => {
    await expect(simulator.set('gremlins', true)).rejects.toThrow('no fault named gremlins');
  });

  it('bears all faults at once and recovers', async () => {
    for (const { name } of simulator.faults) await simulator.set(name, true);
    for (const { name } of simulator.faults) await simulator.set(name, false);
    expect(await srv()()).toBe(healthySrv);
    expect(await doorAt(at(0, 12, 8443))).toBe('open');
    expect(await doorAt(at(3, 11, 8443))).toBe('open');
  });
});
