/** The series that worker and gateway expose beside the SDK's own. docs/metrics.md is written from this table. */

type Program = 'worker' | 'gateway';

interface Metric {
  readonly of: Program;
  /** A counter gets `_total` in Prometheus. */
  readonly kind: 'counter' | 'histogram' | 'gauge';
  readonly labels: readonly string[];
  /** For people. */
  readonly about: string;
  /** Upper bounds of a histogram, in seconds. */
  readonly buckets?: readonly number[];
}

/** From an answer at once to a query of a day. */
const LONG = [1, 5, 15, 60, 300, 900, 3_600, 14_400, 86_400];
/** From a server on the same host to a minute of waiting. */
const SHORT = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

const metric = <const M extends Metric>(facts: M): M => facts;

export const METRICS = {
  journey_metrics_runs_finished: metric({
    of: 'worker',
    kind: 'counter',
    labels: ['org', 'source', 'kind', 'outcome', 'failure'],
    about:
      'Runs, redeliveries and refusals that ended: one for each audit entry of its own. `failure`: the failure type.',
  }),
  journey_metrics_run_seconds: metric({
    of: 'worker',
    kind: 'histogram',
    labels: ['org', 'source', 'outcome'],
    buckets: LONG,
    about: 'From the start of a run to its end, `latency_ms` of its audit entry.',
  }),
  journey_metrics_rows: metric({
    of: 'worker',
    kind: 'counter',
    labels: ['org', 'source', 'stage'],
    about: 'Rows of runs that ended: `returned` by the source, `kept` after outliers, `delivered`.',
  }),
  journey_metrics_deliveries_finished: metric({
    of: 'worker',
    kind: 'counter',
    labels: ['org', 'source', 'destination', 'outcome'],
    about: 'Deliveries that ended, each destination of a run for itself.',
  }),
  journey_metrics_delivery_attempts: metric({
    of: 'worker',
    kind: 'counter',
    labels: ['org', 'source', 'destination', 'outcome'],
    about: 'Attempts of the deliveries that ended.',
  }),
  journey_metrics_delivery_seconds: metric({
    of: 'worker',
    kind: 'histogram',
    labels: ['destination', 'outcome'],
    buckets: SHORT,
    about:
      'One exchange with a destination: a part, a commit, or all rows. `delivered`, `refused` for good, or `failed`.',
  }),
  journey_metrics_source_calls: metric({
    of: 'worker',
    kind: 'counter',
    labels: ['org', 'source', 'operation', 'outcome'],
    about:
      'Calls of a source: `token` (mostly from memory), `submit`, `read`, `abort`. The outcome is the state of the answer, ' +
      'the reason to come back later, or the failure type.',
  }),
  journey_metrics_query_wait_seconds: metric({
    of: 'worker',
    kind: 'histogram',
    labels: ['org', 'source'],
    buckets: LONG,
    about: 'From the submission of a query to the poll that found its result.',
  }),
  journey_metrics_gate_running: metric({
    of: 'worker',
    kind: 'gauge',
    labels: ['org'],
    about: 'Queries that hold a turn at an organisation with limits.',
  }),
  journey_metrics_gate_waiting: metric({
    of: 'worker',
    kind: 'gauge',
    labels: ['org'],
    about: 'Runs that wait for their turn.',
  }),
  journey_metrics_circuit_open: metric({
    of: 'worker',
    kind: 'gauge',
    labels: ['org'],
    about: '1 while an organisation is left alone after failures in a row, else 0.',
  }),
  journey_metrics_window_lag_seconds: metric({
    of: 'worker',
    kind: 'gauge',
    labels: ['org', 'source', 'destination', 'every'],
    about:
      'Time since the end of the newest window that was delivered, of the series of a schedule that stands; of several the ' +
      'one that is furthest behind. `every`: `hour`, `day`, `week` or `month`.',
  }),
  journey_metrics_undelivered: metric({
    of: 'worker',
    kind: 'gauge',
    labels: ['org', 'source', 'destination'],
    about: 'Windows whose newest revision has not arrived, those that are being sent included.',
  }),
  journey_metrics_undelivered_oldest_seconds: metric({
    of: 'worker',
    kind: 'gauge',
    labels: ['org', 'source', 'destination'],
    about: 'Age of the oldest of these revisions.',
  }),
  journey_metrics_set_back_deliveries: metric({
    of: 'worker',
    kind: 'gauge',
    labels: [],
    about: 'Deliveries of 30 days whose revisions the dataset store knew better than Postgres: it was restored.',
  }),
  journey_metrics_gauges_read_timestamp_seconds: metric({
    of: 'worker',
    kind: 'gauge',
    labels: [],
    about: 'When a worker last read the gauges above from Postgres, in seconds since 1970.',
  }),
  journey_metrics_gateway_requests: metric({
    of: 'gateway',
    kind: 'counter',
    labels: ['route', 'method', 'status'],
    about:
      'Requests that were answered, or whose client went. `route` is the pattern, `none` where there is no such route.',
  }),
  journey_metrics_gateway_request_seconds: metric({
    of: 'gateway',
    kind: 'histogram',
    labels: ['route'],
    buckets: SHORT,
    about: 'From the head of a request to the end of its answer, waits and streams included.',
  }),
  journey_metrics_gateway_open_requests: metric({
    of: 'gateway',
    kind: 'gauge',
    labels: [],
    about: 'Requests without the end of their answer: waits, event streams, rows.',
  }),
} as const;

export type MetricName = keyof typeof METRICS;
export type LabelsOf<Name extends MetricName> = Readonly<Record<(typeof METRICS)[Name]['labels'][number], string>>;
