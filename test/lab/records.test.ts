import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Bind, startBind } from './bind.ts';
import {
  type Authority,
  domain,
  type Edge,
  labAt,
  openAuthority,
  otherDomain,
  publicZones,
  startEdge,
  words,
} from './edge.ts';
import { causes, troubleshoot } from './mradar.ts';
import { patience } from './tools.ts';

vi.setConfig(patience);

const lab = labAt(14);
let authority: Authority;
let bind: Bind;
let edge: Edge;

beforeAll(async () => {
  authority = await openAuthority();
  const raw = { 'broken.test': 'no zone at all\n' };
  bind = await startBind({ port: lab.dnsPort, zones: publicZones(lab), raw });
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
      when: 'an SRV target is an address',
      change: lines => lines.map(line => line.replace(' 8443 expe2', ` 8443 ${lab.expe2}.`)),
      status: 2,
      causes: [`DNS_SRV_TARGET_IS_ADDRESS ${domain}`],
    },
    {
      when: 'an SRV target stands in a domain that does not exist',
      change: lines => lines.map(line => line.replace(' 8443 expe2', ' 8443 expe2.nowhere.example.')),
      status: 2,
      causes: ['DNS_TARGET_NO_ADDRESS expe2.nowhere.example'],
    },
    {
      when: 'the SRV record is an alias itself',
      change: lines =>
        lines
          .map(line => line.replace('_collab-edge._tls IN', '_ce._tls IN'))
          .concat('_collab-edge._tls IN CNAME _ce._tls'),
      status: 0,
      causes: [],
    },
    {
      when: 'any other name leads to a web server',
      change: lines => [...lines, '* IN CNAME www', `www IN A ${lab.behind}`],
      status: 0,
      causes: [],
    },
    {
      when: 'any name under _tcp leads to a web server',
      change: lines => [...lines, '*._tcp IN SRV 1 1 443 www', `www IN A ${lab.behind}`],
      status: 2,
      causes: [`DNS_CISCO_UDS_EXPOSED ${domain}`, `DNS_CUPLOGIN_EXPOSED ${domain}`],
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

test('an SRV target that cannot be looked up (SERVFAIL) is not told to be healthy', async () => {
  const elsewhere = (line: string) => line.replace(' 8443 expe2', ' 8443 expe2.broken.test.');
  await bind.load(publicZones(lab, lines => lines.map(elsewhere)));
  try {
    const { status } = await told();
    expect(status).not.toBe(0);
  } finally {
    await bind.load(publicZones(lab));
  }
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
  ])('one $when is told for the domain: the server answers other names', async ({ options }) => {
    const other = await startBind({ port, zones: {}, ...options });
    try {
      const { status, report } = await troubleshoot(words(other, authority));
      expect({ status, causes: causes(report) }).toEqual({
        status: 2,
        causes: [`DNS_DOMAIN_SERVFAIL ${domain}`],
      });
    } finally {
      await other.stop();
    }
  });

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
