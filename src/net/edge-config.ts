import { printable } from './text.ts';
import { readXml, type XmlNode, xmlAt, xmlChildren } from './xml.ts';

/** A server as the edge names it to clients. */
export type NamedServer = { readonly name: string; readonly port?: number };

/** What one SRV name inside is for Expressway-C: servers, or the error that it met instead. */
export type InsideService = {
  readonly name: string;
  readonly servers: readonly NamedServer[];
  /** `NameError`: Expressway-C could not resolve it. */
  readonly error?: string;
};

/** The answer to `get_edge_config`: by which names clients are to reach the edge and the servers behind it. */
export type EdgeConfig = {
  readonly inside: readonly InsideService[];
  readonly sip: readonly NamedServer[];
  readonly xmpp: readonly NamedServer[];
  readonly http: readonly NamedServer[];
  /** Where the signed-in user's data are. */
  readonly uds: readonly NamedServer[];
};

const maxServers = 100;

/** Reads the answer to `get_edge_config`; undefined when it is none. */
export function readEdgeConfig(text: string): EdgeConfig | undefined {
  const root = readXml(text);
  if (root?.name !== 'getEdgeConfigResponse') return undefined;
  const edge = xmlAt(root, 'edgeConfig');
  const named = (kind: string) => serversIn(xmlAt(edge, kind));
  return {
    inside: xmlChildren(xmlAt(root, 'serviceConfig'), 'service').slice(0, maxServers).map(readService),
    sip: named('sipEdgeServer'),
    xmpp: named('xmppEdgeServer'),
    http: named('httpEdgeServer'),
    uds: named('userUdsServer'),
  };
}

function readService(service: XmlNode): InsideService {
  const error = xmlAt(service, 'error')?.text;
  const bare = xmlChildren(service, 'address').map(address => ({ name: printable(address.text) }));
  return {
    name: printable(xmlAt(service, 'name')?.text ?? ''),
    servers: [...serversIn(service), ...bare.filter(({ name }) => name !== '')].slice(0, maxServers),
    ...(error !== undefined && { error: printable(error) }),
  };
}

/** An element without an address names nobody. */
function serversIn(parent: XmlNode | undefined): readonly NamedServer[] {
  return xmlChildren(parent, 'server')
    .slice(0, maxServers)
    .flatMap(server => {
      const name = printable(xmlAt(server, 'address')?.text ?? '');
      const port = Number((xmlAt(server, 'tlsPort') ?? xmlAt(server, 'port'))?.text || Number.NaN);
      return name === '' ? [] : [{ name, ...(Number.isInteger(port) && { port }) }];
    });
}

/** Whether single sign-on is on, from the answer to `get_edge_sso`, which is modelled on that of Unified CM. */
export function readSingleSignOn(text: string): boolean | undefined {
  const status = xmlAt(readXml(text), 'Response', 'SingleSignOn', 'Status')?.attributes.enabled;
  return status === 'true' ? true : status === 'false' ? false : undefined;
}
