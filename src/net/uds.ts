import { printable } from './text.ts';
import { readXml, xmlAt, xmlChildren } from './xml.ts';

/** What User Data Services of Unified CM say of themselves. */
export type UdsVersion = { readonly version: string; readonly schema?: string };

const maxServers = 100;

/** Reads `/cucm-uds/version`; undefined when it is something else. */
export function readUdsVersion(text: string): UdsVersion | undefined {
  const root = readXml(text);
  const version = xmlAt(root, 'version')?.text;
  if (root?.name !== 'versionInformation' || !version) return undefined;
  const schema = root.attributes.version;
  return { version: printable(version, 64), ...(schema !== undefined && { schema: printable(schema, 64) }) };
}

/** Reads `/cucm-uds/servers`: the nodes by the names under which the cluster knows them. */
export function readUdsServers(text: string): readonly string[] | undefined {
  const root = readXml(text);
  if (root?.name !== 'servers') return undefined;
  return xmlChildren(root, 'server')
    .slice(0, maxServers)
    .map(server => printable(server.text))
    .filter(name => name !== '');
}

/** Where a user is at home; `found` is false when no cluster knows the name. */
export type UdsClusterUser = { readonly found: boolean; readonly homeCluster?: string };

/** Reads `/cucm-uds/clusterUser`; the user's name does not come back. */
export function readUdsClusterUser(text: string): UdsClusterUser | undefined {
  const root = readXml(text);
  if (root?.name !== 'clusterUser') return undefined;
  const result = xmlAt(root, 'result');
  const home = (xmlAt(root, 'homeCluster') ?? xmlAt(result, 'homeCluster'))?.text;
  if (result === undefined) return undefined;
  return {
    found: result.attributes.found === 'true',
    ...(home && { homeCluster: printable(home) }),
  };
}
