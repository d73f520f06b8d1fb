import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { newDashboard, row, series, stat, steps, table, watcher, words } from './parts.ts';

const small = { width: 4, height: 4, unit: 'short' } as const;
const half = { width: 12, height: 8 } as const;

/** Whether the watcher itself is well. */
export function prober(): Dashboard {
  return newDashboard({
    uid: 'mradar-prober',
    title: 'mradar / Prober',
    description: 'Whether the watcher itself is well: schedule, configuration, history, process.',
    withDeployment: false,
  })
    .withRow(row('Now'))
    .withPanel(
      stat(
        { ...small, title: 'Watchers', description: 'Processes of mradar that can be scraped.' },
        { expr: `sum(up{${watcher}})` },
      ),
    )
    .withPanel(
      stat(
        {
          ...small,
          title: 'Oldest result',
          description: 'Age of the newest result of the deployment that was not looked at for longest.',
          unit: 's',
        },
        { expr: `max(time() - mradar_round_timestamp_seconds{${watcher}})` },
        { thresholds: steps([600, 'yellow'], [900, 'red']) },
      ),
    )
    .withPanel(
      stat(
        { ...small, title: 'Configuration', description: 'Whether the latest configuration was taken over.' },
        { expr: `min(mradar_config_last_reload_successful{${watcher}})` },
        { mappings: words([0, 'refused', 'red'], [1, 'taken over', 'green']) },
      ),
    )
    .withPanel(
      stat(
        { ...small, title: 'History', description: 'Whether the history can be written.' },
        { expr: `min(mradar_store_writable{${watcher}})` },
        { mappings: words([0, 'fails', 'red'], [1, 'written', 'green']) },
      ),
    )
    .withPanel(
      stat(
        {
          ...small,
          title: 'Could not look',
          description: 'Steps that failed for a reason of the watcher itself.',
        },
        { expr: `sum(mradar_steps{${watcher}, state="errored"})` },
        { thresholds: steps([1, 'yellow']) },
      ),
    )
    .withPanel(
      stat(
        { ...small, title: 'Steps', description: 'Steps that are repeated, all watchers together.' },
        { expr: `sum(mradar_schedule_tasks{${watcher}})` },
      ),
    )
    .withRow(row('Schedule'))
    .withPanel(
      series({ ...half, title: 'Steps begun', description: 'Looks at targets each second.', unit: 'ops' }, [
        { expr: `rate(mradar_schedule_runs_total{${watcher}}[$__rate_interval])`, legend: '{{instance}}' },
      ]),
    )
    .withPanel(
      series(
        {
          ...half,
          title: 'Late and left out',
          description: 'Steps that began more than a second late, and steps that were left out.',
          unit: 'ops',
        },
        [
          {
            expr: `rate(mradar_schedule_late_total{${watcher}}[$__rate_interval])`,
            legend: '{{instance}} late',
          },
          {
            expr: `rate(mradar_schedule_skipped_total{${watcher}}[$__rate_interval])`,
            legend: '{{instance}} left out',
          },
        ],
      ),
    )
    .withPanel(
      series(
        {
          ...half,
          title: 'Lag of the schedule',
          description: 'Time between due and begin over the latest steps.',
          unit: 's',
        },
        [{ expr: `mradar_schedule_lag_seconds{${watcher}}`, legend: '{{instance}} {{statistic}}' }],
      ),
    )
    .withPanel(
      series(
        {
          ...half,
          title: 'Under way and waiting',
          description: 'Steps under way, and steps that wait for a place under the limits.',
          unit: 'short',
        },
        [
          { expr: `mradar_schedule_running{${watcher}}`, legend: '{{instance}} under way' },
          { expr: `mradar_schedule_queued{${watcher}}`, legend: '{{instance}} waiting' },
        ],
      ),
    )
    .withRow(row('Process'))
    .withPanel(
      series(
        {
          ...half,
          title: 'Delay of the event loop',
          description: 'So long does everything wait at times; seconds here would falsify timings.',
          unit: 's',
        },
        [{ expr: `mradar_event_loop_delay_seconds{${watcher}}`, legend: '{{instance}} {{statistic}}' }],
      ),
    )
    .withPanel(
      series({ ...half, title: 'Processor', description: 'Cores in use.', unit: 'percentunit' }, [
        { expr: `rate(process_cpu_seconds_total{${watcher}}[$__rate_interval])`, legend: '{{instance}}' },
      ]),
    )
    .withPanel(
      series(
        {
          ...half,
          title: 'Memory and history',
          description: 'Resident memory, and the size of the history on disk.',
          unit: 'bytes',
        },
        [
          { expr: `process_resident_memory_bytes{${watcher}}`, legend: '{{instance}} memory' },
          { expr: `mradar_store_size_bytes{${watcher}}`, legend: '{{instance}} history' },
        ],
      ),
    )
    .withPanel(
      series(
        {
          ...half,
          title: 'Verdicts',
          description: 'What the checks said; unknown is neither good nor bad.',
          unit: 'short',
        },
        [{ expr: `sum by (verdict) (mradar_judgements{${watcher}})`, legend: '{{verdict}}' }],
      ),
    )
    .withPanel(
      series(
        { ...half, title: 'Incidents', description: 'Incidents that the history holds.', unit: 'short' },
        [{ expr: `sum by (state) (mradar_incidents{${watcher}})`, legend: '{{state}}' }],
      ),
    )
    .withPanel(
      table(
        { ...half, title: 'Versions', description: 'What runs where.', unit: 'short' },
        { expr: `mradar_build_info{${watcher}}` },
        [{ label: 'instance' }, { label: 'version' }, { label: 'node_version' }],
      ),
    )
    .build();
}
