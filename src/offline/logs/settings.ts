import type { SettingsReading, ZoneSettings } from '../../model/settings.ts';
import type { FoundSetting } from './collected.ts';

/** How many elements with a number a path of settings may have above the setting. */
const maxDepth = 20;
const maxSettings = 50_000;

/**
 * What can have several siblings has its number in the name of a setting, as in `Zones Zone 2 Name`; the export in XML numbers
 * every element.
 */
function isNumbered(name: string, above: string | undefined): boolean {
  if (name === 'Server') return above === 'NTP' || above === 'DNS';
  if (name === 'Domain') return above === 'Domains';
  if (name === 'Rule') return above === 'SearchRules';
  return ['Zone', 'Peer', 'PerDomainServer', 'Ethernet'].includes(name);
}

/** The settings of an export in XML, by the names that the command line gives them. Reads what it can of a damaged one. */
export function readXmlSettings(text: string): readonly (readonly [name: string, value: string])[] {
  const settings: (readonly [string, string])[] = [];
  const path: { readonly name: string; readonly label: string; hasChildren: boolean; value: string }[] = [];
  const token = /<(\/?)([A-Za-z][\w.-]{0,80})((?:\s[^<>]{0,1000})?)>|<[!?][^<>]{0,4000}>|([^<]+)/g;
  for (const [, closing, name, attributes = '', content] of text.matchAll(token)) {
    const last = path.at(-1);
    if (content !== undefined) {
      if (last) last.value += content;
      continue;
    }
    if (name === undefined) continue;
    if (closing === '') {
      if (last) last.hasChildren = true;
      const number = /\bitem\s*=\s*["'](\d{1,6})["']/.exec(attributes)?.[1];
      const label = number !== undefined && isNumbered(name, last?.name) ? `${name} ${number}` : name;
      const opened = { name, label, hasChildren: false, value: '' };
      if (!attributes.endsWith('/')) {
        if (path.length < maxDepth) path.push(opened);
        continue;
      }
      settings.push([labelOf([...path, opened]), '']);
    } else if (last?.name === name) {
      if (!last.hasChildren) settings.push([labelOf(path), decode(last.value.trim())]);
      path.pop();
    }
    if (settings.length >= maxSettings) break;
  }
  return settings;
}

/** The outermost element names the export and no setting. */
function labelOf(path: readonly { readonly label: string }[]): string {
  return path
    .slice(1)
    .map(({ label }) => label)
    .join(' ');
}

function decode(text: string): string {
  const characters: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
  return text.replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => characters[name]!);
}

/** What the settings of one Expressway say, in the words of the field. */
export function toReading(settings: readonly Pick<FoundSetting, 'name' | 'value'>[]): SettingsReading {
  const values = new Map(settings.map(({ name, value }) => [name.toLowerCase(), value]));
  const text = (...names: readonly string[]) =>
    names.map(name => values.get(name.toLowerCase())).find(value => value !== undefined);
  const flag = (...names: readonly string[]) => toFlag(text(...names));
  const number = (name: string) => toNumber(text(name));
  const list = (pattern: RegExp) => {
    const found = settings.filter(({ name }) => pattern.test(name));
    return found.length === 0 ? undefined : found.map(({ value }) => value).filter(value => value !== '');
  };
  const nat = settings.filter(({ name }) => /^Ethernet \d+ IP V4 StaticNAT Mode$/i.test(name));
  const stun = settings.find(({ name }) => /\bSTUN ?Keep-?alive(?: Mode| Enabled)?$/i.test(name));
  return defined({
    hostName: text('IP DNS Hostname', 'DNS Hostname'),
    domainName: text('IP DNS Domain Name', 'DNS Domain Name'),
    dnsServers: list(/^(?:IP )?DNS (?:PerDomain)?Server \d+ Address$/i),
    ntpServers: list(/^NTP Server \d+ Address$/i),
    ipProtocol: text('IPProtocol', 'IP Protocol'),
    staticNat: nat.length === 0 ? undefined : nat.some(({ value }) => toFlag(value)),
    remoteAccess: flag('CollaborationEdge Enabled'),
    jabberGuest: flag('CollaborationEdge JabbercEnabled'),
    sipTls: flag('SIP TLS Mode'),
    turn: flag('Traversal Server TURN Mode', 'TURN Server Mode', 'TURN Mode'),
    zones: toZones(settings),
    domains: toDomains(settings),
    pathHeaders: flag('CollaborationEdge RFC3327Enabled'),
    stunKeepalive: toFlag(stun?.value),
    tokenLifetime: number('EdgeConfigServer CredentialTtl'),
    cleanupInterval: number('EdgeConfigServer PurgeInterval'),
    authorizations: defined({
      most: number('EdgeConfigServer RateLimitLogins'),
      seconds: number('EdgeConfigServer RateLimitPeriod'),
    }),
    verifyOriginServer: flag('EdgeConfigServer VerifyOriginServer'),
    androidPush: flag('XCP Config FcmService'),
    digestCache: defined({
      lifetime: number('Authentication Remote Digest Cache Lifetime'),
      checkInterval: number('Authentication Remote Digest Cache ExpireCheckInterval'),
    }),
    mediaPorts: defined({
      first: number('Traversal Media Port Start'),
      last: number('Traversal Media Port End'),
    }),
    protection: toProtection(settings),
  });
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> } & {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
};

