import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Bind, startBind } from './bind.ts';
import {
  type Authority,
  challenge,
  domain,
  type Edge,
  type EdgeChange,
  issue,
  labAt,
  openAuthority,
  publicZones,
  startEdge,
  words,
} from './edge.ts';
import { startKamailio } from './kamailio.ts';
import { causes, troubleshoot } from './mradar.ts';
import { patience } from './tools.ts';

vi.setConfig(patience);

const lab = labAt(2);
let authority: Authority;
let bind: Bind;
let edge: Edge;

beforeAll(async () => {
  authority = await openAuthority();
  bind = await startBind({ port: lab.dnsPort, zones: publicZones(lab) });
  edge = await startEdge(lab, authority);
});
afterAll(async () => {
  await edge?.stop();
  await bind?.stop();
  await authority?.close();
});

/** Exit status and causes of one round. */
async function told(more: readonly string[] = []) {
  const { status, report } = await troubleshoot([...words(bind, authority), ...more]);
  return { status, causes: causes(report) };
}

test('a healthy edge is told to be healthy, with no cause at all', async () => {
  const { status, report } = await troubleshoot(words(bind, authority));
  expect(report.diagnosis.causes.map(({ code }) => code)).toEqual([]);
  expect(report.diagnosis.status).toBe('ok');
  expect(status).toBe(0);
});

