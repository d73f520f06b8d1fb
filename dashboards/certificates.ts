import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { chosen, enough, entryLink, newDashboard, row, series, stat, steps, table } from './parts.ts';

const day = 86_400;
const left = `mradar_certificate_not_after_timestamp_seconds{${chosen}} - time()`;
const lifetime = `(mradar_certificate_not_after_timestamp_seconds{${chosen}} - mradar_certificate_not_before_timestamp_seconds{${chosen}})`;

/** Expiry, chains, names and purposes. */
export function certificates(): Dashboard {
  return newDashboard({
    uid: 'mradar-certificates',
    title: 'mradar / Certificates',
    description:
      'Expiry against lifetime, chains, names and purposes of every certificate that servers send.',
    withDeployment: true,
  })
    .withRow(row('Expiry'))
    .withPanel(
      stat(
        {
          title: 'Soonest expiry',
          description: 'Time until the first certificate of any chain expires.',
          unit: 's',
          width: 6,
          height: 5,
        },
        { expr: `min(${left})` },
        { thresholds: enough(7 * day, 30 * day) },
      ),
    )
    .withPanel(
      stat(
        {
          title: 'Least left',
          description: 'Smallest part of its lifetime that a certificate has left.',
          unit: 'percentunit',
          width: 6,
          height: 5,
        },
        { expr: `min((${left}) / ${lifetime})` },
        { thresholds: enough(0.1, 1 / 3) },
      ),
    )
    .withPanel(
      stat(
        {
          title: 'Chains not trusted',
          description: 'Services whose chain as sent leads to no trust anchor, or is out of date.',
          unit: 'short',
          width: 6,
          height: 5,
        },
        { expr: `count(mradar_certificate_trusted{${chosen}} == 0) or vector(0)` },
        { thresholds: steps([1, 'red']) },
      ),
    )
    .withPanel(
      stat(
        {
          title: 'Certificate findings',
          description: 'Open findings about certificates that are more than notes.',
          unit: 'short',
          width: 6,
          height: 5,
        },
        {
          expr: `count(mradar_finding{${chosen}, state="open", severity!="info", check=~"certificate/.*"}) or vector(0)`,
        },
        { thresholds: steps([1, 'red']) },
      ),
    )
    .withPanel(
      table(
        {
          title: 'Certificates by expiry',
          description: 'Position 0 is the certificate of the server, the others are its issuers.',
          unit: 's',
          width: 24,
          height: 9,
        },
        { expr: `sort(min by (deployment, vantage, host, port, position) (${left}))` },
        [
          { label: 'deployment' },
          { label: 'vantage' },
          { label: 'host' },
          { label: 'port' },
          { label: 'position' },
          { label: 'Value', title: 'left', thresholds: enough(7 * day, 30 * day) },
        ],
      ),
    )
    .withPanel(
      series(
        {
          title: 'Time left by host',
          description:
            'Falls steadily and jumps when a certificate is renewed; a host that never jumps is forgotten.',
          unit: 's',
          width: 12,
          height: 8,
        },
        [{ expr: `min by (deployment, host) (${left})`, legend: '{{deployment}} {{host}}' }],
      ),
    )
    .withPanel(
      series(
        {
          title: 'Part of the lifetime left',
          description:
            'Comparable between certificates of days and of years; below a third it is time to renew.',
          unit: 'percentunit',
          width: 12,
          height: 8,
        },
        [{ expr: `min by (deployment, host) ((${left}) / ${lifetime})`, legend: '{{deployment}} {{host}}' }],
      ),
    )
    .withRow(row('Names, purposes, chains'))
    .withPanel(
      table(
        {
          title: 'Findings about names, purposes and chains',
          description: 'Subject alternative names, extended key usage, chains, dates and strength.',
          unit: 'short',
          width: 14,
          height: 9,
        },
        {
          expr: `max by (instance, deployment, subject, code, severity) (mradar_finding{${chosen}, state="open", check=~"certificate/.*"})`,
        },
        [
          { label: 'deployment' },
          { label: 'subject' },
          { label: 'code', link: entryLink },
          { label: 'severity' },
          { label: 'instance' },
        ],
      ),
    )
    .withPanel(
      series(
        {
          title: 'TLS versions agreed on',
          description: 'Services by the version of TLS that they chose.',
          unit: 'short',
          width: 10,
          height: 9,
        },
        [{ expr: `count by (version) (mradar_tls_info{${chosen}})`, legend: '{{version}}' }],
      ),
    )
    .build();
}
