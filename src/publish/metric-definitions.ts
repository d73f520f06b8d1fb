/** One metric as it is exposed and documented. Its unit is the end of its name. */
export type MetricDefinition = {
  readonly type: 'gauge' | 'counter';
  readonly help: string;
  readonly labels: readonly string[];
  /** A query that somebody would really ask. */
  readonly example: string;
};

const deployment = ['deployment', 'vantage'] as const;
const service = [...deployment, 'host', 'address', 'port'] as const;

/** What the reports say. Every series goes with its subject; the same report always gives the same series. */
export const reportMetrics = {
  mradar_deployment_status: {
    type: 'gauge',
    help: 'Status of the last round: 0 ok, 1 warning, 2 critical, 3 unknown.',
    labels: deployment,
    example: 'count_values("status", mradar_deployment_status)',
  },
  mradar_service_status: {
    type: 'gauge',
    help: 'Worst confirmed finding by what it affects: 0 none, 1 warning, 2 critical; sign-in, calls, messaging, voicemail, exposure, operations.',
    labels: [...deployment, 'affects'],
    example: 'mradar_service_status{affects="sign-in"} == 2',
  },
  mradar_cause: {
    type: 'gauge',
    help: 'Findings that one diagnosed cause explains, itself included; entry is its documented entry.',
    labels: [...deployment, 'code', 'severity', 'affects', 'entry'],
    example: 'topk(10, sum by (code) (mradar_cause))',
  },
  mradar_cause_since_timestamp_seconds: {
    type: 'gauge',
    help: 'Start of the first round of the unbroken run in which this cause was diagnosed, seconds since 1970.',
    labels: [...deployment, 'code', 'severity'],
    example: 'time() - mradar_cause_since_timestamp_seconds',
  },
  mradar_findings: {
    type: 'gauge',
    help: 'Findings by code, severity and state: open, or suspected until another look confirms them; absent without findings.',
    labels: [...deployment, 'code', 'severity', 'state'],
    example: 'sum by (deployment, code) (mradar_findings{state="open"})',
  },
  mradar_finding: {
    type: 'gauge',
    help: 'Always 1; one series for each finding, open or suspected; cause is the code of what explains it, its own when nothing else does.',
    labels: [...deployment, 'code', 'severity', 'affects', 'cause', 'check', 'subject', 'state'],
    example: 'mradar_finding{code=~"CERT_.*", state="open"}',
  },
  mradar_judgements: {
    type: 'gauge',
    help: 'Judgements of the last round by verdict: pass, fail, not-applicable, unknown.',
    labels: [...deployment, 'verdict'],
    example: 'mradar_judgements{verdict="unknown"}',
  },
  mradar_steps: {
    type: 'gauge',
    help: 'Steps of the last round by what became of them: observed, not-applicable, skipped, errored (we could not look).',
    labels: [...deployment, 'state'],
    example: 'mradar_steps{state="errored"} > 0',
  },
  mradar_round_timestamp_seconds: {
    type: 'gauge',
    help: 'Time of the newest result in the report, seconds since 1970.',
    labels: deployment,
    example: 'time() - mradar_round_timestamp_seconds',
  },
  mradar_maintenance_until_timestamp_seconds: {
    type: 'gauge',
    help: 'End of the maintenance that is under way, seconds since 1970; absent otherwise.',
    labels: ['deployment'],
    example: 'mradar_maintenance_until_timestamp_seconds - time()',
  },
  mradar_failure: {
    type: 'gauge',
    help: 'Always 1; where and why the last look at a layer of a subject ended, and who has to act: target, path, resolver, prober.',
    labels: [...deployment, 'subject', 'layer', 'stage', 'reason', 'blame'],
    example: 'count by (reason) (mradar_failure{blame="path"})',
  },
  mradar_port_open: {
    type: 'gauge',
    help: '1 when the TCP connection stood, 0 when it did not; expected is what the documents want to be seen from this vantage.',
    labels: [...deployment, 'role', 'host', 'address', 'port', 'purpose', 'affects', 'expected'],
    example: 'mradar_port_open{expected="open"} == 0',
  },
  mradar_step_duration_seconds: {
    type: 'gauge',
    help: 'Time that one step took; topic is the DNS question, else empty; the longest when several resolvers were asked.',
    labels: [...deployment, 'subject', 'probe', 'topic'],
    example: 'max by (deployment, probe) (mradar_step_duration_seconds)',
  },
  mradar_stage_duration_seconds: {
    type: 'gauge',
    help: 'Time of one stage of a step: dns, connect, tls, response, features, starttls, secure-features, identification, algorithms; absent when the stage was not reached or failed.',
    labels: [...deployment, 'subject', 'topic', 'stage'],
    example: 'max by (deployment, stage) (mradar_stage_duration_seconds)',
  },
  mradar_dns_records: {
    type: 'gauge',
    help: 'Records of the type asked for in the answer; 0 when there is no such name or type, absent when nobody answered.',
    labels: [...deployment, 'subject', 'topic', 'resolver'],
    example: 'mradar_dns_records{topic="public:srv/collab-edge"} == 0',
  },
  mradar_dns_ttl_seconds: {
    type: 'gauge',
    help: 'Shortest time to live among these records.',
    labels: [...deployment, 'subject', 'topic', 'resolver'],
    example: 'min by (deployment) (mradar_dns_ttl_seconds)',
  },
  mradar_tls_info: {
    type: 'gauge',
    help: 'Always 1; the version of TLS that was agreed on.',
    labels: [...service, 'version'],
    example: 'count by (version) (mradar_tls_info)',
  },
  mradar_tls_version_accepted: {
    type: 'gauge',
    help: '1 when the server agrees to this version of TLS, 0 when it refuses it.',
    labels: [...service, 'version'],
    example: 'mradar_tls_version_accepted{version=~"TLSv1(.1)?"} == 1',
  },
  mradar_certificate_trusted: {
    type: 'gauge',
    help: '1 when the chain as sent leads to a trust anchor and no date has passed, else 0.',
    labels: service,
    example: 'mradar_certificate_trusted == 0',
  },
  mradar_certificate_not_before_timestamp_seconds: {
    type: 'gauge',
    help: 'Begin of validity of each certificate sent, seconds since 1970; position 0 is the first one sent, 5 the last one shown.',
    labels: [...service, 'position'],
    example: 'mradar_certificate_not_before_timestamp_seconds > time()',
  },
  mradar_certificate_not_after_timestamp_seconds: {
    type: 'gauge',
    help: 'End of validity of each certificate sent, seconds since 1970; position 0 is the first one sent, 5 the last one shown.',
    labels: [...service, 'position'],
    example: 'min by (host) (mradar_certificate_not_after_timestamp_seconds) - time()',
  },
  mradar_client_certificate_accepted: {
    type: 'gauge',
    help: '1 when the configured client certificate was taken, 0 when it was refused; absent when nobody asked for it.',
    labels: service,
    example: 'mradar_client_certificate_accepted == 0',
  },
  mradar_http_status: {
    type: 'gauge',
    help: 'Status code of the HTTP answer.',
    labels: service,
    example: 'mradar_http_status >= 500',
  },
  mradar_edge_login_status: {
    type: 'gauge',
    help: 'Status code of the edge to the sign-in of the test user.',
    labels: service,
    example: 'mradar_edge_login_status != 200',
  },
  mradar_clock_difference_seconds: {
    type: 'gauge',
    help: 'Clock of the server minus ours, from the HTTP Date header, known to about one second.',
    labels: service,
    example: 'abs(mradar_clock_difference_seconds) > 5',
  },
  mradar_sip_status: {
    type: 'gauge',
    help: 'Status code of the SIP answer to OPTIONS; any says that the service lives.',
    labels: service,
    example: 'count by (deployment) (mradar_sip_status)',
  },
  mradar_xmpp_starttls: {
    type: 'gauge',
    help: 'STARTTLS before sign-in: 2 required, 1 on offer, 0 not on offer; absent when no features came.',
    labels: service,
    example: 'mradar_xmpp_starttls < 2',
  },
  mradar_xmpp_mechanisms: {
    type: 'gauge',
    help: 'Ways to sign in that XMPP offers inside TLS; absent when the stream did not get there.',
    labels: service,
    example: 'mradar_xmpp_mechanisms == 0',
  },
  mradar_ssh_certificate_host_keys: {
    type: 'gauge',
    help: '1 when the SSH server offers X.509 host keys, as the tunnels of Expressway-E do, else 0.',
    labels: service,
    example: 'mradar_ssh_certificate_host_keys == 0',
  },
  mradar_ntp_stratum: {
    type: 'gauge',
    help: 'Stratum that the NTP server gives itself; 16 means that it is not synchronised.',
    labels: service,
    example: 'mradar_ntp_stratum >= 16',
  },
  mradar_ntp_offset_seconds: {
    type: 'gauge',
    help: 'Clock of the NTP server minus ours.',
    labels: service,
    example: 'abs(mradar_ntp_offset_seconds) > mradar_ntp_error_seconds',
  },
  mradar_ntp_error_seconds: {
    type: 'gauge',
    help: 'Bound of the error of mradar_ntp_offset_seconds.',
    labels: service,
    example: 'max by (host) (mradar_ntp_error_seconds)',
  },
  mradar_stun_answered: {
    type: 'gauge',
    help: '1 when the STUN or TURN server answered, a demand for credentials included, else 0; silence need be no fault.',
    labels: service,
    example: 'mradar_stun_answered == 0',
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

/** How the watcher itself does, beside what every Node process exposes. */
export const runMetrics = {
  mradar_build_info: {
    type: 'gauge',
    help: 'Always 1; the version of mradar and of Node.',
    labels: ['version', 'node_version'],
    example: 'count by (version) (mradar_build_info)',
  },
  mradar_incidents: {
    type: 'gauge',
    help: 'Incidents that the store holds, by state: suspected, open, closed.',
    labels: ['state'],
    example: 'sum(mradar_incidents{state="open"})',
  },
  mradar_schedule_tasks: {
    type: 'gauge',
    help: 'Steps that are repeated.',
    labels: [],
    example: 'sum(mradar_schedule_tasks)',
  },
  mradar_schedule_running: {
    type: 'gauge',
    help: 'Steps under way.',
    labels: [],
    example: 'mradar_schedule_running',
  },
  mradar_schedule_queued: {
    type: 'gauge',
    help: 'Steps that are due and wait for a place under the limits.',
    labels: [],
    example: 'mradar_schedule_queued > 100',
  },
  mradar_schedule_runs_total: {
    type: 'counter',
    help: 'Steps that began.',
    labels: [],
    example: 'rate(mradar_schedule_runs_total[5m])',
  },
  mradar_schedule_late_total: {
    type: 'counter',
    help: 'Steps that began more than a second after they were due.',
    labels: [],
    example: 'rate(mradar_schedule_late_total[5m]) / rate(mradar_schedule_runs_total[5m])',
  },
  mradar_schedule_skipped_total: {
    type: 'counter',
    help: 'Steps left out because the same one was still under way, or because the machine stood still.',
    labels: [],
    example: 'increase(mradar_schedule_skipped_total[1h])',
  },
  mradar_schedule_lag_seconds: {
    type: 'gauge',
    help: 'Time between due and begin over the latest steps; statistic is p50, p99 or max.',
    labels: ['statistic'],
    example: 'mradar_schedule_lag_seconds{statistic="p99"}',
  },
  mradar_event_loop_delay_seconds: {
    type: 'gauge',
    help: 'Delay of the event loop; statistic is p50, p99 or max.',
    labels: ['statistic'],
    example: 'mradar_event_loop_delay_seconds{statistic="p99"}',
  },
  mradar_config_last_reload_successful: {
    type: 'gauge',
    help: '1 when the latest reading of the configuration was taken over, else 0.',
    labels: [],
    example: 'mradar_config_last_reload_successful == 0',
  },
  mradar_config_last_reload_success_timestamp_seconds: {
    type: 'gauge',
    help: 'When a configuration was last taken over, seconds since 1970.',
    labels: [],
    example: 'time() - mradar_config_last_reload_success_timestamp_seconds',
  },
  mradar_store_size_bytes: {
    type: 'gauge',
    help: 'Size of the history.',
    labels: [],
    example: 'mradar_store_size_bytes',
  },
  mradar_store_writable: {
    type: 'gauge',
    help: '1 while the history can be written, else 0.',
    labels: [],
    example: 'mradar_store_writable == 0',
  },
  mradar_store_lost_rounds_total: {
    type: 'counter',
    help: 'Rounds that could not be written.',
    labels: [],
    example: 'increase(mradar_store_lost_rounds_total[1h])',
  },
  mradar_shard_info: {
    type: 'gauge',
    help: 'Always 1; which part of the deployments is watched here; absent when all are.',
    labels: ['index', 'count'],
    example: 'count(mradar_shard_info)',
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

export type ReportMetric = keyof typeof reportMetrics;
export type RunMetric = keyof typeof runMetrics;
export type LabelsOf<Name extends ReportMetric> = Readonly<
  Record<(typeof reportMetrics)[Name]['labels'][number], string>
>;

/**
 * How many series one deployment may have: a fixed part, and so many for each step of its plan. A test holds the largest
 * deployment that the documents describe against it.
 */
export const seriesBudget = { fixed: 100, perStep: 10, largest: 4_000 } as const;
