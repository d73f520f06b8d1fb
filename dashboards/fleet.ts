import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  chosen,
  deploymentLink,
  enough,
  entryLink,
  newDashboard,
  row,
  series,
  stat,
  statusWords,
  steps,
  table,
  timeline,
} from './parts.ts';

const small = { width: 4, height: 4, unit: 'short' } as const;

/** What is broken where. */
export function fleet(): Dashboard {
  const statuses = (status: number) => `count(mradar_deployment_status{${chosen}} == ${status}) or vector(0)`;
  return newDashboard({
    uid: 'mradar-fleet',
    title: 'mradar / Fleet',
    description: 'What is broken where: every deployment, its causes, and since when.',
    withDeployment: true,
  })
    .withRow(row('Now'))
    .withPanel(
      stat(
        {
          ...small,
          title: 'Deployments',
          description: 'Deployments that are watched, each vantage counted.',
        },
        { expr: `count(mradar_deployment_status{${chosen}})` },
      ),
    )
    .withPanel(
      stat(
        { ...small, title: 'Critical', description: 'Deployments where a service of remote access fails.' },
        { expr: statuses(2) },
        { thresholds: steps([1, 'red']) },
      ),
    )
    .withPanel(
      stat(
        {
          ...small,
          title: 'Warning',
          description: 'Deployments that work, but not for everybody or not for long.',
        },
        { expr: statuses(1) },
        { thresholds: steps([1, 'yellow']) },
      ),
    )
    .withPanel(
      stat(
        { ...small, title: 'Unknown', description: 'Deployments that could not be looked at.' },
        { expr: statuses(3) },
        { thresholds: steps([1, 'purple']) },
      ),
    )
    .withPanel(
      stat(
        {
          ...small,
          title: 'Sign-in broken',
          description: 'Deployments whose users cannot sign in from outside.',
        },
        { expr: `count(mradar_service_status{${chosen}, affects="sign-in"} == 2) or vector(0)` },
        { thresholds: steps([1, 'red']) },
      ),
    )
    .withPanel(
      stat(
        {
          ...small,
          title: 'Soonest expiry',
          description: 'Time until the first certificate of any chain expires.',
          unit: 's',
        },
        { expr: `min(mradar_certificate_not_after_timestamp_seconds{${chosen}}) - time()` },
        { thresholds: enough(7 * 86_400, 30 * 86_400) },
      ),
    )
    .withPanel(
      table(
        {
          title: 'Causes',
          description:
            'The fewest causes that explain everything seen. A click on a code opens its documented entry.',
          unit: 'short',
          width: 24,
          height: 8,
        },
        {
          expr: `sort_desc(max by (instance, deployment, vantage, code, severity, affects, entry) (mradar_cause{${chosen}, severity!="info"}))`,
        },
        [
          { label: 'deployment', link: deploymentLink },
          { label: 'vantage' },
          { label: 'severity' },
          { label: 'affects' },
          { label: 'code', link: entryLink },
          { label: 'entry', link: entryLink },
          { label: 'Value', title: 'findings' },
          { label: 'instance' },
        ],
      ),
    )
    .withPanel(
      table(
        {
          title: 'Services',
          description: 'Every deployment and what works there: 0 ok, 1 warning, 2 critical.',
          unit: 'short',
          width: 12,
          height: 10,
        },
        { expr: `sort_desc(max by (deployment, vantage, affects) (mradar_service_status{${chosen}}))` },
        [
          { label: 'deployment', link: deploymentLink },
          { label: 'vantage' },
          { label: 'affects' },
          { label: 'Value', title: 'status', mappings: statusWords },
        ],
      ),
    )
    .withPanel(
      table(
        {
          title: 'How long',
          description: 'How long each cause has been there without a break.',
          unit: 's',
          width: 12,
          height: 10,
        },
        {
          expr: `sort_desc(max by (instance, deployment, vantage, code, severity) (time() - mradar_cause_since_timestamp_seconds{${chosen}, severity!="info"}))`,
        },
        [
          { label: 'deployment', link: deploymentLink },
          { label: 'vantage' },
          { label: 'code', link: entryLink },
          { label: 'severity' },
          { label: 'Value', title: 'for' },
          { label: 'instance' },
        ],
      ),
    )
    .withRow(row('History'))
    .withPanel(
      timeline(
        {
          title: 'Status over time',
          description: 'The status of every deployment; a gap means that nobody watched.',
          unit: 'short',
          width: 24,
          height: 9,
        },
        {
          expr: `max by (deployment, vantage) (mradar_deployment_status{${chosen}})`,
          legend: '{{deployment}} {{vantage}}',
        },
        statusWords,
      ),
    )
    .withPanel(
      series(
        {
          title: 'Open findings by code',
          description:
            'Confirmed findings of all deployments; the same code in many places is one cause upstream of all.',
          unit: 'short',
          width: 24,
          height: 8,
        },
        [
          {
            expr: `sum by (code) (mradar_findings{${chosen}, state="open", severity!="info"})`,
            legend: '{{code}}',
          },
        ],
      ),
    )
    .build();
}