describe('an edge of nginx', () => {
  afterAll(() => edge.load());

  async function toldWith(change: EdgeChange) {
    await edge.load(change);
    return told();
  }
  const https = 'expe2.lab.test:8443';
  const sip = 'expe2.lab.test:5061';
  const chat = 'expe2.lab.test:5222';

  test('one peer does not listen on 8443', async () => {
    expect(await toldWith({ expe2: { ports: [5061, 5222] } })).toEqual({
      status: 2,
      causes: [`PORT_REFUSED ${https}`],
    });
  });

  test('one peer does not listen at all', async () => {
    expect(await toldWith({ expe2: { ports: [] } })).toEqual({
      status: 2,
      causes: ['NODE_REFUSES expe2.lab.test'],
    });
  });

  test('both peers do not listen at all', async () => {
    expect(await toldWith({ expe1: { ports: [] }, expe2: { ports: [] } })).toEqual({
      status: 2,
      causes: [`EDGE_REFUSES lab-test`],
    });
  });

  test.each([
    { when: 'is expired', code: 'CERT_EXPIRED', change: { fromDay: -400 } },
    { when: 'is not valid yet', code: 'CERT_NOT_YET_VALID', change: { fromDay: 2 } },
    { when: 'is sent without its intermediate', code: 'CERT_CHAIN_INCOMPLETE', change: { sends: 'leaf' } },
    { when: 'names another host', code: 'CERT_HOST_MISMATCH', change: { names: ['mail.lab.test', domain] } },
    { when: 'lacks the domain', code: 'CERT_SAN_DOMAIN_MISSING', change: { names: ['expe2.lab.test'] } },
    { when: 'is signed by itself', code: 'CERT_SELF_SIGNED', change: { issuer: 'self' } },
    { when: 'is of an unknown authority', code: 'CERT_ISSUER_UNTRUSTED', change: { issuer: 'unknown' } },
    { when: 'is for clients only', code: 'CERT_EKU_SERVER_MISSING', change: { uses: ['client'] } },
    { when: 'has a key of 1024 bits', code: 'CERT_KEY_WEAK', change: { key: 'rsa-1024' }, weak: true },
    { when: 'is signed with SHA-1', code: 'CERT_SIGNATURE_WEAK', change: { hash: 'sha1' }, weak: true },
  ] satisfies readonly {
    when: string;
    code: string;
    change: Parameters<typeof issue>[2];
    weak?: true;
  }[])('the certificate of one peer $when', async ({ code, change, ...more }) => {
    const certificate = await issue(authority, 'expe2', change);
    const tls = 'weak' in more ? 'ssl_ciphers ALL:@SECLEVEL=0;' : '';
    expect(await toldWith({ expe2: { certificate, tls } })).toEqual({
      status: 2,
      causes: [`${code} ${https} ${sip} ${chat}`],
    });
  });

  test('the certificate of one peer ends in ten days', async () => {
    const certificate = await issue(authority, 'expe2', { fromDay: -388 });
    const causes = [`CERT_EXPIRES_SOON ${https} ${sip} ${chat}`];
    expect(await toldWith({ expe2: { certificate } })).toEqual({ status: 1, causes });
  });

  test('the certificate of one peer is that of the other', async () => {
    const certificate = await issue(authority, 'expe1');
    const causes = [`CERT_HOST_MISMATCH ${https} ${sip} ${chat}`];
    expect(await toldWith({ expe2: { certificate } })).toEqual({ status: 2, causes });
  });

  test.each([
    { when: 'TLS 1.3 only', tls: 'ssl_protocols TLSv1.3;' },
    { when: 'client certificates asked for', tls: 'ssl_verify_client optional_no_ca;' },
  ])('nothing is wrong with $when', async ({ tls }) => {
    expect(await toldWith({ expe2: { tls } })).toEqual({ status: 0, causes: [] });
  });

  test('nothing is wrong with a key on an elliptic curve', async () => {
    const certificate = await issue(authority, 'expe2', { key: 'ec' });
    expect(await toldWith({ expe2: { certificate } })).toEqual({ status: 0, causes: [] });
  });

  test('the clock of one peer is an hour ahead', async () => {
    const date = new Date(Date.now() + 3_600_000).toUTCString();
    const answer = `more_set_headers 'Date: ${date}'; ${challenge}`;
    expect(await toldWith({ expe2: { answer } })).toEqual({ status: 2, causes: [`CLOCK_DIFFERS ${https}`] });
  });

  test.each([
    { port: 5061, affects: 'calls' },
    { port: 5222, affects: 'messaging' },
  ])('one peer does not listen on $port: only $affects fail', async ({ port, affects }) => {
    await edge.load({ expe2: { ports: [8443, 5061, 5222].filter(other => other !== port) } });
    const { status, report } = await troubleshoot(words(bind, authority));
    expect({ status, causes: causes(report) }).toEqual({
      status: 2,
      causes: [`PORT_REFUSED expe2.lab.test:${port}`],
    });
    expect(report.diagnosis.causes[0]).toMatchObject({ affects });
  });

  test('headers of 18 KB are not told to be something else than HTTP', async () => {
    const header = (name: string) => `'${name}: ${'x'.repeat(3_000)}'`;
    const answer = `more_set_headers ${['A', 'B', 'C', 'D', 'E', 'F'].map(header).join(' ')}; ${challenge}`;
    const { causes } = await toldWith({ expe2: { answer } });
    expect(causes).not.toContain(`EDGE_NOT_HTTP ${https}`);
  });

  test('TLS 1.1 at most', async () => {
    const tls = 'ssl_protocols TLSv1 TLSv1.1; ssl_ciphers ALL:@SECLEVEL=0;';
    expect(await toldWith({ expe2: { tls } })).toEqual({
      status: 1,
      causes: [`TLS_PROTOCOL_OLD ${https}`, `TLS_PROTOCOL_OLD ${sip}`],
    });
  });

  test.each([
    { answer: "more_set_headers 'Server: CE_E'; return 403;", status: 2, code: 'EDGE_DOMAIN_FORBIDDEN' },
    { answer: "more_set_headers 'Server: CE_C ECS'; return 403;", status: 2, code: 'EDGE_FORBIDDEN' },
    { answer: "more_set_headers 'Server: CE_E'; return 429;", status: 1, code: 'EDGE_RATE_LIMITED' },
    { answer: "more_set_headers 'Server: CE_E'; return 502;", status: 2, code: 'EDGE_NEXT_HOP_FAILED' },
    { answer: "more_set_headers 'Server: CE_E'; return 503;", status: 2, code: 'EDGE_MAINTENANCE' },
    { answer: 'return 404;', status: 2, code: 'EDGE_NOT_EXPRESSWAY' },
    { answer: "return 200 'Next Hop Connection Failed';", status: 2, code: 'EDGE_NOT_EXPRESSWAY' },
    { answer: 'return 444;', status: 2, code: 'EDGE_SILENT_HTTP' },
  ])('$answer is $code', async ({ answer, status, code }) => {
    expect(await toldWith({ expe2: { answer } })).toEqual({ status, causes: [`${code} ${https}`] });
  });

  test.each([
    { line: '502 Next Hop Connection Failed', code: 'EDGE_NEXT_HOP_FAILED' },
    { line: '502 connect failed', code: 'EDGE_ORIGIN_REFUSED' },
  ])('$line, passed on with its own words, is $code', async ({ line, code }) => {
    // the request is read before the answer is given, or the answer may be lost in a reset
    const more = `server {
      listen ${lab.behind}:8080;
      ssl_preread on;
      return "HTTP/1.1 ${line}\\r\\nServer: CE_E\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n";
    }`;
    const answer = `proxy_pass http://${lab.behind}:8080; proxy_pass_header Server;`;
    expect(await toldWith({ expe2: { answer }, more })).toEqual({
      status: 2,
      causes: [`${code} ${https}`],
    });
  });

  test('nothing in clear where TLS is expected', async () => {
    const more = `server { listen ${lab.expe2}:5061; return "SIP/2.0 400 Bad Request\\r\\n\\r\\n"; }`;
    expect(await toldWith({ expe2: { ports: [8443, 5222] }, more })).toEqual({
      status: 2,
      causes: [`TLS_NOT_TLS ${sip}`],
    });
  });

  describe('behind 5061 is', () => {
    const other = `${lab.behind}:5070`;
    const expe2 = { sip: other };

    test('a Kamailio that drops every request', async () => {
      const silent = await startKamailio(lab.behind, await issue(authority, 'expe2'), 'drop;');
      try {
        await edge.load({ expe2: { sip: `${lab.behind}:5060` } });
        expect(await told(['--timeout', '1'])).toEqual({ status: 2, causes: [`SIP_SILENT ${sip}`] });
      } finally {
        await silent.stop();
      }
    });

    test('a SIP server of another maker', async () => {
      const server = await startKamailio(
        lab.behind,
        await issue(authority, 'expe2'),
        'append_to_reply("Server: Other/1.0\\r\\n"); sl_send_reply("200", "OK");',
        [],
        false,
      );
      try {
        expect(await toldWith({ expe2: { sip: `${lab.behind}:5060` } })).toEqual({
          status: 1,
          causes: [`SIP_OTHER_PRODUCT ${sip}`],
        });
      } finally {
        await server.stop();
      }
    });

    test('something that is not SIP', async () => {
      const more = `server { listen ${other}; ssl_preread on; return "HTTP/1.1 400 Bad Request\\r\\n\\r\\n"; }`;
      expect(await toldWith({ expe2, more })).toEqual({ status: 2, causes: [`SIP_NOT_SIP ${sip}`] });
    });

    test('an Expressway that calls for a pause', async () => {
      const route = 'append_to_reply("Retry-After: 60\\r\\n"); sl_send_reply("503", "Service Unavailable");';
      const server = await startKamailio(lab.behind, await issue(authority, 'expe2'), route);
      try {
        const { causes } = await toldWith({ expe2: { sip: `${lab.behind}:5060` } });
        expect(causes).toEqual([`SIP_OVERLOADED ${sip}`]);
      } finally {
        await server.stop();
      }
    });
  });

  describe('behind 5222 is', () => {
    test('a Prosody without TLS', async () => {
      const lines = ['modules_disabled = { "s2s", "posix", "tls" }', 'c2s_require_encryption = false'];
      const expe2 = { chat: lines };
      expect(await toldWith({ expe2 })).toEqual({ status: 2, causes: [`XMPP_NO_STARTTLS ${chat}`] });
    });

    test('a Prosody that lets clients sign in in clear', async () => {
      const expe2 = { chat: ['c2s_require_encryption = false'] };
      const { causes } = await toldWith({ expe2 });
      expect(causes).toEqual([`XMPP_STARTTLS_OPTIONAL ${chat}`]);
    });

    test('a Prosody that serves another domain', async () => {
      const expe2 = { chat: ['VirtualHost "else.test"', 'VirtualHost "lab.test"', 'enabled = false'] };
      expect(await toldWith({ expe2 })).toEqual({ status: 1, causes: [`XMPP_HOST_UNKNOWN ${chat}`] });
    });
  });
});
