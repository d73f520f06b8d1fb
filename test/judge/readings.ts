import type {
  Certificate,
  DnsReading,
  DnsRecord,
  HttpReading,
  LoginReading,
  MutualTlsReading,
  NtpReading,
  ShownCertificate,
  SipReading,
  SshReading,
  StunReading,
  SurveyReading,
  TcpReading,
  TlsReading,
  UdsReading,
  XmppReading,
} from '../../probes/index.ts';
import type { Failure } from '../../src/model/failure.ts';

/** Readings as probes give them, everything defaulted to the healthy case. */

export function srv(
  target: string,
  facts: { port?: number; priority?: number; weight?: number; name?: string } = {},
): DnsRecord {
  return {
    type: 'SRV',
    name: '_collab-edge._tls.example.com',
    ttl: 300,
    priority: 10,
    weight: 10,
    port: 8443,
    target,
    ...facts,
  };
}

export function a(ip: string, name = 'expe1.example.com'): DnsRecord {
  return { type: ip.includes(':') ? 'AAAA' : 'A', name, ttl: 300, address: ip };
}

export function ptr(target: string, name = '11.100.51.198.in-addr.arpa'): DnsRecord {
  return { type: 'PTR', name, ttl: 300, target };
}

export function cname(name: string, target: string): DnsRecord {
  return { type: 'CNAME', name, ttl: 300, target };
}

const asked = {
  resolver: '192.0.2.53',
  name: 'example.com',
  type: 'SRV',
  transport: 'udp',
  truncated: false,
  records: [],
} as const;

export function answer(...records: DnsRecord[]): DnsReading {
  return { ...asked, outcome: 'answer', rcode: 'NOERROR', records, rttMs: 3 };
}
export function nxdomain(): DnsReading {
  return { ...asked, outcome: 'nxdomain', rcode: 'NXDOMAIN', rttMs: 3 };
}
export function nodata(): DnsReading {
  return { ...asked, outcome: 'nodata', rcode: 'NOERROR', rttMs: 3 };
}
export function dnsFailed(
  outcome: 'servfail' | 'refused' | 'timeout' | 'unreachable' | 'malformed' | 'other',
): DnsReading {
  const reasons = {
    servfail: 'servfail',
    refused: 'query-refused',
    timeout: 'timeout',
    unreachable: 'refused',
    malformed: 'malformed',
    other: 'rcode',
  } as const;
  return { ...asked, outcome, failure: { stage: 'resolve', reason: reasons[outcome], blame: 'resolver' } };
}

export function tcpOpen(facts: Partial<TcpReading> = {}): TcpReading {
  return { address: '198.51.100.11', port: 8443, state: 'open', connectMs: 2, ...facts };
}
export function tcpFailed(state: Exclude<TcpReading['state'], 'open'>): TcpReading {
  const failures = {
    refused: { reason: 'refused', blame: 'target', code: 'ECONNREFUSED' },
    filtered: { reason: 'timeout', blame: 'path' },
    unreachable: { reason: 'host-unreachable', blame: 'path', code: 'EHOSTUNREACH' },
    reset: { reason: 'reset', blame: 'target', code: 'ECONNRESET' },
  } as const;
  return { address: '198.51.100.11', port: 8443, state, failure: { stage: 'connect', ...failures[state] } };
}

export function certificate(
  facts: Omit<Partial<Certificate>, 'names'> & { names?: Partial<Certificate['names']> } = {},
): Certificate {
  return {
    subject: 'CN=expe1.example.com',
    issuer: 'CN=Example Issuing CA 3',
    commonName: 'expe1.example.com',
    serial: '0A',
    fingerprint: 'AA01',
    notBefore: '2026-10-01T00:00:00.000Z',
    notAfter: '2027-11-03T00:00:00.000Z',
    extendedKeyUsage: ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'],
    isCa: false,
    key: { type: 'rsa', bits: 2048 },
    signature: 'sha256WithRSAEncryption',
    selfSigned: false,
    der: '',
    ...facts,
    names: { dns: ['expe1.example.com', 'example.com'], ip: [], srv: [], xmpp: [], uri: [], ...facts.names },
  };
}

export function tlsOk(facts: Partial<TlsReading> = {}): TlsReading {
  return {
    serverName: 'expe1.example.com',
    handshakeMs: 8,
    protocol: 'TLSv1.3',
    cipher: 'TLS_AES_256_GCM_SHA384',
    chain: [certificate()],
    verification: { trusted: true },
    path: { end: 'anchored', endName: 'CN=Example Public Root', suppliedByStore: [], inOrder: true },
    clientCertificate: 'not-requested',
    ...facts,
  };
}

export function httpAnswer(status: number, facts: Partial<HttpReading> = {}): HttpReading {
  return {
    method: 'GET',
    path: '/ZXhhbXBsZS5jb20/get_edge_config',
    status,
    statusText: '',
    headers: { server: 'CE_C ECS', 'www-authenticate': 'Basic realm="Cisco-Edge"' },
    body: '',
    bodyBytes: 0,
    clockDifferenceMs: 0,
    clockUncertaintyMs: 510,
    responseMs: 12,
    ...facts,
  };
}

