import type { Feature } from '../../../model/deployment.ts';
import type { Affected, Role } from '../../../model/subject.ts';
import { compareVersions, parseRelease, type Version } from '../../../model/version.ts';
import {
  defineCheck,
  failIfAny,
  notApplicable,
  type RoundView,
  type Source,
  type Statement,
} from '../../check.ts';
import {
  clientsNeedExpressway,
  featureNames,
  type Minimum,
  minimums,
  type Product,
  productNames,
} from '../../minimums.ts';

type Code = 'VERSION_TOO_OLD' | 'VERSION_TOO_OLD_FOR_FEATURE';

/** The tables of least releases, judged from what is declared and from what the servers say of themselves. */
export const minimumVersions = defineCheck({
  id: 'declared/minimum-versions',
  holds: 'Every product and client is recent enough for remote access and for what is used over it',
  about: 'deployment',
  needs: [],
  sources: sourcesOf([...minimums, ...clientsNeedExpressway]),
  findings: {
    VERSION_TOO_OLD: {
      severity: 'critical',
      affects: 'sign-in',
      message: '{product} runs {version}, but remote access needs {least} or later',
    },
    VERSION_TOO_OLD_FOR_FEATURE: {
      severity: 'warning',
      affects: 'sign-in',
      message: '{product} runs {version}, but {use} over remote access needs {least} or later',
    },
  },
  judge({ round }) {
    const edge = versionOf(round, 'expressway_e');
    const clients = Object.keys(round.deployment.clients ?? {}) as (keyof typeof productNames)[];
    const applying = minimums.flatMap(minimum => {
      const version = applies(minimum, round, edge) ? versionOf(round, minimum.product) : undefined;
      return version ? [{ ...minimum, version }] : [];
    });
    if (applying.length === 0 && (clients.length === 0 || !edge))
      return notApplicable('no version is declared or seen');
    const tooOld = applying.filter(({ version, least }) => isOlder(version, least));
    const basic = tooOld.filter(({ product, features }) => isRole(product) && features === undefined);
    const beyond = tooOld.filter(({ product }) => !basic.some(one => one.product === product));
    const forClients = clientsNeedExpressway.flatMap(({ clients: wanted, least }) =>
      edge && isOlder(edge, least)
        ? wanted
            .filter(client => clients.includes(client))
            .slice(0, 1)
            .map(client => ({ client, least }))
        : [],
    );
    return failIfAny([
      ...strongest(basic).map(
        ({ product, version, least }): Statement<Code> => ({
          code: 'VERSION_TOO_OLD',
          evidence: { product: productNames[product], version: version.text, least },
        }),
      ),
      ...strongest(beyond).map(
        ({ product, version, least, features }): Statement<Code> => ({
          code: 'VERSION_TOO_OLD_FOR_FEATURE',
          affects: affectedBy(features?.[0]),
          evidence: {
            ...{ product: productNames[product], version: version.text, least },
            use: features?.map(feature => featureNames[feature]).join(' with ') ?? 'signing in',
          },
        }),
      ),
      ...forClients.map(
        ({ client, least }): Statement<Code> => ({
          code: 'VERSION_TOO_OLD_FOR_FEATURE',
          evidence: {
            ...{ product: productNames.expressway_e, version: edge!.text, least },
            use: productNames[client],
          },
        }),
      ),
    ]);
  },
});

/** Of an unknown Expressway what later releases ask for is asked: it is the stricter. */
function applies({ features, expressway }: Minimum, round: RoundView, edge: Version | undefined): boolean {
  const used = round.deployment.features ?? [];
  if (features && !features.every(feature => used.includes(feature))) return false;
  if (expressway?.from !== undefined && edge && isOlder(edge, expressway.from)) return false;
  return expressway?.before === undefined || (edge !== undefined && isOlder(edge, expressway.before));
}

/** Of several nodes the oldest, which promises the least. */
function versionOf(round: RoundView, product: Product): Version | undefined {
  const client = round.deployment.clients?.[product as keyof NonNullable<typeof round.deployment.clients>];
  if (client !== undefined) return parseRelease(client);
  if (!isRole(product)) return undefined;
  const nodes = round.deployment.nodes[product].map(({ name }) => round.version(product, name));
  return [...nodes, round.version(product)].filter(version => version !== undefined).sort(compareVersions)[0];
}

/** One statement of a product and what is used: the one that asks for most. */
function strongest<T extends Minimum & { readonly version: Version }>(found: readonly T[]): readonly T[] {
  const groups = Map.groupBy(found, ({ product, features }) => `${product} ${features?.[0] ?? ''}`);
  return [...groups.values()].map(
    group => group.toSorted((a, b) => compareVersions(parseRelease(b.least)!, parseRelease(a.least)!))[0]!,
  );
}

function affectedBy(feature: Feature | undefined): Affected {
  if (!feature || ['sso', 'oauth', 'simple_oauth', 'token_renewal'].includes(feature)) return 'sign-in';
  return feature === 'presence_domains' ? 'messaging' : 'calls';
}

/** Each section once, with everything that the tables take from it. */
function sourcesOf(
  rows: readonly {
    readonly requirements: readonly string[];
    readonly source: Omit<Source, 'requirements'>;
  }[],
): readonly [Source, ...Source[]] {
  const groups = Map.groupBy(rows, ({ source }) => JSON.stringify(source));
  const [first, ...rest] = [...groups.values()].map(group => ({
    ...group[0]!.source,
    requirements: [...new Set(group.flatMap(({ requirements }) => requirements))],
  }));
  return [first!, ...rest];
}

function isRole(product: Product): product is Product & Role {
  return ['expressway_e', 'expressway_c', 'unified_cm', 'im_presence', 'unity_connection'].includes(product);
}

const isOlder = (version: Version, least: string) => compareVersions(version, parseRelease(least)!) < 0;
