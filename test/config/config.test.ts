import { X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configFromDomain, parseConfig, readConfig } from '../../src/config/config.ts';
import { OperatorError } from '../../src/model/problem.ts';

const noFile = (path: string): string => {
  throw new OperatorError([{ place: path, message: 'There is no such file.' }]);
};

const read = (text: string) => parseConfig(text, 'm.yaml', noFile);

/** A whole configuration around the lines of one deployment. */
const deploymentWith = (...lines: readonly string[]) =>
  ['deployments:', '  - domains: [example.com]', ...lines.map(line => `    ${line}`)].join('\n');

/** Every problem as `line:column message`. */
function problemsOf(action: () => unknown): readonly string[] {
  try {
    action();
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return error.problems.map(({ place, message }) => `${place.replace(/^m\.yaml:/, '')} ${message}`);
  }
  return [];
}

const problemsIn = (text: string) => problemsOf(() => read(text));

describe('a configuration', () => {
  test('of a domain alone comes out complete', () => {
    expect(
      parseConfig('deployments: [{ domains: [example.com] }]', 'm.yaml', noFile, ['192.0.2.53']),
    ).toEqual({
      deployments: [
        {
          name: 'example-com',
          vantage: 'external',
          domains: ['example.com'],
          nodes: {
            expressway_e: [],
            expressway_c: [],
            unified_cm: [],
            im_presence: [],
            unity_connection: [],
            idp: [],
            ntp: [],
            web_server: [],
            push_service: [],
          },
          resolvers: { public: ['192.0.2.53'], internal: [] },
          versions: {},
          phoneSecurityProfiles: [],
          clusterNames: {},
          chatNodeAliases: [],
          xmppFederationDomains: [],
          messaging: true,
          trust: [],
          intervalsMs: { dns: 300_000, port: 60_000, edge: 600_000, seldom: 3_600_000 },
          timeoutMs: 5000,
        },
      ],
      listen: { host: '127.0.0.1', port: 9780 },
      limits: { concurrent: 64, perHost: 12 },
      confirm: { failures: 2, successes: 2, holdOffMs: 50_000, recheckMs: 5_000 },
      maintenance: new Map(),
      store: { keepMs: 34_560_000_000, maxBytes: 536_870_912, failures: 20 },
      log: { level: 'info', parts: {} },
      files: ['m.yaml'],
      lists: [],
    });
  });

  test('takes every key', () => {
    const config = read(`
vantage: dmz
listen: "[::1]:8080"
resolvers: { public: [9.9.9.9, "[2620:fe::fe]:53"], internal: [10.0.0.53:5353, "[fd00::53]"] }
timeout: 500ms
intervals: { dns: 1h, port: 30s, edge: 20m }
limits: { concurrent: 8, per_host: 2 }
deployments:
  - name: full
    vantage: internal
    domains: [Example.COM., bücher.example]
    messaging: false
    turn: true
    versions: { expressway: X15.0, expressway_e: X15.4, expressway_c: , unified_cm: 14, im_presence: 12.50 }
    resolvers: { internal: [10.9.9.9] }
    nodes:
      expressway_e: [Exp_E1.Example.com., { name: expe2.example.com, address: 203.0.113.2, version: X15.5 }]
      unified_cm: [10.0.0.1]
      ntp: [{ name: ntp.example.com, port: 1123 }, 192.0.2.123]
    cluster_names: { expressway_c: expc.example.com, expressway_e: }
    phone_security_profiles: [Secure Profile.example.com]
    chat_node_aliases: [Conference-2.example.com]
    xmpp_federation_domains: [Fed.Example.com]
`);
    expect(config.listen).toEqual({ host: '::1', port: 8080 });
    expect(config.limits).toEqual({ concurrent: 8, perHost: 2 });
    expect(config.deployments[0]).toMatchObject({
      name: 'full',
      vantage: 'internal',
      domains: ['example.com', 'xn--bcher-kva.example'],
      messaging: false,
      turn: true,
      versions: { expressway_e: 'X15.4', expressway_c: 'X15.0', unified_cm: '14', im_presence: '12.50' },
      resolvers: { public: ['9.9.9.9', '[2620:fe::fe]:53'], internal: ['10.9.9.9'] },
      nodes: {
        expressway_e: [
          { name: 'Exp_E1.Example.com' },
          { name: 'expe2.example.com', address: '203.0.113.2', version: 'X15.5' },
        ],
        unified_cm: [{ name: '10.0.0.1' }],
        ntp: [{ name: 'ntp.example.com', port: 1123 }, { name: '192.0.2.123' }],
        web_server: [],
        push_service: [],
      },
      clusterNames: { expressway_c: 'expc.example.com' },
      phoneSecurityProfiles: ['Secure Profile.example.com'],
      chatNodeAliases: ['Conference-2.example.com'],
      xmppFederationDomains: ['fed.example.com'],
      timeoutMs: 500,
      intervalsMs: { dns: 3_600_000, port: 30_000, edge: 1_200_000, seldom: 7_200_000 },
    });
    expect(Object.keys(config.deployments[0]!.clusterNames)).toEqual(['expressway_c']);
  });

  test.each([
    ['external', '', { public: ['192.0.2.53'], internal: [] }],
    ['dmz', '', { public: ['192.0.2.53'], internal: [] }],
    ['internal', '', { public: [], internal: ['192.0.2.53'] }],
    ['internal', 'internal: [10.0.0.53]', { public: [], internal: ['10.0.0.53'] }],
    ['external', 'public: []', { public: [], internal: [] }],
    ['external', 'internal: ["[fd00::53]"]', { public: ['192.0.2.53'], internal: ['fd00::53'] }],
  ])('from the vantage %s with resolvers { %s } asks %j', (vantage, resolvers, expected) => {
    const text = `vantage: ${vantage}\nresolvers: { ${resolvers} }\n${deploymentWith()}`;
    const config = parseConfig(text, 'm.yaml', noFile, ['192.0.2.53']);
    expect(config.deployments[0]!.resolvers).toEqual(expected);
  });

  test.each([
    '192.0.2.53',
    '192.0.2.53:5353',
    '2001:db8::53',
    '[2001:db8::53]:53',
    'fe80::1%eth0',
    '[fe80::1%en0.5]:53',
  ])('may name the resolver %s', resolver => {
    const text = `resolvers: { public: ["${resolver}"] }\n${deploymentWith()}`;
    expect(read(text).deployments[0]!.resolvers.public).toEqual([resolver]);
  });

  test.each([
    ['localhost:80', { host: 'localhost', port: 80 }],
    ['0.0.0.0:0', { host: '0.0.0.0', port: 0 }],
    ['"[::]:9780"', { host: '::', port: 9780 }],
  ])('may listen on %s', (listen, expected) => {
    expect(read(`listen: ${listen}\n${deploymentWith()}`).listen).toEqual(expected);
  });

  test('asks a resolver once that the system names twice', () => {
    const config = parseConfig(deploymentWith(), 'm.yaml', noFile, ['192.0.2.53', '192.0.2.53']);
    expect(config.deployments[0]!.resolvers.public).toEqual(['192.0.2.53']);
  });

  test('may have a byte order mark, CRLF line ends, comments and aliases', () => {
    const text =
      '\uFEFF# ours\r\ndeployments:\r\n  - domains: &d [a.example]\r\n    xmpp_federation_domains: *d\r\n';
    expect(read(text).deployments[0]).toMatchObject({
      domains: ['a.example'],
      xmppFederationDomains: ['a.example'],
    });
  });

  test('lets hundreds of deployments share a list by alias', () => {
    const rest = Array.from({ length: 400 }, (_, i) => `  - { domains: [d${i}.example], resolvers: *r }`);
    const text = `resolvers: &r { public: [9.9.9.9] }\ndeployments:\n${rest.join('\n')}`;
    expect(read(text).deployments).toHaveLength(400);
  });

  test('may be JSON', () => {
    expect(read('{"deployments": [{"domains": ["example.com"]}]}').deployments).toHaveLength(1);
  });
});

