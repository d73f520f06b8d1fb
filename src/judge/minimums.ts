import type { ClientKind, Feature } from '../model/deployment.ts';
import type { Role } from '../model/subject.ts';
import type { Source } from './check.ts';

/** A product whose least release is documented. */
export type Product = Exclude<Role, 'idp' | 'ntp' | 'web_server' | 'push_service'> | ClientKind;

/** One cell of the documented tables: the least release of a product, for everybody or for what is used. */
export type Minimum = {
  readonly requirements: readonly string[];
  readonly product: Product;
  readonly least: string;
  /** All of these are used; absent for remote access itself. */
  readonly features?: readonly Feature[];
  /** Releases of Expressway that it is said of; of those that overlap, later ones say more. */
  readonly expressway?: { readonly from?: string; readonly before?: string };
  readonly source: Omit<Source, 'requirements'>;
};

const products: Minimum['source'] = { document: 'D0', section: 'Product Versions' };
const clientTable: Minimum['source'] = { document: 'D0', section: 'MRA-Compatible Clients' };
const endpointTable: Minimum['source'] = { document: 'D0', section: 'MRA-Compatible Endpoints' };
const early: Minimum['source'] = {
  document: 'D3',
  section: 'Configuration overview / Prerequisites',
  versions: 'X8.2',
};
const refresh: Minimum['source'] = {
  document: 'D1',
  section: 'About Self-Describing OAuth Token Authorization with Refresh / Prerequisites',
  versions: 'X8.10',
};
const simple: Minimum['source'] = {
  document: 'D1',
  section: 'About Simple OAuth Token Authorization / Prerequisites',
  versions: 'X8.10',
};
const limitations: Minimum['source'] = { document: 'D0', section: 'UC Feature Support and Limitations' };

const expressways: readonly Product[] = ['expressway_e', 'expressway_c'];
const jabber: readonly { readonly product: Product; readonly least: string; readonly first: number }[] = [
  { product: 'jabber_windows', least: '9.7', first: 25 },
  { product: 'jabber_ios', least: '9.6.1', first: 31 },
  { product: 'jabber_android', least: '9.6', first: 37 },
  { product: 'jabber_mac', least: '9.6', first: 43 },
];
const ver = (number: number) => `VER-${String(number).padStart(2, '0')}`;

