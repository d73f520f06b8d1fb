import { z } from 'zod';
import { type ClientKind, clientKinds, features, pageUses, securityModes } from '../model/deployment.ts';
import { levels, parts } from '../model/log.ts';
import { weekdays } from '../model/maintenance.ts';
import { vantages } from '../model/subject.ts';
import { parseRelease, parseVersion } from '../model/version.ts';
import {
  isAddress,
  isPageUrl,
  parseDomain,
  parseDuration,
  parseEnd,
  parseHost,
  parseListen,
  parseMoment,
  parseResolver,
  parseTimeOfDay,
} from './values.ts';

// Every `error` below ends the sentence "... has to be ".
const text = (expected: string, isValid: (value: string) => boolean) =>
  z.string({ error: expected }).refine(isValid, { error: expected });

const list = <Item extends z.ZodType>(item: Item, expected: string) => z.array(item, { error: expected });

// For unknown keys the message carries the known ones, which the sentence needs for its suggestion.
const mapping = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: issue =>
      issue.code === 'unrecognized_keys'
        ? Object.keys(shape).join(' ')
        : `a mapping with keys such as \`${Object.keys(shape)[0]}\``,
  });

const wholeNumber = (min: number, max: number, what = 'a whole number') => {
  const error = `${what} from ${min} to ${max}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
};

const duration = (min: string, max: string, because = '') =>
  text(`a duration from ${min} to ${max}, such as 500ms, 5s, 10m or 1h${because}`, value => {
    const ms = parseDuration(value);
    return ms !== undefined && ms >= parseDuration(min)! && ms <= parseDuration(max)!;
  });

const domain = text(
  'a domain name such as example.com, of letters, digits and hyphens without underscores',
  value => parseDomain(value) !== undefined,
);
const host = text(
  'a host name such as expe1.example.com or an IP address',
  value => parseHost(value) !== undefined,
);
const hostName = text(
  'a host name such as expe.example.com',
  value => parseHost(value) !== undefined && !isAddress(value),
);
const address = text('an IPv4 or IPv6 address such as 203.0.113.11', isAddress);
const version = text(
  'a version as Cisco writes it, such as X15.0.3, 14SU3 or 12.5(1)SU4',
  value => parseVersion(value) !== undefined,
);
const release = text(
  'a release as the client shows it, such as 14.1.3, 12.8(1)SR2 or CE9.15.3',
  value => parseRelease(value) !== undefined,
);
const clientNames: Readonly<Record<ClientKind, string>> = {
  jabber_windows: 'Jabber for Windows',
  jabber_mac: 'Jabber for Mac',
  jabber_ios: 'Jabber for iPhone and iPad',
  jabber_android: 'Jabber for Android',
  webex: 'Webex',
  phone_7800: 'IP phones of the 7800 series',
  phone_8800: 'IP phones of the 8800 series',
  phone_7832: 'conference phones 7832',
  phone_8832: 'conference phones 8832',
  dx_android: 'Android-based DX devices',
  telepresence_tc: 'TelePresence endpoints with TC software',
  telepresence_ce: 'TelePresence endpoints with CE software',
};
const line = text(
  'a name on one line',
  value => value.trim() === value && value !== '' && !/\p{Cc}/u.test(value),
);
const port = wholeNumber(1, 65_535, 'a port');
const resolver = text(
  'a DNS server by address such as 9.9.9.9, 10.0.0.53:5353 or "[2620:fe::fe]:53"',
  value => parseResolver(value) !== undefined,
);

const declared = {
  name: host.meta({ description: 'The name that other servers use for it, or its address.' }),
  address: address.optional().meta({ description: 'Spares the lookup of the name.' }),
};
const otherPort = port.optional().meta({ description: 'NTP servers and identity providers: another port.' });
const node = z.union(
  [
    host,
    mapping({
      ...declared,
      version: version.optional().meta({ description: 'Product version, when it differs from `versions`.' }),
      internal_address: address.optional().meta({
        description:
          'Expressway-E with two network interfaces: the address of the one that faces Expressway-C.',
      }),
      public_address: address.optional().meta({
        description:
          'The address that the internet knows it by, when static NAT gives it another than its own.',
      }),
      cluster: line.optional().meta({
        description: 'Name of the cluster it belongs to, where there are several of a role.',
      }),
    }),
  ],
  { error: 'a host name, or a mapping with `name`' },
);
const namedServer = z.union([host, mapping({ ...declared, port: otherPort })], {
  error: 'a host name, or a mapping with `name`',
});
const nodes = list(node, 'a list of hosts').default([]);

const logLevel = z.enum(levels, { error: `one of ${levels.join(', ')}` });
const vantage = z.enum(vantages, { error: `one of ${vantages.join(', ')}` });
const resolvers = mapping({
  public: list(resolver, 'a list of DNS servers').optional().meta({
    description: 'DNS servers that answer as the internet sees it.',
  }),
  internal: list(resolver, 'a list of DNS servers').optional().meta({
    description: 'DNS servers that answer as the inside network sees it.',
  }),
});
const trust = list(line, 'a list of PEM files');

const moment = text(
  'a moment with its time zone such as 2026-03-01T22:00Z or 2026-03-01T23:00+01:00',
  value => parseMoment(value) !== undefined,
);
const timeOfDay = text('a time of day in UTC such as 22:00', value => parseTimeOfDay(value) !== undefined);
const reason = line.optional().meta({ description: 'Shown on the page.' });
const window = z.union(
  [
    mapping({
      start: moment.meta({ description: 'When it begins.' }),
      end: moment.meta({ description: 'When it ends.' }),
      reason,
    }),
    mapping({
      from: timeOfDay.meta({ description: 'When it begins, UTC, on each of the days.' }),
      to: timeOfDay.meta({ description: 'When it ends, UTC; on the next day when it is not after `from`.' }),
      days: list(z.enum(weekdays, { error: `one of ${weekdays.join(', ')}` }), 'a list of days')
        .default([...weekdays])
        .meta({ description: 'Days on which it begins; every day when left out.' }),
      reason,
    }),
  ],
  { error: 'a mapping with `start` and `end`, or with `from`, `to` and `days`' },
);
const maintenance = list(window, 'a list of maintenance windows').default([]);

const fileWith = (what: string) => text(`a file with ${what}`, value => value.trim() !== '');
const testUser = mapping({
  name: line.meta({ description: 'The name as it is typed at sign-in.' }),
  password_file: fileWith('the password').optional().meta({
    description: 'File with the password on its first line, relative to the configuration file.',
  }),
  password_env: text('the name of an environment variable', value => /^[A-Za-z_]\w*$/.test(value))
    .optional()
    .meta({ description: 'Environment variable with the password, instead of a file.' }),
});
const page = mapping({
  url: text('an http or https URL such as https://intranet.example.com/emergency.html', isPageUrl).meta({
    description: 'As clients ask for it, without a name, password or fragment.',
  }),
  use: z.enum(pageUses, { error: `one of ${pageUses.join(', ')}` }).meta({
    description:
      'What it is for: `e911` is what E911NotificationURL names, `embedded_tab` a custom tab of Jabber, `voicemail` what clients ask Unity Connection for.',
  }),
});
const clientCertificate = mapping({
  certificate: fileWith('a certificate in PEM form').meta({
    description: 'PEM file with the certificate and its chain.',
  }),
  key: fileWith('a private key in PEM form').meta({ description: 'PEM file with the private key.' }),
  password_file: fileWith('the password of the key').optional().meta({
    description: 'File with the password of the private key on its first line.',
  }),
});

const pemFiles = list(line, 'a list of PEM files');
const phones = mapping({
  authorities: pemFiles.optional().meta({
    description:
      'PEM files with the authorities that signed the certificates which phones show, for instance those of the manufacturer.',
  }),
  trust_anchors: pemFiles.optional().meta({
    description:
      'PEM files with the authorities that phones of the 7800 and 8800 series trust, from the list that Cisco publishes for their firmware.',
  }),
  server_groups: list(
    list(hostName, 'a list of hosts').min(2, { error: 'a list of two hosts or more' }),
    'a list of groups of hosts',
  )
    .optional()
    .meta({
      description:
        'The ways that phones know, such as [[expe1.example.com, expc1.example.com, cucm2.example.com], [...]]; every host stands under `nodes`.',
    }),
});
const trunk = mapping({
  incoming_port: port.meta({ description: 'Incoming Port of its security profile on Unified CM.' }),
  zone_port: port.optional().meta({ description: 'SIP port of its neighbour zone on Expressway-C.' }),
  secure: z
    .boolean({ error: 'true or false' })
    .default(false)
    .meta({ description: 'True when the trunk runs over TLS.' }),
});

const end = text(
  'a day such as 2026-12-31 or a moment such as 2026-12-31T18:00Z',
  value => parseEnd(value) !== undefined,
);
const silence = mapping({
  code: text('a finding code such as CERT_EXPIRES_SOON', value => /^[A-Z]+(_[A-Z0-9]+)+$/.test(value))
    .optional()
    .meta({ description: 'Code of the finding.' }),
  check: text('a check such as certificate/validity', value => /^[a-z-]+\/[a-z0-9-]+$/.test(value))
    .optional()
    .meta({ description: 'Every finding of this check.' }),
  entry: text('an entry such as CERT-002', value => /^[A-Z]{3,5}-\d{3}$/.test(value))
    .optional()
    .meta({ description: 'Every finding that this entry explains.' }),
  subject: line.optional().meta({
    description: 'Only of this host, domain, address or subject id; of all when left out.',
  }),
  reason: line.meta({ description: 'Why it may be so; stands beside the finding.' }),
  until: end.meta({ description: 'End date: from then on the finding counts again.' }),
}).refine(({ code, check, entry }) => [code, check, entry].some(name => name !== undefined), {
  error: 'a mapping with `code`, `check` or `entry`, or it would silence everything',
});

export const deploymentSchema = mapping({
  name: text('a name of small letters, digits and hyphens such as example', value =>
    /^[a-z0-9-]{1,63}$/.test(value),
  )
    .optional()
    .meta({ description: 'Unique name, a label of every metric; made from the first domain when left out.' }),
  domains: list(domain, 'a list with at least one domain name')
    .min(1, { error: 'a list with at least one domain name' })
    .meta({ description: 'Service-discovery (edge) domains, the part of an address behind the @.' }),
  messaging: z
    .boolean({ error: 'true or false' })
    .default(true)
    .meta({ description: 'False without IM and Presence: then 5222 and 7400 are not expected.' }),
  turn: z.boolean({ error: 'true or false' }).default(false).meta({
    description: 'True when Expressway-E is a TURN server, for ICE or for business-to-business calls.',
  }),
  activation_codes: z.boolean({ error: 'true or false' }).optional().meta({
    description:
      'Whether phones are onboarded with activation codes: then the edge asks for client certificates.',
  }),
  phones: phones.optional().meta({ description: 'What is known of the phones that are used outside.' }),
  trusted_authorities: mapping({
    expressway_e: pemFiles.optional().meta({ description: 'PEM files with the list of Expressway-E.' }),
    expressway_c: pemFiles.optional().meta({ description: 'PEM files with the list of Expressway-C.' }),
  })
    .optional()
    .meta({
      description:
        'What stands under `Maintenance > Security > Trusted CA certificate`: which authorities the Expressways trust.',
    }),
  trunk: trunk.optional().meta({
    description: 'The SIP trunk between Unified CM and Expressway-C; remote access itself needs none.',
  }),
  security_mode: z
    .enum(securityModes, { error: `one of ${securityModes.join(', ')}` })
    .optional()
    .meta({ description: 'Cluster Security Mode of Unified CM: 1 is mixed, 0 is non-secure.' }),
  conference_trunk: z.enum(['encrypted', 'clear'], { error: 'encrypted or clear' }).optional().meta({
    description: 'The SIP trunk between the conferencing server and Unified CM.',
  }),
  only_inside: z
    .boolean({ error: 'true or false' })
    .default(false)
    .meta({ description: 'True when nobody outside may use MRA: then internal DNS leads to the edge.' }),
  meeting_server_web_proxy: hostName.optional().meta({
    description: 'Host of the guest URI of a Meeting Server web proxy on the same Expressway.',
  }),
  vantage: vantage.optional().meta({ description: 'Overrides the vantage of the file.' }),
  resolvers: resolvers.optional().meta({ description: 'Overrides the resolvers of the file, view by view.' }),
  trust: trust.default([]).meta({ description: 'More PEM files, for this deployment only.' }),
  versions: mapping({
    expressway: version.optional().meta({ description: 'Version of Expressway-E and Expressway-C.' }),
    expressway_e: version.optional().meta({ description: 'Version of Expressway-E, when the two differ.' }),
    expressway_c: version.optional().meta({ description: 'Version of Expressway-C, when the two differ.' }),
    unified_cm: version.optional().meta({ description: 'Version of Unified CM.' }),
    im_presence: version.optional().meta({ description: 'Version of IM and Presence.' }),
    unity_connection: version.optional().meta({ description: 'Version of Unity Connection.' }),
  })
    .prefault({})
    .meta({ description: 'Product versions; requirements that changed between releases need them.' }),
  clients: mapping(
    Object.fromEntries(
      clientKinds.map(kind => [
        kind,
        release.optional().meta({ description: `Oldest release of ${clientNames[kind]} in use outside.` }),
      ]),
    ) as Record<ClientKind, z.ZodOptional<typeof release>>,
  )
    .prefault({})
    .meta({ description: 'Oldest releases of the clients that people use outside.' }),
  features: list(z.enum(features, { error: `one of ${features.join(', ')}` }), 'a list of features')
    .default([])
    .meta({ description: 'What is used over MRA and needs releases or settings of its own.' }),
  nodes: mapping({
    expressway_e: nodes.meta({ description: 'Expressway-E peers; otherwise found through DNS.' }),
    expressway_c: nodes.meta({ description: 'Expressway-C peers.' }),
    unified_cm: nodes.meta({ description: 'Unified CM nodes.' }),
    im_presence: nodes.meta({ description: 'IM and Presence nodes.' }),
    unity_connection: nodes.meta({ description: 'Unity Connection nodes.' }),
    idp: list(namedServer, 'a list of hosts')
      .default([])
      .meta({ description: 'Identity providers for single sign-on.' }),
    ntp: list(namedServer, 'a list of hosts').default([]).meta({ description: 'NTP servers.' }),
    push_service: list(namedServer, 'a list of hosts').default([]).meta({
      description:
        'Hosts of the push services that have to be reached from this vantage, by default on port 443; from the DMZ fos-a.wbx2.com and idbroker.webex.com.',
    }),
  })
    .prefault({})
    .meta({ description: 'Hosts by role, each a name or a mapping.' }),
  cluster_names: mapping({
    expressway_e: hostName.optional().meta({ description: 'Cluster name of the Expressway-E peers.' }),
    expressway_c: hostName.optional().meta({ description: 'Cluster name of the Expressway-C peers.' }),
  })
    .prefault({})
    .meta({ description: 'Cluster names, where there are clusters.' }),
  phone_security_profiles: list(line, 'a list of profile names').default([]).meta({
    description: 'Phone security profiles of MRA devices with encrypted signalling.',
  }),
  pages: list(page, 'a list of pages').max(20, { error: 'a list of at most 20 pages' }).default([]).meta({
    description:
      'Web pages inside that clients outside ask for: fetched from inside, and through the edge by the test user.',
  }),
  test_user: testUser.optional().meta({
    description:
      'Somebody who signs in through the edge once an hour; a refused password is not tried again before the configuration changes.',
  }),
  client_certificate: clientCertificate.optional().meta({
    description: 'Presented inside to the servers that ask for a client certificate.',
  }),
  chat_node_aliases: list(hostName, 'a list of chat node aliases').default([]).meta({
    description: 'Chat node aliases of IM and Presence.',
  }),
  xmpp_federation_domains: list(domain, 'a list of domain names').default([]).meta({
    description: 'Domains of XMPP federation.',
  }),
  maintenance: maintenance.meta({
    description: 'Windows in which it is worked on: it is looked at, but no finding opens.',
  }),
  silences: list(silence, 'a list of silences').default([]).meta({
    description:
      'Findings that somebody knows of: told, but without weight for status, exit status and alarms, until their end date.',
  }),
});
const deployments = list(deploymentSchema, 'a list of deployments');
const someDeployments = deployments
  .min(1, { error: 'a list with at least one deployment' })
  .meta({ description: 'The deployments to watch.' });

const file = {
  deployments_from: list(line, 'a list of files, directories or URLs').default([]).meta({
    description:
      'Files with a list `deployments` of their own, directories of such files (*.yaml, *.yml, *.json), or http(s) URLs that give one; read again when they change.',
  }),
  vantage: vantage.default('external').meta({ description: 'Where this prober stands.' }),
  listen: text(
    'an address and a port such as 127.0.0.1:9780 or "[::]:9780"',
    value => parseListen(value) !== undefined,
  )
    .default('127.0.0.1:9780')
    .meta({ description: 'Where the page and the metrics are served; port 0 takes a free one.' }),
  resolvers: resolvers.prefault({}).meta({
    description:
      'DNS servers per view; the view of the vantage itself falls back to the resolvers of this machine.',
  }),
  trust: trust.default([]).meta({
    description: 'PEM files with more trust anchors, relative to the configuration file.',
  }),
  timeout: duration('10ms', '5m')
    .default('5s')
    .meta({ description: 'For one stage: one lookup, one connect, one handshake, one request.' }),
  intervals: mapping({
    dns: duration('1s', '168h').default('5m').meta({ description: 'Between two looks at DNS.' }),
    port: duration('1s', '168h').default('1m').meta({ description: 'Between two looks at a port.' }),
    edge: duration('10m', '168h', ', because the servers ban sources that draw too many 401 answers')
      .default('10m')
      .meta({
        description:
          'Between two requests to the edge; not below 10m, as the servers ban sources that draw too many 401 answers.',
      }),
  })
    .prefault({})
    .meta({ description: 'How often; durations are written 500ms, 5s, 10m or 1h.' }),
  limits: mapping({
    concurrent: wholeNumber(1, 4096).default(64).meta({ description: 'Probes at the same time.' }),
    per_host: wholeNumber(1, 256)
      .default(12)
      .meta({ description: 'Probes at the same time on one address.' }),
  })
    .prefault({})
    .meta({ description: 'How much at once.' }),
  confirm: mapping({
    failures: wholeNumber(1, 10).default(2).meta({
      description: 'Looks that have to fail before a finding is open; until then it is suspected.',
    }),
    successes: wholeNumber(1, 10).default(2).meta({
      description: 'Looks in a row that have to succeed before it is closed.',
    }),
    hold_off: duration('0s', '10m').default('50s').meta({
      description:
        'What was good before opens at the earliest after this time: a server refresh takes MRA down for 5 to 45 s.',
    }),
    recheck: duration('100ms', '10m').default('5s').meta({
      description:
        'What has just changed is looked at again after this time, then after twice as long each, up to its interval.',
    }),
  })
    .prefault({})
    .meta({ description: 'When a change is believed.' }),
  maintenance: maintenance.meta({ description: 'Windows in which all deployments are worked on.' }),
  store: mapping({
    file: line.optional().meta({
      description:
        'SQLite file of the history, relative to the configuration file; else `mradar.db` in $STATE_DIRECTORY, else memory only.',
    }),
    keep: duration('1h', '3650d')
      .default('400d')
      .meta({ description: 'How long closed incidents are kept.' }),
    max_mib: wholeNumber(1, 1_048_576)
      .default(512)
      .meta({ description: 'Size above which the oldest are dropped, in MiB.' }),
    failures: wholeNumber(1, 1_000)
      .default(20)
      .meta({ description: 'Failed looks kept of each subject, beside its last good one.' }),
  })
    .prefault({})
    .meta({ description: 'Where and how long the history is kept.' }),
  log: mapping({
    level: logLevel.default('info').meta({ description: 'Least level that is logged.' }),
    parts: mapping(
      Object.fromEntries(
        parts.map(part => [part, logLevel.optional().meta({ description: `Another level for ${part}.` })]),
      ) as Record<(typeof parts)[number], z.ZodOptional<typeof logLevel>>,
    )
      .prefault({})
      .meta({ description: 'Other levels for parts of the daemon.' }),
  })
    .prefault({})
    .meta({ description: 'What is logged; taken over when the configuration is read again.' }),
};

/** What a configuration file may hold, as it is written. */
export const fileSchema = mapping({ deployments: someDeployments, ...file }).meta({
  title: 'mradar configuration',
});

/** The same for a file that names others: it needs no deployment of its own. */
export const fileWithListsSchema = mapping({
  deployments: deployments.default([]).meta({
    description: 'The deployments to watch; required unless `deployments_from` names others.',
  }),
  ...file,
}).meta({
  title: 'mradar configuration',
});

/** What a file that `deployments_from` names may hold. */
export const listSchema = mapping({ deployments: deployments.meta({ description: 'More deployments.' }) });

/** A valid configuration file, defaults filled in. */
export type ConfigFile = z.output<typeof fileSchema>;
