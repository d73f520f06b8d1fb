import type { Secret } from './deployment.ts';

/** How the web server is protected. Nothing of it: plain HTTP for everybody who reaches it. */
export type WebConfig = {
  readonly tls?: {
    /** PEM, the server's own certificate first. */
    readonly certificate: string;
    readonly key: Secret;
    readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
    /** PEM: who signs client certificates; absent when none is asked for. */
    readonly clientAuthority?: string;
    /** Clients without a certificate are turned away. */
    readonly needsClient: boolean;
  };
  /** The bcrypt hash of each user's password. */
  readonly users: ReadonlyMap<string, Secret>;
  /** Bearer tokens, any of which opens. */
  readonly tokens: readonly Secret[];
};

/** The web configuration as it stands now: the same value while nothing changed. */
export type Web = () => WebConfig;
