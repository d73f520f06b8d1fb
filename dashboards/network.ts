import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { chosen, newDashboard, row, series, stat, steps, table, words } from './parts.ts';

const half = { width: 12, height: 8 } as const;

/** Ports by vantage, times of stages, resolvers, clocks. */
export function network(): Dashboard {
  return newDashboard({
    uid: 'mradar-network',
    title: 'mradar / Network and DNS',
    description: 'Ports by vantage, times of every stage, resolvers and clocks.',
    withDeployment: true,
  })
    .withRow(row('Ports'))
    .withPanel(
      stat(
        {
          title: 'Closed, though needed',
          description: 'Ports that the documents want open from there and that take no connection.',
          unit: 'short',
          width: 6,
          height: 8,
        },
        { expr: `count(mradar_port_open{${chosen}, expected="open"} == 0) or vector(0)` },
        { thresholds: steps([1, 'red']) },
      ),
    )
    .withPanel(
      table(
        {
          title: 'Ports by vantage',
          description:
            'What each vantage sees: a port that is open in the DMZ and closed outside is closed by the firewall between.',
          unit: 'short',
          width: 18,
          height: 8,
        },
        { expr: `sort(min by (host, port, purpose, vantage, expected) (mradar_port_open{${chosen}}))` },
        [
          { label: 'host' },
          { label: 'port' },
          { label: 'purpose' },
          { label: 'vantage' },
          { label: 'expected' },
          { label: 'Value', title: 'seen', mappings: words([0, 'closed', 'orange'], [1, 'open', 'green']) },
        ],
      ),
    )
    .withRow(row('Time'))
    .withPanel(
      series(
        {
          ...half,
          title: 'Slowest of each stage',
          description:
            'Names, connection, TLS, answer: the longest over all hosts. A stage that was not reached is absent.',
          unit: 's',
        },
        [{ expr: `max by (stage) (mradar_stage_duration_seconds{${chosen}})`, legend: '{{stage}}' }],
      ),
    )
    .withPanel(
      series(
        {
          ...half,
          title: 'Slowest kind of look',
          description: 'Whole steps by what looks, the longest over all subjects.',
          unit: 's',
        },
        [{ expr: `max by (probe) (mradar_step_duration_seconds{${chosen}})`, legend: '{{probe}}' }],
      ),
    )
    .withRow(row('DNS'))
    .withPanel(
      series(
        {
          ...half,
          title: 'Records by question',
          description: 'Records in the answer; 0 means that there is no such name or type.',
          unit: 'short',
        },
        [{ expr: `max by (topic) (mradar_dns_records{${chosen}})`, legend: '{{topic}}' }],
      ),
    )
    .withPanel(
      series(
        {
          ...half,
          title: 'Shortest time to live',
          description: 'After a change in DNS clients may use the old record for so long.',
          unit: 's',
        },
        [{ expr: `min by (topic) (mradar_dns_ttl_seconds{${chosen}})`, legend: '{{topic}}' }],
      ),
    )
    .withPanel(
      series(
        {
          ...half,
          title: 'Resolver answers',
          description: 'Questions that each resolver answered, an empty answer included.',
          unit: 'short',
        },
        [{ expr: `count by (resolver) (mradar_dns_records{${chosen}})`, legend: '{{resolver}}' }],
      ),
    )
    .withPanel(
      series(
        {
          ...half,
          title: 'Failures by who has to act',
          description: 'Layers whose last look failed: target, path, resolver, or the watcher itself.',
          unit: 'short',
        },
        [
          {
            expr: `count by (blame, reason) (mradar_failure{${chosen}}) or vector(0)`,
            legend: '{{blame}} {{reason}}',
          },
        ],
      ),
    )
    .withRow(row('Answers and clocks'))
    .withPanel(
      series(
        {
          ...half,
          title: 'Status codes',
          description: 'HTTP and SIP answers by status; any SIP status says that the service lives.',
          unit: 'short',
        },
        [
          {
            expr: `count_values by (deployment) ("status", mradar_http_status{${chosen}})`,
            legend: 'HTTP {{status}}',
          },
          {
            expr: `count_values by (deployment) ("status", mradar_sip_status{${chosen}})`,
            legend: 'SIP {{status}}',
          },
        ],
      ),
    )
    .withPanel(
      series(
        {
          ...half,
          title: 'Clock differences',
          description: 'Clocks of servers against the watcher; from 60 s on registration fails.',
          unit: 's',
        },
        [
          {
            expr: `max by (host) (abs(mradar_clock_difference_seconds{${chosen}}))`,
            legend: '{{host}} (HTTP)',
          },
          { expr: `max by (host) (abs(mradar_ntp_offset_seconds{${chosen}}))`, legend: '{{host}} (NTP)' },
        ],
      ),
    )
    .build();
}
