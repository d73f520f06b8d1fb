import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Bind, startBind } from './bind.ts';
import { type Authority, type Edge, labAt, openAuthority, publicZones, startEdge, words } from './edge.ts';
import { causes, troubleshoot } from './mradar.ts';
import { layWire, type Wire, whyNoNamespaces } from './namespaces.ts';
import { patience } from './tools.ts';

vi.setConfig(patience);

const lab = { ...labAt(3), dnsPort: 53, expe1: '203.0.113.11', expe2: '203.0.113.12' };
const resolver = '203.0.113.53';
const why = await whyNoNamespaces();
if (why !== undefined) console.warn(`test/lab/path.test.ts is skipped: ${why}`);

describe.skipIf(why !== undefined)('the way to the edge', () => {
  let authority: Authority;
  let wire: Wire;
  let bind: Bind;
  let edge: Edge;

  beforeAll(async () => {
    authority = await openAuthority();
    wire = await layWire([lab.expe1, lab.expe2, resolver]);
    const through = wire.there;
    bind = await startBind({ address: resolver, port: lab.dnsPort, zones: publicZones(lab), through });
    edge = await startEdge(lab, authority, through);
  });
  afterAll(async () => {
    await edge?.stop();
    await bind?.stop();
    await wire?.remove();
    await authority?.close();
  });
  afterEach(async () => {
    await wire.filter('there', []);
    await wire.filter('here', []);
    await bind.load(publicZones(lab));
  });

  async function told(timeoutS = 1) {
    const timeout = ['--timeout', String(timeoutS)];
    const { status, report } = await troubleshoot([...words(bind, authority), ...timeout], wire.here);
    return { status, causes: causes(report), report };
  }
  const https = 'expe2.lab.test:8443';
  const toHttps = `-A INPUT -d ${lab.expe2} -p tcp --dport 8443`;

  test('is free', async () => {
    expect(await told()).toMatchObject({ status: 0, causes: [] });
  });

  test.each([
    ['icmp-host-unreachable', 'unreachable', 'PORT_UNREACHABLE'],
    ['icmp-net-unreachable', 'unreachable', 'PORT_UNREACHABLE'],
    ['icmp-proto-unreachable', 'unreachable', 'PORT_UNREACHABLE'],
    ['icmp-admin-prohibited', 'unreachable', 'PORT_UNREACHABLE'],
    ['icmp-host-prohibited', 'unreachable', 'PORT_UNREACHABLE'],
    ['icmp-net-prohibited', 'unreachable', 'PORT_UNREACHABLE'],
    ['icmp-port-unreachable', 'refused', 'PORT_REFUSED'],
    ['tcp-reset', 'refused', 'PORT_REFUSED'],
  ])('a firewall that rejects with %s leaves the port %s', async (code, state, finding) => {
    await wire.filter('there', [`${toHttps} -j REJECT --reject-with ${code}`]);
    const { status, causes, report } = await told();
    expect({ status, causes }).toEqual({ status: 2, causes: [`${finding} ${https}`] });
    const reading = report.observations.find(
      ({ subject, kind }) => subject.endsWith(`${lab.expe2}/8443`) && kind === 'tcp',
    );
    expect(reading).toMatchObject({ state: 'observed', reading: { state } });
  });

  test.each([
    { when: 'one port', rules: [`${toHttps} -j DROP`], causes: [`PORT_FILTERED ${https}`] },
    {
      when: 'one host',
      rules: [`-A INPUT -d ${lab.expe2} -p tcp -j DROP`],
      causes: ['NODE_SILENT expe2.lab.test'],
    },
    { when: 'both hosts', rules: ['-A INPUT -p tcp -j DROP'], causes: ['EDGE_SILENT lab-test'] },
    {
      when: 'both hosts on one port',
      rules: ['-A INPUT -p tcp --dport 8443 -j DROP'],
      causes: [expect.stringMatching(/^PORT_FILTERED( expe[12].lab.test:8443){2}$/)],
    },
    {
      when: 'what is larger than a small packet, so that the certificates never arrive',
      rules: [`-A OUTPUT -s ${lab.expe2} -p tcp --sport 8443 -m length --length 800: -j DROP`],
      causes: [`TLS_SILENT ${https}`],
    },
  ])('a firewall that drops $when', async ({ rules, causes }) => {
    await wire.filter('there', rules);
    expect(await told()).toMatchObject({ status: 2, causes });
  });

  test('a firewall that says that it prohibits media', async () => {
    const media = `-A INPUT -d ${lab.expe2} -p udp --dport 36002:59999 -j`;
    await wire.filter('there', [`${media} REJECT --reject-with icmp-admin-prohibited`]);
    const causes = [`MEDIA_PROHIBITED ${lab.expe2}`];
    expect(await told()).toMatchObject({ status: 2, causes });
    // What hosts say without a call, and silence, are said to be nothing.
    for (const target of ['REJECT --reject-with icmp-port-unreachable', 'DROP']) {
      await wire.filter('there', [`${media} ${target}`]);
      expect(await told()).toMatchObject({ status: 0, causes: [] });
    }
  });

  test('something on the way that ends every TLS conversation', async () => {
    const hello = `${toHttps} -m length --length 200: -j REJECT --reject-with tcp-reset`;
    await wire.filter('there', [hello]);
    expect(await told()).toMatchObject({ status: 2, causes: [`TLS_CLOSED ${https}`] });
  });

  test('nothing comes back from anywhere: no host and no name is said to be broken', async () => {
    await wire.filter('there', ['-A INPUT -j DROP']);
    const { status, causes } = await told();
    expect({ status, causes }).toEqual({ status: 3, causes: [`DNS_RESOLVER_SILENT ${resolver}:53`] });
  });

  test('a DNS server whose TCP is blocked, and a set of records too big for UDP', async () => {
    const more = Array.from(
      { length: 40 },
      (_, i) => `_collab-edge._tls IN SRV ${i} 1 8443 another-${i}-peer`,
    );
    await bind.load(publicZones(lab, lines => [...lines, ...more]));
    await wire.filter('there', [`-A INPUT -d ${resolver} -p tcp -j DROP`]);
    expect(await told()).toMatchObject({ causes: [`DNS_TCP_BLOCKED ${resolver}:53`] });
  });

  describe('our own link is down', () => {
    beforeAll(() => wire.ip('link set wire down'));
    afterAll(async () => {
      await wire.ip('link set wire up');
      await wire.ip('route add 203.0.113.0/24 via 192.0.2.2');
    });

    async function toldThrough(...endpoints: readonly string[]) {
      const { status, report } = await troubleshoot(
        [
          ...['lab.test', '--trust', authority.trustFile, '--timeout', '1'],
          ...endpoints.flatMap(endpoint => ['--resolver', endpoint]),
        ],
        wire.here,
      );
      return { status, causes: causes(report) };
    }

    test('it is ours, and nothing is said of anybody else', async () => {
      const expected = { status: 3, causes: ['PROBER_NO_ROUTE lab-test'] };
      expect(await toldThrough(resolver)).toEqual(expected);
    });

    test('it is ours when the DNS server is given with its port', async () => {
      expect((await toldThrough(`${resolver}:53`)).status).toBe(3);
    });

    test('it is ours when the DNS server has an IPv6 address', async () => {
      expect((await toldThrough('2001:db8::53')).status).toBe(3);
    });
  });

  test('we have a route to the DNS server only', async () => {
    await wire.ip('route del 203.0.113.0/24');
    await wire.ip(`route add ${resolver}/32 via 192.0.2.2`);
    try {
      const { status, causes } = await told();
      expect({ status, causes }).toEqual({ status: 3, causes: ['PROBER_NO_ROUTE lab-test'] });
    } finally {
      await wire.ip(`route del ${resolver}/32`);
      await wire.ip('route add 203.0.113.0/24 via 192.0.2.2');
    }
  });

  test.each(['blackhole', 'unreachable', 'prohibit'])('our own routing table says %s', async kind => {
    await wire.ip(`route add ${kind} ${lab.expe2}/32`);
    try {
      const { status, causes } = await told();
      expect({ status, causes }).toEqual({ status: 3, causes: [expect.stringMatching(/^PROBER_/)] });
    } finally {
      await wire.ip(`route del ${kind} ${lab.expe2}/32`);
    }
  });

  test('our own firewall drops what we ask the DNS server', async () => {
    await wire.filter('here', ['-A OUTPUT -p udp -j DROP']);
    const { status, causes } = await told();
    expect({ status, causes }).toEqual({ status: 3, causes: ['PROBER_NOT_PERMITTED lab-test'] });
  });

  test('an IPv6 address that we have no route to is left to others', async () => {
    await bind.load(publicZones(lab, lines => [...lines, 'expe1 IN AAAA 2001:db8::11']));
    expect(await told()).toMatchObject({ status: 0, causes: [] });
  });

  test('an IPv6 address on which nobody listens is one cause, not one for each port', async () => {
    await bind.load(publicZones(lab, lines => [...lines, 'expe1 IN AAAA ::1']));
    expect((await told()).causes).toHaveLength(1);
  });

  test('three statements: refused, no answer, and not our doing', async () => {
    await wire.filter('there', [`${toHttps} -j REJECT --reject-with tcp-reset`]);
    const refused = await told();
    await wire.filter('there', [`${toHttps} -j DROP`]);
    const silent = await told();
    await wire.filter('there', []);
    const through = [...wire.here, 'bash', '-c', 'ulimit -n 24; exec "$@"', 'bash'];
    const unable = await troubleshoot(words(bind, authority), through);
    expect([refused.causes, silent.causes, causes(unable.report)]).toEqual([
      [`PORT_REFUSED ${https}`],
      [`PORT_FILTERED ${https}`],
      ['PROBER_OUT_OF_DESCRIPTORS lab-test'],
    ]);
    expect([refused.status, silent.status, unable.status]).toEqual([2, 2, 3]);
  });
});