export function ntpAnswer(facts: Partial<NtpReading> = {}): NtpReading {
  return {
    server: '10.0.0.123:123',
    requests: 4,
    samples: [{ offsetMs: 1, delayMs: 2 }],
    stratum: 2,
    leap: 'none',
    offsetMs: 1,
    delayMs: 2,
    errorMs: 10,
    ...facts,
  };
}

export function sshAnswer(facts: Partial<SshReading> = {}): SshReading {
  return {
    linesBefore: [],
    identification: 'SSH-2.0-OpenSSH_9.8 PKIX[13.5]',
    protocol: '2.0',
    software: 'OpenSSH_9.8',
    identificationMs: 1,
    offersCertificates: true,
    algorithmsMs: 1,
    ...facts,
  };
}

export function sipStatus(status: number, facts: Partial<SipReading> = {}): SipReading {
  return {
    transport: 'tls',
    requests: 1,
    local: { address: '192.0.2.1', port: 50_000 },
    status,
    reasonPhrase: '',
    server: 'TANDBERG/4137 (X15.0.3)',
    product: 'TANDBERG/4137',
    version: 'X15.0.3',
    responseMs: 4,
    ...facts,
  };
}
export function sipFailed(reason: Failure['reason'], facts: Partial<SipReading> = {}): SipReading {
  const failure = { stage: 'response', reason, blame: 'target' } as const;
  return { transport: 'tls', requests: 1, local: { address: '192.0.2.1', port: 50_000 }, failure, ...facts };
}

export function xmppAnswer(facts: Partial<XmppReading> = {}): XmppReading {
  return {
    domain: 'example.com',
    from: 'example.com',
    starttls: 'required',
    mechanismsInClear: [],
    mechanisms: ['PLAIN', 'CISCO-VTG-TOKEN'],
    featuresMs: 2,
    proceedMs: 1,
    secureFeaturesMs: 2,
    ...facts,
  };
}
export function xmppFailed(
  stage: Failure['stage'],
  reason: Failure['reason'],
  facts: Partial<XmppReading> = {},
): XmppReading {
  const failure = { stage, reason, blame: 'target' } as const;
  return { domain: 'example.com', mechanismsInClear: [], mechanisms: [], failure, ...facts };
}

export function stunAnswer(outcome: StunReading['outcome'], facts: Partial<StunReading> = {}): StunReading {
  return {
    server: '198.51.100.11:3478',
    transport: 'udp',
    method: 'allocate',
    requests: 1,
    outcome,
    ...facts,
  };
}

const anchored = { end: 'anchored', endName: 'CN=Example Root', suppliedByStore: [], inOrder: true } as const;

export function shown(leaf: Certificate, path: ShownCertificate['path'] = anchored): ShownCertificate {
  return { certificate: leaf, ...(path && { path }) };
}

/** A fact that is `undefined` is taken out. */
export function surveyed(
  facts: { [K in keyof SurveyReading]?: SurveyReading[K] | undefined } = {},
): SurveyReading {
  const reading = {
    serverName: 'expe1.example.com',
    accepted: ['TLSv1.2', 'TLSv1.3'],
    refused: ['TLSv1', 'TLSv1.1'],
    rsa: shown(certificate()),
    ecdsa: 'none',
    withoutName: shown(certificate()),
    dhBits: 'none',
    withoutCertificate: { 'TLSv1.2': 'not-requested', 'TLSv1.3': 'not-requested' },
    stapled: 'none',
    ...facts,
  };
  return Object.fromEntries(
    Object.entries(reading).filter(([, value]) => value !== undefined),
  ) as SurveyReading;
}

export function mutualTls(facts: Partial<MutualTlsReading> = {}): MutualTlsReading {
  return { outcome: 'accepted', protocol: 'TLSv1.3', ...facts };
}

export function udsAnswer(facts: Partial<UdsReading> = {}): UdsReading {
  return { version: '15.0.1', schema: '15.0.0', servers: ['cucm1.example.com'], axlStatus: 401, ...facts };
}

/** What the edge tells whom it lets in. */
export const edgeConfig: NonNullable<LoginReading['config']> = {
  inside: [
    { name: '_cuplogin', servers: [], error: 'NameError' },
    { name: '_cisco-uds', servers: [{ name: 'cucm1.example.com', port: 8443 }] },
  ],
  sip: [{ name: 'expe1.example.com', port: 5061 }],
  xmpp: [{ name: 'expe1.example.com', port: 5222 }],
  http: [{ name: 'expe1.example.com', port: 8443 }],
  uds: [{ name: 'cucm1.example.com', port: 8443 }],
};

export function signedIn(facts: Partial<LoginReading> = {}): LoginReading {
  return {
    domain: 'example.com',
    sso: { status: 200, enabled: false },
    status: 200,
    statusText: 'OK',
    server: 'CE_C ECS',
    config: edgeConfig,
    cookie: { domain: 'example.com', path: '/', secure: true, httpOnly: true },
    uds: {
      name: 'cucm1.example.com',
      status: 200,
      version: '15.0.1',
      servers: ['cucm1.example.com'],
      home: { found: true, homeCluster: 'cucm1.example.com' },
    },
    ...facts,
  };
}

/** Whom the edge does not let in. */
export function turnedAway(status?: number, facts: Partial<LoginReading> = {}): LoginReading {
  return { domain: 'example.com', ...(status !== undefined && { status, statusText: '' }), ...facts };
}
