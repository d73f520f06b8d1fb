import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { certificates } from './certificates.ts';
import { deployment } from './deployment.ts';
import { fleet } from './fleet.ts';
import { network } from './network.ts';
import { prober } from './prober.ts';

/** Every dashboard by the name of its file. */
export const dashboards: Readonly<Record<string, () => Dashboard>> = {
  fleet,
  deployment,
  certificates,
  network,
  prober,
};
