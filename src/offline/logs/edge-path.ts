/** What the first segment of an edge URL says: the domain, and the inside server when the request goes on to one. */
export type EdgeTarget = {
  readonly domain: string;
  readonly server?: { readonly scheme: string; readonly host: string; readonly port: number };
};

/** Segments of a path that may be one: base64url, at least as long as the shortest domain. */
export const edgeSegment = /(?<=\/)[A-Za-z0-9_-]{6,700}={0,2}(?=[/?\s"']|$)/g;

/** Reads `base64url(domain)` or `base64url(domain/scheme/host/port)`; nothing for any other text. */
export function decodeEdgeSegment(segment: string): EdgeTarget | undefined {
  const bytes = Buffer.from(segment, 'base64url');
  // A decoder skips what it does not know; only what comes back as it was is base64.
  if (bytes.toString('base64url') !== segment.replace(/=+$/, '')) return undefined;
  const match =
    /^((?:[a-z0-9_-]{1,63}[.])+[a-z0-9-]{2,63})(?:\/(https?)\/([^/\s]{1,255})\/(\d{1,5}))?$/i.exec(
      bytes.toString('latin1'),
    );
  if (!match) return undefined;
  const [, domain, scheme, host, port] = match;
  return {
    domain: domain!,
    ...(scheme && { server: { scheme, host: host!, port: Number(port) } }),
  };
}