/** The documented tables of least releases, cell by cell. */
export const minimums: readonly Minimum[] = [
  ...expressways.flatMap((product): readonly Minimum[] => [
    { requirements: ['VER-01', 'VER-02'], product, least: 'X8.1.1', source: products },
    { requirements: ['VER-03'], product, least: 'X8.5.1', features: ['sso'], source: products },
    { requirements: ['VER-04', 'AUT-17'], product, least: 'X8.10.1', features: ['oauth'], source: products },
    { requirements: ['VER-05'], product, least: 'X8.10.1', features: ['oauth', 'sso'], source: products },
    { requirements: ['VER-06', 'PSH-02'], product, least: 'X8.10.1', features: ['push'], source: products },
  ]),
  ...(
    [
      ['unified_cm', 7, '9.1(2)SU1'],
      ['im_presence', 13, '9.1(1)'],
    ] as const
  ).flatMap(([product, first, earlyLeast]): readonly Minimum[] => [
    {
      ...{ requirements: ['VER-60'], product, least: earlyLeast, source: early },
      expressway: { before: 'X8.10' },
    },
    {
      ...{ requirements: [ver(first), 'VER-61'], product, least: '10.0', source: products },
      expressway: { from: 'X8.10' },
    },
    { requirements: [ver(first + 2)], product, least: '10.5(1)', features: ['sso'], source: products },
    {
      ...{ requirements: [ver(first + 3), 'AUT-16', 'AUT-17'], product, least: '11.5(1)SU3' },
      ...{ features: ['oauth'], source: products },
    },
    {
      ...{ requirements: [ver(first + 4)], product, least: '10.5(2)' },
      ...{ features: ['oauth', 'sso'], source: products },
    },
    {
      ...{ requirements: [ver(first + 5), 'PSH-02'], product, least: '11.5(1)SU3' },
      ...{ features: ['push'], source: products },
    },
    { requirements: ['AUT-19'], product, least: '10.5(2)', features: ['simple_oauth'], source: simple },
  ]),
  { requirements: ['VER-19', 'VER-61'], product: 'unity_connection', least: '10.0', source: products },
  {
    ...{ requirements: ['VER-21'], product: 'unity_connection', least: '10.0(1)' },
    ...{ features: ['sso'], source: products },
  },
  {
    ...{ requirements: ['AUT-17'], product: 'unity_connection', least: '11.5(1)SU3' },
    ...{ features: ['oauth'], expressway: { before: 'X14' }, source: refresh },
  },
  {
    ...{ requirements: ['AUT-19'], product: 'unity_connection', least: '10.5(2)' },
    ...{ features: ['simple_oauth'], source: simple },
  },
  ...jabber.flatMap(({ product, least, first }): readonly Minimum[] => [
    { requirements: [ver(first), 'VER-62', 'VER-63'], product, least, source: clientTable },
    { requirements: [ver(first + 2)], product, least: '10.6', features: ['sso'], source: clientTable },
    {
      requirements: [ver(first + 3), 'AUT-16'],
      product,
      least: '11.9',
      features: ['oauth'],
      source: clientTable,
    },
    {
      requirements: [ver(first + 4)],
      product,
      least: '11.9',
      features: ['oauth', 'sso'],
      source: clientTable,
    },
    { requirements: ['AUT-19'], product, least: '10.6', features: ['simple_oauth'], source: simple },
    {
      ...{ requirements: ['FTR-02'], product, least: '11.9', features: ['recording'] },
      source: { document: 'D2', section: 'BiB Recording over MRA / Configuration Requirements' },
    },
    {
      ...{ requirements: ['FTR-08'], product, least: '11.1', features: ['dial_via_office'] },
      source: { document: 'D2', section: 'DVO Requirements' },
    },
  ]),
  {
    ...{ requirements: ['VER-36', 'AUT-17', 'PSH-02'], product: 'jabber_ios', least: '11.9' },
    ...{ features: ['push'], source: clientTable },
  },
  { requirements: ['VER-49'], product: 'phone_7800', least: '11.0(1)', source: endpointTable },
  { requirements: ['VER-50'], product: 'phone_8800', least: '11.0(1)', source: endpointTable },
  { requirements: ['VER-51'], product: 'phone_7832', least: '12.1(1)', source: endpointTable },
  { requirements: ['VER-52'], product: 'phone_8832', least: '12.1(1)', source: endpointTable },
  { requirements: ['VER-53'], product: 'dx_android', least: '10.2.4(99)', source: endpointTable },
  {
    ...{ requirements: ['VER-62', 'VER-63'], product: 'telepresence_tc', least: 'TC7.0.1' },
    expressway: { before: 'X14' },
    source: { document: 'D1', section: 'Expressway X8.1.1 and later', versions: 'X8.2 and X8.10' },
  },
  {
    ...{ requirements: ['VER-57'], product: 'telepresence_tc', least: 'TC7.1', source: endpointTable },
    expressway: { from: 'X14' },
  },
  { requirements: ['VER-58'], product: 'telepresence_ce', least: 'CE8.2', source: endpointTable },
  ...expressways.flatMap((product): readonly Minimum[] => [
    {
      ...{ requirements: ['AUT-44', 'VER-69'], product, least: 'X15.0' },
      ...{ features: ['token_renewal'], source: limitations },
    },
    {
      ...{ requirements: ['FTR-02'], product, least: 'X8.11.1', features: ['recording'] },
      source: { document: 'D2', section: 'BiB Recording over MRA / Configuration Requirements' },
    },
    {
      ...{ requirements: ['FTR-06'], product, least: 'X12.6.1' },
      ...{ features: ['silent_monitoring'], source: limitations },
    },
    {
      ...{ requirements: ['FTR-06'], product, least: 'X12.6.2' },
      ...{ features: ['whisper_coaching'], source: limitations },
    },
    {
      ...{ requirements: ['VER-68'], product, least: 'X12.6.3', features: ['presence_domains'] },
      source: { document: 'D0', section: 'Unsupported Expressway Features and Limitations' },
    },
  ]),
  {
    ...{ requirements: ['VER-68'], product: 'im_presence', least: '10.0(1)', features: ['presence_domains'] },
    source: { document: 'D2', section: 'Domain Glossary' },
  },
  {
    ...{ requirements: ['AUT-44', 'VER-69'], product: 'unified_cm', least: '15' },
    ...{ features: ['token_renewal'], source: limitations },
  },
  {
    ...{ requirements: ['AUT-44', 'VER-69'], product: 'webex', least: '6.8' },
    ...{ features: ['token_renewal'], source: limitations },
  },
  {
    ...{ requirements: ['VER-70'], product: 'unified_cm', least: '14SU1', features: ['call_handoff'] },
    source: { document: 'D2', section: 'Session Persistency' },
  },
  {
    ...{ requirements: ['FTR-01'], product: 'unified_cm', least: '11.5(1)SU2', features: ['shared_lines'] },
    expressway: { before: 'X12' },
    source: {
      ...{ document: 'D1', section: 'Enabling Shared Line / Multiple Lines for MRA Endpoints' },
      versions: 'X8.10',
    },
  },
  {
    ...{ requirements: ['FTR-01'], product: 'unified_cm', least: '11.5(1)SU4', features: ['shared_lines'] },
    expressway: { from: 'X12' },
    source: { document: 'D2', section: 'Enable SIP Path Headers' },
  },
  {
    ...{ requirements: ['FTR-02'], product: 'unified_cm', least: '11.5(1)SU3', features: ['recording'] },
    source: { document: 'D2', section: 'BiB Recording over MRA / Configuration Requirements' },
  },
  {
    ...{ requirements: ['FTR-05'], product: 'unified_cm', least: '12.5(1)SU1' },
    ...{ features: ['cti_monitoring'], source: limitations },
  },
  {
    ...{ requirements: ['FTR-07'], product: 'unified_cm', least: '11.5(1)SU4' },
    ...{ features: ['key_expansion'], source: limitations },
  },
  {
    ...{ requirements: ['FTR-08'], product: 'unified_cm', least: '11.0(1)', features: ['dial_via_office'] },
    source: { document: 'D2', section: 'DVO Requirements' },
  },
  {
    ...{ requirements: ['FTR-09'], product: 'unified_cm', least: '11.5(1)SU5' },
    ...{ features: ['hunt_groups'], source: limitations },
  },
];

