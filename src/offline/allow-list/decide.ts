import type { Method } from './methods.ts';
import { shown } from './remark.ts';
import type { Rule } from './rules.ts';
import type { AllowUrl } from './url.ts';

/** What stands on the page of the Expressway-C and not in the file. */
export type Setting = {
  /** The default methods; undefined when nobody said, and then what depends on them stays open. */
  readonly defaultMethods?: readonly Method[];
  /** The name of the deployment that an empty value stands for. */
  readonly defaultDeployment?: string;
};

export type Request = { readonly url: AllowUrl; readonly method: Method; readonly deployment: string };

/** What the rules do with a request, and the rule that decides. */
export type Decision =
  | { readonly result: 'allow'; readonly rule: Rule }
  | { readonly result: 'depends'; readonly rule: Rule }
  | {
      readonly result: 'block';
      readonly nearest?: { readonly rule: Rule; readonly differs: readonly string[] };
    };

/** How the documents' words are understood, where they leave it open too: told with every result. */
export const semantics: readonly string[] = [
  'A request is allowed when one rule fits it: deployment, protocol, host, port, method and path. The order of rules is without meaning.',
  'Protocol and host are compared without regard to letter case, the port by number with 80 (http) or 443 (https) when none is written.',
  'The path is compared as written: case counts, nothing is decoded or resolved, no path is the same as /.',
  'exact: the whole path is equal; prefix: the path of the request begins with that of the rule, also in the middle of a segment.',
  'A host name is compared as a name; it is not looked up.',
  'No HttpMethods: the default methods of the page; no Deployment: the default deployment; no HttpMethod in a test: GET.',
];

/** Stands for the default methods while they are not known. */
const unknownDefaults = '(default)';
type Key = Method | typeof unknownDefaults;

/** One path that prefix rules have, below the longest other one that is a prefix of it. */
type Node = {
  readonly path: string;
  readonly parent: Node | undefined;
  readonly rules: readonly Rule[];
  /** The nearest rule from here upwards that allows the method. */
  readonly allows: ReadonlyMap<Key, Rule>;
};

type Group = { readonly exact: ReadonlyMap<string, readonly Rule[]>; readonly prefixes: readonly Node[] };

/** Rules made ready for many questions. */
export type RuleIndex = {
  readonly setting: Setting;
  readonly groups: ReadonlyMap<string, Group>;
  /** The same rules by host alone, everything as prefix and in lower case: only to say what a blocked request lacks. */
  readonly loose: () => ReadonlyMap<string, Group>;
};

/** Makes rules ready; a request is then decided in the time that its own length takes. */
export function indexRules(rules: readonly Rule[], setting: Setting): RuleIndex {
  let loose: ReadonlyMap<string, Group> | undefined;
  return {
    setting,
    groups: group(
      rules,
      setting,
      rule => keyOf(rule.url, rule.deployment, setting),
      rule => rule,
    ),
    loose: () => {
      loose ??= group(
        rules,
        setting,
        rule => rule.url.host,
        rule => ({
          match: 'prefix',
          url: { ...rule.url, path: rule.url.path.toLowerCase() },
        }),
      );
      return loose;
    },
  };
}

/** The methods that a rule allows. */
export function methodsOf(rule: Rule, setting: Setting): readonly Key[] {
  return rule.methods === 'default' ? (setting.defaultMethods ?? [unknownDefaults]) : rule.methods;
}

/** What the rules do with one request. */
export function decide(index: RuleIndex, request: Request): Decision {
  const found = index.groups.get(keyOf(request.url, request.deployment, index.setting));
  const exact = found?.exact.get(request.url.path) ?? [];
  const node = found && deepest(found.prefixes, request.url.path);
  const allowing = (method: Key) =>
    exact.find(rule => methodsOf(rule, index.setting).includes(method)) ?? node?.allows.get(method);
  const rule = allowing(request.method);
  if (rule) return { result: 'allow', rule };
  const open = allowing(unknownDefaults);
  if (open) return { result: 'depends', rule: open };
  const nearest = nearestTo(index, request);
  return nearest ? { result: 'block', nearest } : { result: 'block' };
}

function keyOf(
  { protocol, host, port }: AllowUrl,
  deployment: string,
  { defaultDeployment }: Setting,
): string {
  return `${protocol} ${host} ${port} ${deployment === '' ? (defaultDeployment ?? '') : deployment}`;
}

