import { dns } from './dns.ts';
import { edgeLogin } from './edge-login.ts';
import { http } from './http.ts';
import { mutualTls } from './mutual-tls.ts';
import { ntp } from './ntp.ts';
import { sip } from './sip.ts';
import { ssh } from './ssh.ts';
import { stun } from './stun.ts';
import { tcp } from './tcp.ts';
import { tls } from './tls.ts';
import { tlsSurvey } from './tls-survey.ts';
import { udp } from './udp.ts';
import { uds } from './uds.ts';
import { xmpp } from './xmpp.ts';

/** Every way of looking, by id. A new probe is one file and one line here; the compiler derives the rest. */
export const probes = {
  dns,
  tcp,
  tls,
  http,
  ssh,
  ntp,
  sip,
  xmpp,
  stun,
  udp,
  'tls-survey': tlsSurvey,
  'mutual-tls': mutualTls,
  uds,
  'edge-login': edgeLogin,
} as const;

export type Probes = typeof probes;
export type ProbeId = keyof Probes;

/** The options a step must carry for its probe. */
export type OptionsOf<Id extends ProbeId> = Parameters<Probes[Id]['run']>[0];

type Layers<Id extends ProbeId> = Required<Awaited<ReturnType<Probes[Id]['run']>>>;
type Union<T> = (T extends unknown ? (value: T) => void : never) extends (value: infer I) => void ? I : never;
type AllLayers = Union<{ [Id in ProbeId]: Layers<Id> }[ProbeId]>;

/** What each layer reads: `Readings['tls']`. */
export type Readings = {
  [K in keyof AllLayers]: Exclude<AllLayers[K], { readonly notApplicable: string } | undefined>;
};

export type { TcpReading } from '../src/net/connect.ts';
export type { TlsReading } from '../src/net/tls.ts';
export type { Certificate } from '../src/x509/certificate.ts';
export type { DnsOptions, DnsReading, DnsRecord } from './dns.ts';
export type { EdgeLoginOptions, LoginReading } from './edge-login.ts';
export type { HttpOptions, HttpReading } from './http.ts';
export type { MutualTlsReading } from './mutual-tls.ts';
export type { NtpReading } from './ntp.ts';
export type { SipReading } from './sip.ts';
export type { SshReading } from './ssh.ts';
export type { StunReading } from './stun.ts';
export type { ShownCertificate, SurveyReading } from './tls-survey.ts';
export type { UdpReading } from './udp.ts';
export type { UdsReading } from './uds.ts';
export type { XmppReading } from './xmpp.ts';
