/** The series that worker and gateway expose beside the SDK's own. docs/metrics.md is made of this table. */

type Label = 'org' | 'source' | 'destination' | 'outcome' | 'kind' | 'stage' | 'operation' | 'route' | 'status';

interface Metric {
  /** Of a counter without the `_total` that Prometheus shows. */
  readonly kind: 'counter' | 'histogram' | 'gauge';
  readonly labels: readonly Label[];
  /** For people. */
  readonly about: string;
  /** Seconds; upper bounds of the buckets. */
  readonly buckets?: readonly number[];
}

/** From an answer at once to a query of a day. */
const LONG = [1, 5, 15, 60, 300, 900, 3_600, 14_400, 86_400];
/** From a receiver on the same host to ten slow attempts. */
const SHORT = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

const metric = <const M extends Metric>(of: M): M => of;

export const METRICS = {
  journey_metrics_runs_finished: metric({
    kind: 'counter',
    labels: ['org', 'source', 'destination', 'kind', 'outcome'],
    about: 'Audit entries written, one an end of a run: counted where the entry is inserted, so never twice.',
  }),
  journey_metrics_rows: metric({
    kind: 'counter',
    labels: ['org', 'source', 'stage'],
    about: 'Rows of runs that finished: `returned` by the source, `kept` after outliers, `delivered`.',
  }),
  journey_metrics_delivery_attempts: metric({
    kind: 'counter',
    labels: ['org', 'destination', 'outcome'],
    about: 'Attempts of deliveries that have ended, by how they ended.',
  }),
  journey_metrics_run_seconds: metric({
    kind: 'histogram',
    labels: ['org', 'source', 'outcome'],
    buckets: LONG,
    about: 'From the start of a run to its end.',
  }),
  journey_metrics_source_calls: metric({
    kind: 'counter',
    labels: ['org', 'source', 'operation', 'outcome'],
    about: 'Steps that asked the source: `fetchToken`, `submitQuery`, `pollResult`, `abortQuery`; the outcome is the answer, or the type of the failure.',
  }),
  journey_metrics_query_wait_seconds: metric({
    kind: 'histogram',
    labels: ['org', 'source'],
    buckets: LONG,
    about: 'From the submission of a query to the first look that found its result.',
  }),
  journey_metrics_delivery_seconds: metric({
    kind: 'histogram',
    labels: ['outcome'],
    buckets: SHORT,
    about: 'One attempt of a delivery, whatever came of it.',
  }),
  journey_metrics_undelivered: metric({
    kind: 'gauge',
    labels: ['org', 'destination'],
    about: 'Windows whose newest revision has not arrived. From Postgres, every 30 s: take the greatest of all workers.',
  }),
  journey_metrics_window_lag_seconds: metric({
    kind: 'gauge',
    labels: ['org', 'destination'],
    about: 'Time since the end of the newest window that arrived. From Postgres, every 30 s.',
  }),
} as const;

export type MetricName = keyof typeof METRICS;
export type LabelsOf<Name extends MetricName> = Readonly<Record<(typeof METRICS)[Name]['labels'][number], string>>;
