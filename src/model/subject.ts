/** Where the prober stands. The same record may have to exist at one place and must not exist at another. */
export const vantages = ['external', 'dmz', 'internal'] as const;
export type Vantage = (typeof vantages)[number];

/** The same as the end of "seen from". */
export const vantagePlaces: Readonly<Record<Vantage, string>> = {
  external: 'outside',
  dmz: 'the DMZ',
  internal: 'inside',
};

/** Which side of a split DNS a question is put to. */
export const views = ['public', 'internal'] as const;
export type View = (typeof views)[number];

/** What a host does in a deployment; the port matrix and the certificate rules are per role. */
export const roles = [
  'expressway_e',
  'expressway_c',
  'unified_cm',
  'im_presence',
  'unity_connection',
  'idp',
  'ntp',
  'web_server',
  'push_service',
] as const;
export type Role = (typeof roles)[number];

/** The field's own name of a role, for sentences. */
export const roleNames: Readonly<Record<Role, string>> = {
  expressway_e: 'Expressway-E',
  expressway_c: 'Expressway-C',
  unified_cm: 'Unified CM',
  im_presence: 'IM and Presence',
  unity_connection: 'Unity Connection',
  idp: 'identity provider',
  ntp: 'NTP server',
  web_server: 'web server',
  push_service: 'push service',
};

/** Which service of MRA suffers when something here is wrong. */
export const services = ['sign-in', 'calls', 'messaging', 'voicemail', 'exposure', 'operations'] as const;
export type Affected = (typeof services)[number];

/** What a judgement is about. Every SRV target, every address and every port is its own subject; ids are stable. */
export type Subject =
  | DeploymentSubject
  | DomainSubject
  | ResolverSubject
  | NodeSubject
  | AddressSubject
  | ServiceSubject;
/** What a subject can be. */
export const subjectKinds = ['deployment', 'domain', 'resolver', 'node', 'address', 'service'] as const;
export type SubjectKind = Subject['kind'];

type Common = { readonly id: string; readonly deployment: string };
export type DeploymentSubject = Common & { readonly kind: 'deployment' };
export type DomainSubject = Common & { readonly kind: 'domain'; readonly domain: string };
/** A DNS server that we ask; `address` is `IP` or `IP:port`, `[IPv6]:port`. */
export type ResolverSubject = Common & {
  readonly kind: 'resolver';
  readonly address: string;
  readonly view: View;
};
/** A host in a role, known by name (or by address when the operator declared only that). */
export type NodeSubject = Common & { readonly kind: 'node'; readonly role: Role; readonly host: string };
/** One address of a node as one view gives it. */
export type AddressSubject = Common & {
  readonly kind: 'address';
  readonly role: Role;
  readonly host: string;
  readonly address: string;
  readonly view: View;
};
/**
 * One port of one address for one purpose. `expected` is what the documents want to be seen from this vantage; of `any` port
 * they want nothing by itself: what is looked at there says whether it is right.
 */
export type ServiceSubject = Common & {
  readonly kind: 'service';
  readonly role: Role;
  readonly host: string;
  /** Absent while the name has no address: such a service is known, and known to be out of reach. */
  readonly address?: string;
  readonly port: number;
  readonly transport: 'tcp' | 'udp';
  /** A row of the port matrix: `edge-https`, `edge-sip`, `tunnel-ssh`... */
  readonly purpose: string;
  /** The purpose in words, for sentences: "SIP over TLS". */
  readonly title: string;
  readonly expected: 'open' | 'closed' | 'any';
  readonly affects: Affected;
};

/** Every subject of the kind, as a type. */
export type SubjectOf<K extends SubjectKind> = Extract<Subject, { kind: K }>;
