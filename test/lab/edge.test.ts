import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Bind, startBind } from './bind.ts';
import {
  type Authority,
  domain,
  type Edge,
  type EdgeChange,
  issue,
  labAt,
  openAuthority,
  otherDomain,
  publicZones,
  startEdge,
  words,
} from './edge.ts';
import { causes, troubleshoot } from './mradar.ts';

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

describe('records in BIND', () => {
  afterAll(() => bind.load(publicZones(lab)));

  test.each([
    {
      when: 'the SRV record is missing',
      change: lines => lines.filter(line => !line.includes('_collab-edge')),
      status: 2,
      causes: [`DNS_COLLAB_EDGE_MISSING ${domain}`],
    },
    {
      when: 'the SRV record stands under _tcp',
      change: lines => lines.map(line => line.replace('_collab-edge._tls', '_collab-edge._tcp')),
      status: 2,
      causes: [`DNS_COLLAB_EDGE_MISSPELT ${domain}`],
    },
    {
      when: 'the SRV target is "."',
      change: lines => [
        ...lines.filter(line => !line.includes('_collab-edge')),
        '_collab-edge._tls IN SRV 0 0 0 .',
      ],
      status: 2,
      causes: [`DNS_COLLAB_EDGE_DISABLED ${domain}`],
    },
    {
      when: 'the SRV records carry another port',
      change: lines => lines.map(line => line.replace(' 8443 ', ' 443 ')),
      status: 2,
      causes: [`DNS_COLLAB_EDGE_PORT_WRONG ${domain} ${domain}`],
    },
    {
      when: 'an SRV target has no address',
      change: lines => lines.filter(line => !line.startsWith('expe2 IN A')),
      status: 2,
      causes: ['DNS_TARGET_NO_ADDRESS expe2.lab.test'],
    },
    {
      when: '_cisco-uds stands in the public zone',
      change: lines => [...lines, '_cisco-uds._tcp IN SRV 10 10 8443 cucm1'],
      status: 2,
      causes: [`DNS_CISCO_UDS_EXPOSED ${domain}`],
    },
    {
      when: '_cuplogin stands in the public zone',
      change: lines => [...lines, '_cuplogin._tcp IN SRV 10 10 8443 imp1'],
      status: 2,
      causes: [`DNS_CUPLOGIN_EXPOSED ${domain}`],
    },
    {
      when: '_sips carries another port',
      change: lines => lines.map(line => line.replace(' 5061 expe1', ' 5060 expe1')),
      status: 1,
      causes: [`DNS_SIPS_PORT_WRONG ${domain}`],
    },
    {
      when: 'an SRV target is an alias (accepted for GeoDNS)',
      change: lines => [
        ...lines.filter(line => !line.startsWith('expe2 IN A')),
        'expe2 IN CNAME site2',
        `site2 IN A ${lab.expe2}`,
      ],
      status: 0,
      causes: [],
    },
    {
      when: 'both targets have one address',
      change: lines => lines.map(line => line.replace(`expe2 IN A ${lab.expe2}`, `expe2 IN A ${lab.expe1}`)),
      status: 2,
      causes: [
        'CERT_HOST_MISMATCH expe2.lab.test:8443 expe2.lab.test:5061 expe2.lab.test:5222',
        `DNS_ADDRESS_SHARED lab-test`,
      ],
    },
  ] satisfies readonly {
    when: string;
    change: (lines: readonly string[]) => readonly string[];
    status: number;
    causes: readonly string[];
  }[])('$when', async ({ change, ...expected }) => {
    await bind.load(publicZones(lab, change));
    expect(await told()).toEqual({ status: expected.status, causes: expected.causes });
  });
});

describe('a DNS server that does not answer', () => {
  const port = lab.dnsPort + 1;
  const endpoint = `127.0.0.1:${port}`;
  async function toldBy(options: Partial<Parameters<typeof startBind>[0]>) {
    const other = await startBind({ port, zones: {}, ...options });
    try {
      const { status, report } = await troubleshoot(words(other, authority));
      return { status, causes: causes(report) };
    } finally {
      await other.stop();
    }
  }

  test('one that answers nobody (allow-query none) is the cause, and no name is said to be missing', async () => {
    const statements = `zone "${domain}" { type primary; file "generation.lab"; allow-query { none; }; };`;
    expect(await toldBy({ statements })).toEqual({
      status: 3,
      causes: [`DNS_RESOLVER_REFUSES ${endpoint}`],
    });
  });

  test('one that is stopped', async () => {
    const { status, report } = await troubleshoot(words({ endpoint }, authority));
    expect({ status, causes: causes(report) }).toEqual({
      status: 3,
      causes: [`DNS_RESOLVER_REFUSES ${endpoint}`],
    });
  });

  test.each([
    { when: 'that cannot read its zone', options: { raw: { [domain]: 'no zone at all\n' } } },
    {
      when: 'that never got its zone from its primary',
      options: {
        statements: `zone "${domain}" { type secondary; file "secondary"; primaries { 127.0.0.1 port ${port + 1}; }; };`,
      },
    },
  ])(
    'one $when: with nothing else to compare, the server is told, and the domain with it',
    async ({ options }) => {
      const other = await startBind({ port, zones: {}, ...options });
      try {
        const { status, report } = await troubleshoot(words(other, authority));
        expect({ status, causes: causes(report) }).toEqual({
          status: 3,
          causes: [`DNS_RESOLVER_FAILS ${endpoint}`],
        });
        expect(report.diagnosis.causes[0]?.consequences.map(({ code }) => code)).toEqual([
          'DNS_DOMAIN_SERVFAIL',
        ]);
      } finally {
        await other.stop();
      }
    },
  );

  test('one of whose two zones one cannot be read: only that domain is told', async () => {
    const other = await startBind({
      port,
      zones: publicZones(lab),
      raw: { [otherDomain]: 'no zone at all\n' },
    });
    try {
      const config = join(authority.folder, 'mradar.yaml');
      await writeFile(
        config,
        `deployments:
  - name: lab
    vantage: external
    domains: [${domain}, ${otherDomain}]
    trust: [${authority.trustFile}]
    resolvers: { public: ['${endpoint}'] }
`,
      );
      const { status, report } = await troubleshoot(['--config', config]);
      expect({ status, causes: causes(report) }).toEqual({
        status: 2,
        causes: [`DNS_DOMAIN_SERVFAIL ${otherDomain}`],
      });
    } finally {
      await other.stop();
    }
  });
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
});