/** Clients that need a later Expressway than remote access as such. */
export const clientsNeedExpressway: readonly {
  readonly requirements: readonly string[];
  readonly clients: readonly ClientKind[];
  readonly least: string;
  readonly source: Omit<Source, 'requirements'>;
}[] = [
  { requirements: ['VER-64'], clients: ['jabber_mac'], least: 'X8.2', source: clientTable },
  {
    ...{ requirements: ['VER-65'], clients: ['phone_7800', 'phone_8800'], least: 'X8.6' },
    source: { document: 'D1', section: 'Expressway X8.6 and later' },
  },
  {
    ...{ requirements: ['VER-66'], clients: ['dx_android'], least: 'X8.6' },
    source: { document: 'D1', section: 'Expressway X8.6 and later' },
  },
];

/** How products and features are called in a sentence. */
export const productNames: Readonly<Record<Product, string>> = {
  expressway_e: 'Expressway-E',
  expressway_c: 'Expressway-C',
  unified_cm: 'Unified CM',
  im_presence: 'IM and Presence',
  unity_connection: 'Unity Connection',
  jabber_windows: 'Jabber for Windows',
  jabber_mac: 'Jabber for Mac',
  jabber_ios: 'Jabber for iPhone and iPad',
  jabber_android: 'Jabber for Android',
  webex: 'Webex',
  phone_7800: 'an IP phone of the 7800 series',
  phone_8800: 'an IP phone of the 8800 series',
  phone_7832: 'a conference phone 7832',
  phone_8832: 'a conference phone 8832',
  dx_android: 'an Android-based DX device',
  telepresence_tc: 'a TelePresence endpoint with TC',
  telepresence_ce: 'a TelePresence endpoint with CE',
};
export const featureNames: Readonly<Record<Feature, string>> = {
  sso: 'single sign-on',
  oauth: 'tokens with refresh',
  simple_oauth: 'simple tokens',
  token_renewal: 'tokens that are renewed without asking',
  push: 'push notifications',
  shared_lines: 'shared and multiple lines',
  recording: 'recording',
  silent_monitoring: 'silent monitoring',
  whisper_coaching: 'whisper coaching',
  cti_monitoring: 'monitoring of mobile Jabber by CTI',
  key_expansion: 'key expansion modules',
  dial_via_office: 'dial via office',
  hunt_groups: 'hunt groups',
  call_handoff: 'calls that move between networks',
  presence_domains: 'several presence domains',
  ice: 'ICE',
  sip_oauth: 'SIP OAuth',
  ix: 'rosters and control of conferences (iX)',
};
