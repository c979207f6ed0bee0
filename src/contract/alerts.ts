/**
 * Every event that somebody is told of, once: `docs/alerts.md` is generated from this table. No zod: workflows read names.
 */
interface AlertKind {
  /** What must happen. */
  readonly cause: string;
  /** What makes two of them one: with the event, it is the id. */
  readonly key: string;
  /** What to do, for the person who is told. */
  readonly remedy: string;
}

export const ALERTS = {
  'run.failed': {
    cause: 'A run or redelivery failed, timed out or was terminated.',
    key: 'run',
    remedy: 'Follow the failure type in docs/failure-model.md, then start the request again.',
  },
  'run.undelivered': {
    cause: 'A run has its rows, and a destination did not take them.',
    key: 'run',
    remedy: 'Repair the receiver, then run `journey-metrics deliveries recover` with its name.',
  },
  'delivery.struggling': {
    cause: 'The third attempt at a delivery failed. Further attempts follow.',
    key: 'delivery and revision',
    remedy: 'Look at the receiver: `journey-metrics destinations test` with its name shows which step fails.',
  },
  'window.late': {
    cause: 'A schedule should have read a window, and its destination has no figures 2 hours (`lateAfter`) after that.',
    key: 'series, destination and window',
    remedy:
      'Run `journey-metrics schedules list` and `journey-metrics doctor`; `journey-metrics windows fill` reads what is missing.',
  },
  'window.recovered': {
    cause: 'A window that was late has arrived.',
    key: 'series, destination and window',
    remedy: 'There is nothing to do.',
  },
  'source.down': {
    cause: 'The source of an organisation did not answer several times in a row. Nothing but probes is sent to it.',
    key: 'opening of the circuit',
    remedy: 'Run `journey-metrics orgs show` with the organisation. Runs wait, and continue by themselves.',
  },
  'source.up': {
    cause: 'The source answers again.',
    key: 'opening of the circuit',
    remedy: 'There is nothing to do.',
  },
  'backfill.stopped': {
    cause: 'A backfill ended with failed slices, or before all of its slices were started.',
    key: 'backfill',
    remedy: 'Run `journey-metrics backfill show` with its id, then `journey-metrics backfill retry`.',
  },
  'audit.broken': {
    cause: 'An entry of the audit trail was changed or is missing.',
    key: 'entry',
    remedy: 'Run `journey-metrics audit verify`. Find out who wrote to Postgres, and restore a backup.',
  },
  'schema.changed': {
    cause: 'A source sends other fields, or other types, than before.',
    key: 'run',
    remedy: 'Compare the fields with what BI expects.',
  },
  'data.empty': {
    cause: 'A window has no rows, and the same weekday and hour had rows in the four weeks before.',
    key: 'series and window',
    remedy: 'Look whether the source has the rows; read the window again with `journey-metrics aggregate --again`.',
  },
  'reconciliation.off': {
    cause: 'More contacts of CXone than the tolerance allows are not explained by the journeys.',
    key: 'series and window',
    remedy: 'Look at the bridge in the report of the run; docs/reconcile.md says what its lines mean.',
  },
  'schedule.paused': {
    cause: 'The last runs of a schedule all failed, so it was paused: 24 hourly ones, 7 daily ones (`pauseAfter`).',
    key: 'schedule and window',
    remedy:
      'Fix what the runs fail with, then run `journey-metrics schedules resume` and `journey-metrics windows fill`.',
  },
} as const satisfies Record<string, AlertKind>;

export type AlertEvent = keyof typeof ALERTS;

export const ALERT_EVENTS: readonly AlertEvent[] = Object.keys(ALERTS) as AlertEvent[];
