import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  chosen,
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

/** The way of a sign-in, link by link: a title, and the areas of the checks that look at it. */
const chain = [
  ['Names', 'dns|declared', 'DNS: service records, targets, addresses, reverse names.'],
  ['Ports', 'port', 'TCP: open where the documents want it open, closed elsewhere.'],
  ['TLS', 'tls', 'Handshakes, versions, client certificates.'],
  ['Certificates', 'certificate', 'Chains, names, purposes, dates, strength.'],
  ['Edge', 'edge', 'What the HTTPS proxy of Expressway-E answers, and sign-in through it.'],
  ['SIP', 'sip|turn', 'SIP over TLS, TURN.'],
  ['XMPP', 'xmpp', 'Messaging and presence.'],
  ['Inside', 'inside|version|time', 'Servers inside, versions, clocks.'],
] as const;

/** One deployment: what works, why not, since when. */
export function deployment(): Dashboard {
  const dashboard = newDashboard({
    uid: 'mradar-deployment',
    title: 'mradar / Deployment',
    description: 'One deployment: the chain from the service record to SIP, its causes and its history.',
    withDeployment: true,
  }).withRow(row('From the service record to SIP'));
  for (const [title, areas, description] of chain)
    dashboard.withPanel(
      stat(
        {
          title,
          description: `${description} Open findings that are more than notes.`,
          unit: 'short',
          width: 3,
          height: 4,
        },
        {
          expr: `count(mradar_finding{${chosen}, state="open", severity!="info", check=~"(${areas})/.*"}) or vector(0)`,
        },
        { thresholds: steps([1, 'red']) },
      ),
    );
  return dashboard
    .withPanel(
      stat(
        {
          title: 'Services',
          description: 'What users can do: the worst confirmed finding that affects it.',
          unit: 'short',
          width: 24,
          height: 4,
        },
        { expr: `max by (affects) (mradar_service_status{${chosen}})`, legend: '{{affects}}' },
        { thresholds: steps([1, 'yellow'], [2, 'red']), mappings: statusWords },
      ),
    )
    .withPanel(
      table(
        {
          title: 'Causes',
          description:
            'The fewest causes that explain everything seen, with how many findings each of them explains.',
          unit: 'short',
          width: 10,
          height: 9,
        },
        { expr: `sort_desc(max by (instance, vantage, code, severity, affects) (mradar_cause{${chosen}}))` },
        [
          { label: 'code', link: entryLink },
          { label: 'severity' },
          { label: 'affects' },
          { label: 'vantage' },
          { label: 'Value', title: 'findings' },
          { label: 'instance' },
        ],
      ),
    )
    .withPanel(
      table(
        {
          title: 'Findings',
          description: 'Every finding, also those that wait for another look to confirm them.',
          unit: 'short',
          width: 14,
          height: 9,
        },
        {
          expr: `max by (instance, subject, code, cause, severity, state) (mradar_finding{${chosen}})`,
        },
        [
          { label: 'subject' },
          { label: 'code', link: entryLink },
          { label: 'cause', link: entryLink },
          { label: 'severity' },
          { label: 'state' },
          { label: 'instance' },
        ],
      ),
    )
    .withRow(row('History'))
    .withPanel(
      timeline(
        {
          title: 'Services over time',
          description: 'Since when a service works or fails.',
          unit: 'short',
          width: 24,
          height: 8,
        },
        {
          expr: `max by (deployment, vantage, affects) (mradar_service_status{${chosen}})`,
          legend: '{{affects}} ({{deployment}}, {{vantage}})',
        },
        statusWords,
      ),
    )
    .withPanel(
      series(
        {
          title: 'Findings by state',
          description:
            'Suspected findings wait for confirmation; many of them that never open point to a lossy path.',
          unit: 'short',
          width: 12,
          height: 8,
        },
        [{ expr: `sum by (state, severity) (mradar_findings{${chosen}})`, legend: '{{state}} {{severity}}' }],
      ),
    )
    .withPanel(
      series(
        {
          title: 'Where conversations stop',
          description: 'Layers whose last look failed, by stage, reason and who has to act.',
          unit: 'short',
          width: 12,
          height: 8,
        },
        [
          {
            expr: `count by (stage, reason, blame) (mradar_failure{${chosen}})`,
            legend: '{{stage}} {{reason}} ({{blame}})',
          },
        ],
      ),
    )
    .build();
}