function defined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(
    Object.entries(value).filter(([, member]) => member !== undefined),
  ) as unknown as Defined<T>;
}

function toFlag(value: string | undefined): boolean | undefined {
  if (value === undefined) return undefined;
  if (/^(?:on|true|enabled|yes)$/i.test(value)) return true;
  return /^(?:off|false|disabled|no)$/i.test(value) ? false : undefined;
}

function toNumber(value: string | undefined): number | undefined {
  return value !== undefined && /^\d{1,9}$/.test(value) ? Number(value) : undefined;
}

type Member = { readonly number: string; readonly name: string; readonly value: string };

/** The settings of numbered elements, by their number. */
function members(
  settings: readonly Pick<FoundSetting, 'name' | 'value'>[],
  pattern: RegExp,
): ReadonlyMap<string, readonly Member[]> {
  return Map.groupBy(
    settings.flatMap(({ name, value }) => {
      const [, number, rest] = pattern.exec(name) ?? [];
      return number === undefined ? [] : [{ number, name: rest!.toLowerCase(), value }];
    }),
    ({ number }) => number,
  );
}

const isPeer = /^traversalclient peer \d+ address$/;

function toZones(settings: readonly Pick<FoundSetting, 'name' | 'value'>[]): readonly ZoneSettings[] {
  return [...members(settings, /^Zones Zone (\d+) (.+)$/i)].map(([number, own]) => {
    const direct = (name: string) => own.find(one => one.name === name)?.value;
    const type =
      direct('type') ?? own.map(({ name }) => /^traversal(?:client|server)/.exec(name)?.[0])[0] ?? '';
    const of = (name: string) => direct(`${type.toLowerCase()} ${name}`);
    return defined({
      name: direct('name') ?? number,
      type,
      unified: toFlag(of('collaboration edge')) ?? false,
      authentication: of('authentication mode'),
      userName: of('authentication username'),
      sipPort: toNumber(of('sip port')),
      sipTransport: of('sip transport'),
      tlsVerify: toFlag(of('sip tls verify mode')),
      verifyName: of('sip tls verify subject name'),
      mediaEncryption: of('sip media encryption mode'),
      peers: own.filter(({ name, value }) => isPeer.test(name) && value !== '').map(({ value }) => value),
    });
  });
}

function toDomains(settings: readonly Pick<FoundSetting, 'name' | 'value'>[]) {
  return [...members(settings, /^SIP Domains Domain (\d+) (.+)$/i).values()].flatMap(own => {
    const of = (name: string) => own.find(one => one.name === name)?.value;
    const name = of('name');
    if (!name) return [];
    return [defined({ name, registration: toFlag(of('edge')), presence: toFlag(of('edgexmpp')) })];
  });
}

/** By what the guides call the categories; under which names an export tells them is not documented. */
function toProtection(settings: readonly Pick<FoundSetting, 'name' | 'value'>[]) {
  const categories = ['http-ce-auth', 'http-ce-intrusion', 'http-ce-resource', 'xmpp-intrusion'];
  return categories.flatMap(category => {
    const own = settings.filter(({ name }) => name.toLowerCase().split(' ').includes(category));
    if (own.length === 0) return [];
    return [
      defined({
        category,
        on: toFlag(own.find(({ name }) => /(?:Enabled|Mode|State)$/i.test(name))?.value),
        trigger: toNumber(own.find(({ name }) => /(?:Trigger ?Level|MaxRetry)$/i.test(name))?.value),
      }),
    ];
  });
}