describe('problems', () => {
  test('are told all at once, from top to bottom, each with its place', () => {
    const text = `vantage: extrenal
deployment: []
limits: { concurrent: many, perHost: 3 }
deployments:
  - name: A b
    domains: [foo_bar.com]
    nodes:
      expressway_e: [{ adress: 203.0.113.1 }, 7]
  - name: twin
    domains: [a.example]
  - name: twin
    domains: []
`;
    expect(problemsIn(text)).toEqual([
      '1:10 `vantage` is "extrenal" but has to be one of external, dmz, internal.',
      '2:1 The key "deployment" is not known; did you mean `deployments`?',
      '3:23 `limits.concurrent` is "many" but has to be a whole number from 1 to 4096.',
      '3:29 The key "perHost" in `limits` is not known; did you mean `per_host`?',
      '5:11 `deployments[0].name` is "A b" but has to be a name of small letters, digits and hyphens such as example.',
      '6:15 `deployments[0].domains[0]` is "foo_bar.com" but has to be a domain name such as example.com, of letters, digits and hyphens without underscores.',
      '8:22 `deployments[0].nodes.expressway_e[0].name` is missing; it has to be a host name such as expe1.example.com or an IP address.',
      '8:24 The key "adress" in `deployments[0].nodes.expressway_e[0]` is not known; did you mean `address`?',
      '8:47 `deployments[0].nodes.expressway_e[1]` is 7 but has to be a host name, or a mapping with `name`.',
      '11:11 `deployments[2].name` is "twin", which `deployments[1].name` is already; each has to be unique.',
      '12:14 `deployments[2].domains` is an empty list but has to be a list with at least one domain name.',
    ]);
  });

  test.each([
    ['listen: 127.0.0.1:99999', 'listen'],
    ['listen: 9780', 'listen'],
    ['listen: "127.0.0.1"', 'listen'],
    ['listen: "::1:9780"', 'listen'],
    ['listen: "256.0.0.1:9780"', 'listen'],
    ['timeout: 5', 'timeout'],
    ['timeout: 0s', 'timeout'],
    ['timeout: 5 s', 'timeout'],
    ['timeout: -5s', 'timeout'],
    ['timeout: 99999999999999s', 'timeout'],
    ['timeout: 1d', 'timeout'],
    ['intervals: { port: 0ms }', 'intervals.port'],
    ['intervals: { dns: 9999h }', 'intervals.dns'],
    ['resolvers: { public: [9.9.9.999] }', 'resolvers.public[0]'],
    ['resolvers: { public: [9.9.9.9:0] }', 'resolvers.public[0]'],
    ['resolvers: { public: ["2620:fe::fe:g"] }', 'resolvers.public[0]'],
    ['resolvers: { public: [dns.example.com] }', 'resolvers.public[0]'],
    ['resolvers: { public: ["[192.0.2.53]:53"] }', 'resolvers.public[0]'],
    ['resolvers: { public: ["192.0.2.53%eth0"] }', 'resolvers.public[0]'],
    ['resolvers: { public: ["[::1"] }', 'resolvers.public[0]'],
    ['listen: "[localhost]:80"', 'listen'],
    ['resolvers: { internal: 10.0.0.53 }', 'resolvers.internal'],
    ['limits: { per_host: 0 }', 'limits.per_host'],
    ['limits: { per_host: 1.5 }', 'limits.per_host'],
    ['limits: 5', 'limits'],
    ['vantage: [external]', 'vantage'],
    ['trust: 5', 'trust'],
  ])('%s is refused', (line, key) => {
    const problems = problemsIn(`${deploymentWith()}\n${line}`);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^3:\d+ `[^`]+` is .+ but has to be .+\.$/);
    expect(problems[0]).toContain(`\`${key}\` is `);
  });

  test.each([
    ['messaging: yes', 'messaging'],
    ['versions: { expressway: latest }', 'versions.expressway'],
    ['versions: [X15.0]', 'versions'],
    ['nodes: { ntp: [{ name: ntp.example.com, port: 70000 }] }', 'nodes.ntp[0].port'],
    ['nodes: { unified_cm: [10.0.0.300] }', 'nodes.unified_cm[0]'],
    ['nodes: { unified_cm: [{ name: cucm1, address: cucm1 }] }', 'nodes.unified_cm[0].address'],
    ['nodes: { unified_cm: [{ name: cucm1, version: new }] }', 'nodes.unified_cm[0].version'],
    ['nodes: { unified_cm: [https://cucm1/] }', 'nodes.unified_cm[0]'],
    ['nodes: { unified_cm: [[cucm1]] }', 'nodes.unified_cm[0]'],
    ['nodes: { unified_cm: [~] }', 'nodes.unified_cm[0]'],
    ['nodes: { unified_cm: cucm1 }', 'nodes.unified_cm'],
    ['cluster_names: { expressway_c: 10.0.0.1 }', 'cluster_names.expressway_c'],
    ['phone_security_profiles: [""]', 'phone_security_profiles[0]'],
    ['phone_security_profiles: ["a\\nb"]', 'phone_security_profiles[0]'],
    ['chat_node_aliases: [a b]', 'chat_node_aliases[0]'],
    ['xmpp_federation_domains: [a_b.example]', 'xmpp_federation_domains[0]'],
    ['nodes: { push_service: [push.example.com:443] }', 'nodes.push_service[0]'],
    ['pages: [{ use: e911, url: intranet.example.com/help }]', 'pages[0].url'],
    ['pages: [{ use: e911, url: "ftp://intranet.example.com/" }]', 'pages[0].url'],
    ['pages: [{ use: e911, url: "https://alice:secret@intranet.example.com/" }]', 'pages[0].url'],
    ['pages: [{ use: e911, url: "https://intranet.example.com/#top" }]', 'pages[0].url'],
    ['pages: [{ use: e911, url: "https://intranet.example.com/a b" }]', 'pages[0].url'],
    ['pages: [{ use: emergency, url: "https://intranet.example.com/" }]', 'pages[0].use'],
  ])('%s is refused in a deployment', (line, key) => {
    const problems = problemsIn(deploymentWith(line));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^3:\d+ /);
    expect(problems[0]).toContain(`\`deployments[0].${key}\` is `);
  });

  test.each([
    'example',
    'foo_bar.example',
    '-a.example',
    'a-.example',
    'a..example',
    '.example.com',
    '192.0.2.1',
    '1.2.3.0x7f',
    'a.example/',
    'user@example.com',
    '*.example.com',
    `${'a'.repeat(64)}.example`,
    `${'a.'.repeat(127)}example`,
    '１９２.０.２.１',
  ])('the domain %s is refused', domain => {
    const problems = problemsIn(`deployments: [{ domains: ["${domain}"] }]`);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('1:27 `deployments[0].domains[0]` is ');
  });

  test('an edge interval below ten minutes is refused with the reason', () => {
    expect(problemsIn(`${deploymentWith()}\nintervals: { edge: 9m }`)).toEqual([
      '3:20 `intervals.edge` is "9m" but has to be a duration from 10m to 168h, such as 500ms, 5s, 10m or 1h, because the servers ban sources that draw too many 401 answers.',
    ]);
  });

  test.each([
    ['deploymnets: 1', 'deployments'],
    ['intervall: 1', 'intervals'],
    ['Limits: 1', 'limits'],
    ['resolver: 1', 'resolvers'],
  ])('the unknown key of %s is answered with %s', (line, nearest) => {
    expect(problemsIn(`${deploymentWith()}\n${line}`)).toEqual([
      `3:1 The key "${line.split(':')[0]}" is not known; did you mean \`${nearest}\`?`,
    ]);
  });

  test.each(['__proto__', 'constructor', 'toString', '3', '"x y"'])(
    'the key %s is unknown like any other',
    key => {
      const problems = problemsIn(`${deploymentWith()}\n${key}: 1`);
      expect(problems).toHaveLength(1);
      expect(problems[0]).toContain('is not known; the known ones are deployments, ');
    },
  );

  test('a name that stands twice is pointed at where it stands again', () => {
    const text = `resolvers: { public: [9.9.9.9, 9.9.9.9] }
deployments:
  - domains: [a.example, A.example.]
    nodes: { expressway_e: [E1.a.example, { name: e1.a.example }], unified_cm: [e1.a.example] }
  - name: a-example
    domains: [b.example]
`;
    expect(problemsIn(text).map(problem => problem.split(',')[0])).toEqual([
      '1:32 `resolvers.public[1]` is "9.9.9.9"',
      '3:26 `deployments[0].domains[1]` is "a.example"',
      '4:51 `deployments[0].nodes.expressway_e[1].name` is "e1.a.example"',
      '5:11 `deployments[1].name` is "a-example"',
    ]);
  });

  test.each([
    [
      'a key that stands twice',
      'deployments: [{ domains: [a.example] }]\nvantage: dmz\nvantage: dmz',
      '3:1 The key `vantage` stands twice in the same mapping.',
    ],
    [
      'a tab',
      'deployments:\n\t- domains: [a.example]',
      '2:1 A tab indents this line, but YAML allows only spaces there.',
    ],
    ['an open quotation mark', 'deployments: "x', '1:16 A quotation mark is opened and never closed.'],
    ['an open bracket', 'deployments: [', '1:15 A list or mapping in brackets lacks its closing ].'],
    [
      'a second document',
      `${deploymentWith()}\n---\na: 1`,
      '3:1 A second YAML document starts here, but a file holds one configuration.',
    ],
    ['a tag', 'deployments: !secret x', '1:14 This YAML tag has no meaning in a configuration.'],
    ['a lost alias', 'deployments: *none', '1:14 The alias *none has no anchor &none before it.'],
    [
      'two colons',
      'deployments: a: b',
      '1:14 A second colon makes a mapping inside a value of one line; put the value in quotes.',
    ],
    ['nothing', '', '1:1 The file is empty; at least `deployments` with one domain is expected.'],
    [
      'comments alone',
      '# nothing\n',
      '1:1 The file is empty; at least `deployments` with one domain is expected.',
    ],
    ['no deployments', 'vantage: dmz', '1:1 `deployments` is missing; it has to be a list of deployments.'],
    [
      'deployments without a value',
      'deployments:',
      '1:13 `deployments` is missing; it has to be a list of deployments.',
    ],
    [
      'no deployment',
      'deployments: []',
      '1:14 `deployments` is an empty list but has to be a list with at least one deployment.',
    ],
    [
      'a sentence',
      'example.com',
      '1:1 The configuration is "example.com" but has to be a mapping with keys such as `deployments`.',
    ],
    [
      'a list',
      '- example.com',
      '1:1 The configuration is a list but has to be a mapping with keys such as `deployments`.',
    ],
    ['NUL bytes', 'a: \0', 'm.yaml This is not a text file: it holds NUL bytes.'],
  ])('of a file with %s are told in a sentence', (_what, text, problem) => {
    expect(problemsIn(text)).toEqual([problem]);
  });

  test('of a broken key stand beside the others', () => {
    const problems = problemsIn('vantage: dmz\nvantage: moon\ndeployments: [{ domains: [x] }]');
    expect(problems.map(problem => problem.split(' ')[0])).toEqual(['2:1', '2:10', '3:27']);
  });

  test.each([
    ['brackets', '['.repeat(100_000)],
    ['mappings', '{a: '.repeat(5000)],
    ['dashes', '- '.repeat(50_000)],
  ])('of endless %s are found without falling over', (_what, text) => {
    expect(problemsIn(text).length).toBeGreaterThan(0);
  });

  test('of an alias bomb are found without unfolding it', () => {
    const lines = [...'bcdefghi'].map((name, i) => `${name}: &${name} [${`*${'abcdefgh'[i]},`.repeat(9)}]`);
    expect(problemsIn(['a: &a [x, x, x]', ...lines].join('\n'))).toEqual([
      'm.yaml The aliases of this file unfold to far more values than a configuration has.',
    ]);
  });

  test.each([
    ['keys inside keys', `deployments: ${'{ ? '.repeat(60)}a${' }'.repeat(60)}`, '1:18'],
    ['an alias of a mapping as key', 'deployments: &a { domains: [x.com] }\n? *a\n: b', '2:3'],
  ])('of %s are found without writing them out', (_what, text, place) => {
    expect(problemsIn(text)).toEqual([`${place} A key has to be one word; this is a list or a mapping.`]);
  });

  test('of an alias that holds itself are found', () => {
    expect(problemsIn('deployments: &a [*a]')).toEqual([
      '1:18 `deployments[0]` is a list but has to be a mapping with keys such as `name`.',
    ]);
  });

  test('are the only thing thrown, whatever the text', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'deployments:',
        '\n',
        '  - ',
        'domains: ',
        '[',
        ']',
        '{',
        '}',
        ': ',
        '&a ',
        '*a',
        '<<: ',
        '!t ',
        '"',
        '|',
        '\t',
        '---',
        '? ',
      ),
      fc.string({ maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), pieces => {
        for (const problem of problemsIn(pieces.join(''))) expect(problem).toMatch(/^\S+ [A-Z`][\s\S]*[.?]$/);
      }),
      { numRuns: 500 },
    );
  });

  test('are found in mappings of any shape', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        problemsIn(JSON.stringify(value));
        problemsIn(JSON.stringify({ deployments: [{ domains: ['a.example'], nodes: value }] }));
        problemsIn(JSON.stringify({ deployments: [value], resolvers: value, trust: value, versions: value }));
      }),
      { numRuns: 200 },
    );
  });
});

describe('files', () => {
  let folder: string;
  const pem = rootCertificates[0]!;
  const write = (name: string, content: string | Uint8Array) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'mradar-config-'));
    mkdirSync(join(folder, 'inner'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('with trust anchors are found beside the configuration, and only certificates are kept', () => {
    const key = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----';
    write('top.pem', `words\r\n${key}\r\n${pem.replaceAll('\n', '\r\n')}`);
    const own = write('own.pem', `${rootCertificates[1]}\n${rootCertificates[2]}\n`);
    const path = write(
      'good.yaml',
      `trust: [top.pem]\n${deploymentWith(`trust: [${own}]`)}\n  - domains: [b.example]`,
    );
    const config = readConfig(path);
    const [first, second] = config.deployments;
    expect(first!.trust.map(text => text.trim())).toEqual(
      rootCertificates.slice(0, 3).map(text => text.trim()),
    );
    expect(second!.trust).toHaveLength(1);
    expect(config.files).toEqual([path, join(folder, 'top.pem'), own]);
  });

  test('with authorities are read into names, by what they are named for', () => {
    const two = write('two.pem', rootCertificates.slice(0, 2).join('\n'));
    const declared = deploymentWith(
      'phones: { authorities: [two.pem], trust_anchors: [two.pem], server_groups: [[E1.example.com., c1.example.com]] }',
      'trusted_authorities: { expressway_c: [two.pem] }',
      'trunk: { incoming_port: 5560 }',
      'security_mode: non-secure',
    );
    const config = readConfig(write('phones.yaml', declared));
    const names = rootCertificates.slice(0, 2).map(text => {
      const { subject, fingerprint256 } = new X509Certificate(text);
      return expect.objectContaining({
        subject: subject.replaceAll('\n', ', '),
        fingerprint: fingerprint256.replaceAll(':', ''),
      });
    });
    expect(config.deployments[0]).toMatchObject({
      phones: {
        authorities: names,
        trustAnchors: names,
        serverGroups: [['E1.example.com', 'c1.example.com']],
      },
      trustedAuthorities: { expressway_c: names },
      trunk: { incomingPort: 5560, secure: false },
      securityMode: 'non-secure',
    });
    expect(config.files).toContain(two);
  });

  test('with authorities that hold none are refused where they are named', () => {
    expect(problemsIn(deploymentWith('phones: { trust_anchors: [none.pem] }', 'trust: [none.pem]'))).toEqual([
      '3:31 "none.pem" cannot serve as authority: there is no such file.',
      '4:13 "none.pem" cannot serve as trust anchor: there is no such file.',
    ]);
  });

  test('that hold no trust anchor are refused where they are named', () => {
    write('key.pem', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n');
    write('cut.pem', pem.replace(/\n.{64}/, '\n'));
    write('empty.pem', '');
    const path = write(
      'bad.yaml',
      `trust: [key.pem, cut.pem, empty.pem, none.pem, inner]\n${deploymentWith('trust: [none.pem]')}`,
    );
    const problems = problemsOf(() => readConfig(path)).map(problem => problem.replace(`${path}:`, ''));
    expect(problems).toEqual([
      '1:9 "key.pem" cannot serve as trust anchor: the file holds no certificate in PEM form.',
      '1:18 "cut.pem" cannot serve as trust anchor: the file holds no certificate in PEM form.',
      '1:27 "empty.pem" cannot serve as trust anchor: the file holds no certificate in PEM form.',
      '1:38 "none.pem" cannot serve as trust anchor: there is no such file.',
      '1:48 "inner" cannot serve as trust anchor: this is a directory; a file is expected.',
      '4:13 "none.pem" cannot serve as trust anchor: there is no such file.',
    ]);
  });

  test.each([
    ['missing.yaml', undefined, 'There is no such file.'],
    ['inner', undefined, 'This is a directory; a file is expected.'],
    ['nul.yaml', 'deployments:\0', 'This is not a text file: it holds NUL bytes.'],
    ['latin.yaml', Uint8Array.of(0x61, 0x3a, 0x20, 0xfc), 'This is not a text file in UTF-8.'],
    [
      'large.yaml',
      new Uint8Array(10 * 1024 * 1024 + 1).fill(0x23),
      'This file is larger than 10 MiB, which no configuration needs.',
    ],
  ])('such as %s are refused', (name, content, message) => {
    const path = content === undefined ? join(folder, name) : write(name, content);
    expect(problemsOf(() => readConfig(path))).toEqual([`${path} ${message}`]);
  });

  test('of many thousand wrong lines are judged in a moment', () => {
    const text = Array.from({ length: 5000 }, (_, i) => `key${i}: 1`).join('\n');
    expect(problemsOf(() => readConfig(write('wrong.yaml', text)))).toHaveLength(5001);
  });
});

describe('a configuration from a domain', () => {
  const options = { vantage: 'external', resolvers: { public: ['192.0.2.53'] }, trust: [] } as const;

  test('is what a file with that domain would be', () => {
    const file = parseConfig('deployments: [{ domains: [example.com] }]', 'm.yaml', noFile, ['192.0.2.53']);
    expect(configFromDomain('Example.com.', options)).toEqual({ ...file, files: [] });
  });

  test('takes a timeout of its own', () => {
    expect(configFromDomain('example.com', { ...options, timeoutMs: 900 }).deployments[0]!.timeoutMs).toBe(
      900,
    );
  });

  test('tells every problem at once', () => {
    const wrong = { ...options, resolvers: { public: ['9.9.9'] }, trust: ['/nowhere/ca.pem'] };
    expect(problemsOf(() => configFromDomain('https://example.com', wrong))).toEqual([
      'domain The domain is "https://example.com" but has to be a domain name such as example.com.',
      'resolver The resolver is "9.9.9" but has to be an address such as 9.9.9.9 or [2620:fe::fe]:53.',
      '/nowhere/ca.pem There is no such file.',
    ]);
  });
});
