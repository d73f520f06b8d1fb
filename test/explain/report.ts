import type { Cause } from '../../src/model/finding.ts';
import type { Report } from '../../src/model/report.ts';

/** A report of an empty round with these causes. */
export function exampleReport(causes: readonly Cause[]): Report {
  return {
    schema: 1,
    version: '0.0.0',
    deployment: {
      name: 'example',
      vantage: 'external',
      domains: ['example.com'],
      nodes: {
        expressway_e: [],
        expressway_c: [],
        unified_cm: [],
        im_presence: [],
        unity_connection: [],
        idp: [],
        ntp: [],
        web_server: [],
        push_service: [],
      },
      resolvers: { public: [], internal: [] },
      versions: {},
      phoneSecurityProfiles: [],
      clusterNames: {},
      chatNodeAliases: [],
      xmppFederationDomains: [],
      messaging: true,
      trust: [],
      intervalsMs: { dns: 60_000, port: 60_000, edge: 600_000, seldom: 3_600_000 },
      timeoutMs: 5000,
    },
    at: '2026-01-01T00:00:00.000Z',
    durationMs: 0,
    subjects: [],
    steps: [],
    observations: [],
    judgements: [],
    diagnosis: { status: 'critical', headline: 'A sentence.', causes },
  };
}
