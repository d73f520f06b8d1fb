import type { Problem } from '../model/problem.ts';
import type { Source } from './document.ts';
import { nameOf, shown, valueAt } from './problems.ts';
import { parseDomain, parseHost, parseResolver } from './values.ts';

type Path = readonly PropertyKey[];
type Named = { readonly name: string; readonly path: Path };

/** The name of a deployment that has none: its first domain, with hyphens for dots. */
export function nameFromDomain(domain: string): string {
  return domain.replaceAll('.', '-').slice(0, 63);
}

/**
 * Every name that stands twice where it may stand once. Looks at the values as they were written, so that it finds them
 * beside every other problem.
 */
export function duplicatesIn(source: Source): readonly Problem[] {
  const groups: (readonly Named[])[] = [
    ...resolverGroups([], source),
    named(['trust'], source, text => text),
  ];
  const deployments: Named[] = [];
  for (const path of itemsOf(['deployments'], source)) {
    const name = valueAt(source.value, [...path, 'name']);
    const first = valueAt(source.value, [...path, 'domains', 0]);
    const domain = typeof first === 'string' ? parseDomain(first) : undefined;
    if (typeof name === 'string') deployments.push({ name, path: [...path, 'name'] });
    else if (domain !== undefined) deployments.push({ name: nameFromDomain(domain), path });

    groups.push(
      named([...path, 'domains'], source, parseDomain),
      named([...path, 'xmpp_federation_domains'], source, parseDomain),
      named([...path, 'chat_node_aliases'], source, hostKey),
      named([...path, 'phone_security_profiles'], source, text => text),
      named([...path, 'trust'], source, text => text),
      ...resolverGroups(path, source),
    );
    const roles = valueAt(source.value, [...path, 'nodes']);
    if (typeof roles === 'object' && roles !== null) {
      for (const role of Object.keys(roles)) groups.push(named([...path, 'nodes', role], source, hostKey));
    }
  }
  return [deployments, ...groups].flatMap(group => repeated(group, source));
}

function resolverGroups(path: Path, source: Source): readonly (readonly Named[])[] {
  return ['public', 'internal'].map(view => named([...path, 'resolvers', view], source, parseResolver));
}

function hostKey(text: string): string | undefined {
  return parseHost(text)?.toLowerCase();
}

function itemsOf(path: Path, source: Source): readonly Path[] {
  const list = valueAt(source.value, path);
  return Array.isArray(list) ? list.map((_item, index) => [...path, index]) : [];
}

function named(path: Path, source: Source, key: (text: string) => string | undefined): readonly Named[] {
  return itemsOf(path, source).flatMap(item => {
    const own = valueAt(source.value, item);
    const at = typeof own === 'string' ? item : [...item, 'name'];
    const text = valueAt(source.value, at);
    const name = typeof text === 'string' ? key(text) : undefined;
    return name === undefined ? [] : [{ name, path: at }];
  });
}

function repeated(group: readonly Named[], source: Source): readonly Problem[] {
  const first = new Map<string, Path>();
  const problems: Problem[] = [];
  for (const { name, path } of group) {
    const earlier = first.get(name);
    if (earlier === undefined) first.set(name, path);
    else {
      const message = `\`${nameOf(path)}\` is ${shown(name)}, which \`${nameOf(earlier)}\` is already; each has to be unique.`;
      problems.push({ place: source.placeOf(path, 'value'), message });
    }
  }
  return problems;
}
