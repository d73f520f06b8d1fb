import { writeFileSync } from 'node:fs';
import { dashboards } from './dashboards.ts';

// Run from the root of the repository: node dashboards/write.ts
for (const [name, build] of Object.entries(dashboards))
  writeFileSync(`dashboards/grafana/${name}.json`, `${JSON.stringify(build(), undefined, 2)}\n`);