type Shape = Pick<Rule, 'match' | 'url'>;

function group(
  rules: readonly Rule[],
  setting: Setting,
  key: (rule: Rule) => string,
  shape: (rule: Rule) => Shape,
): ReadonlyMap<string, Group> {
  const groups = new Map<string, { exact: Map<string, Rule[]>; prefix: Map<string, Rule[]> }>();
  for (const rule of rules) {
    const id = key(rule);
    const own = groups.get(id) ?? { exact: new Map(), prefix: new Map() };
    groups.set(id, own);
    const { match, url } = shape(rule);
    const same = own[match].get(url.path);
    if (same) same.push(rule);
    else own[match].set(url.path, [rule]);
  }
  return new Map(
    [...groups].map(([id, { exact, prefix }]) => [id, { exact, prefixes: toNodes(prefix, setting) }]),
  );
}

function toNodes(byPath: ReadonlyMap<string, readonly Rule[]>, setting: Setting): Node[] {
  const nodes: Node[] = [];
  for (const path of [...byPath.keys()].sort(byCode)) {
    let parent = nodes.at(-1);
    while (parent && !path.startsWith(parent.path)) parent = parent.parent;
    const rules = byPath.get(path)!;
    const allows = new Map(parent?.allows);
    // Backwards, so that of two rules the first one is named.
    for (const rule of rules.toReversed()) {
      for (const method of methodsOf(rule, setting)) allows.set(method, rule);
    }
    nodes.push({ path, parent, rules, allows });
  }
  return nodes;
}

const byCode = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** The longest prefix of a path: every prefix stands among the ancestors of the last node that sorts before it. */
function deepest(nodes: readonly Node[], path: string): Node | undefined {
  let [low, high] = [0, nodes.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (nodes[middle]!.path <= path) low = middle + 1;
    else high = middle;
  }
  let node = nodes[low - 1];
  while (node && !path.startsWith(node.path)) node = node.parent;
  return node;
}

/** Of many rules with one path, as many are compared; which one is named then matters little. */
const compared = 50;

function nearestTo(index: RuleIndex, request: Request) {
  const nodes = index.loose().get(request.url.host)?.prefixes;
  if (!nodes) return undefined;
  const node = deepest(nodes, request.url.path.toLowerCase());
  const candidates: { readonly rule: Rule; readonly differs: readonly string[] }[] = [];
  for (let one = node; one && candidates.length < compared; one = one.parent) {
    for (const rule of one.rules.slice(0, compared))
      candidates.push({ rule, differs: differences(rule, request, index.setting) });
  }
  if (candidates.length === 0) {
    const rule = nodes[0]!.rules[0]!;
    return { rule, differs: differences(rule, request, index.setting) };
  }
  return candidates.reduce((best, one) => (one.differs.length < best.differs.length ? one : best));
}

function differences(rule: Rule, { url, method, deployment }: Request, setting: Setting): string[] {
  const name = (one: string) => {
    const told = one === '' ? setting.defaultDeployment : one;
    return told === undefined ? 'the default deployment' : `deployment ${shown(told)}`;
  };
  const found: string[] = [];
  if (name(rule.deployment) !== name(deployment))
    found.push(`it is for ${name(rule.deployment)}, the request for ${name(deployment)}`);
  if (rule.url.protocol !== url.protocol)
    found.push(`it is for ${rule.url.protocol}, the request is ${url.protocol}`);
  if (rule.url.port !== url.port) found.push(`it is for port ${rule.url.port}, the request for ${url.port}`);
  const path = wrongPath(rule, url.path);
  if (path) found.push(path);
  const allowed = methodsOf(rule, setting);
  if (!allowed.includes(method) && !allowed.includes(unknownDefaults))
    found.push(
      allowed.length === 0 ? 'the default methods are none' : `it allows ${allowed.join(', ')} only`,
    );
  return found;
}

function wrongPath({ url, match }: Rule, path: string): string | undefined {
  if (match === 'exact' ? url.path === path : path.startsWith(url.path)) return undefined;
  if (match === 'exact' && path.startsWith(url.path)) return `its path ${shown(url.path)} is exact`;
  if (url.path.toLowerCase() === path.toLowerCase()) return 'the path differs in letter case';
  if (path.toLowerCase().startsWith(url.path.toLowerCase())) return 'the path differs in letter case';
  return `its path is ${shown(url.path)}`;
}
