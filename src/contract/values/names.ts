/** Names that client, worker, workflows and operators agree on. A change of any of them breaks runs under way. */

/** The task queue of the product; `TASK_QUEUE` overrides it for a second installation in one namespace. */
export const TASK_QUEUE = 'journey-metrics';

/** Beside it, the queue of steps that move bytes by the gigabyte: none of the others waits behind them. */
export function transfersQueue(taskQueue: string): string {
  return `${taskQueue}-transfers`;
}

/** Registered workflow types. */
export const AGGREGATE_WORKFLOW = 'aggregateJourneyMetrics';
export const BACKFILL_WORKFLOW = 'backfillJourneyMetrics';
export const REDELIVER_WORKFLOW = 'redeliver';
export const RECONCILE_WORKFLOW = 'reconcileAudit';
export const EXPIRE_WORKFLOW = 'expireDatasets';
export const NOTE_SCHEDULES_WORKFLOW = 'noteSchedules';
export const TELL_ALERTS_WORKFLOW = 'tellAlerts';
export const TELL_ALERT_WORKFLOW = 'tellAlert';
export const WATCH_SCHEDULES_WORKFLOW = 'watchSchedules';
export const CHECK_AUDIT_WORKFLOW = 'checkAudit';

/** Argument of `noteSchedules`: a schedule that was created or changed just now, or one that a person deleted. */
export interface ScheduleNote {
  readonly changed?: string;
  readonly retired?: string;
}

/**
 * Query of an aggregation: answers with {@link import('../result/progress.js').Progress}. Of a backfill: with
 * {@link import('../result/backfill-result.js').BackfillProgress}.
 */
export const PROGRESS_QUERY = 'progress';
/** Signal to an aggregation: ends the present wait at once and polls. No argument. */
export const POLL_NOW_SIGNAL = 'pollNow';

/** Signals to a backfill, without argument: start no more slices, and go on. What runs is not stopped. */
export const PAUSE_SIGNAL = 'pause';
export const RESUME_SIGNAL = 'resume';
/** Update of a backfill: this many slices side by side, 1 to 20. Answers with it. */
export const SET_WIDTH_UPDATE = 'setWidth';

/** The Temporal schedule on which the worker keeps `reconcileAudit`. */
export const RECONCILE_SCHEDULE_ID = 'journey-metrics-reconcile';
/** And the one of `expireDatasets`. */
export const EXPIRE_SCHEDULE_ID = 'journey-metrics-expire';

/** And the one of `noteSchedules`. */
export const NOTE_SCHEDULE_ID = 'journey-metrics-note';
/** And those of `tellAlerts`, `watchSchedules` and `checkAudit`. */
export const TELL_SCHEDULE_ID = 'journey-metrics-alerts';
export const WATCH_SCHEDULE_ID = 'journey-metrics-watch';
export const CHECK_SCHEDULE_ID = 'journey-metrics-check';

/** Schedules whose ids begin so are the worker's own. */
export const KEPT_SCHEDULE_IDS = [
  ...[RECONCILE_SCHEDULE_ID, EXPIRE_SCHEDULE_ID, NOTE_SCHEDULE_ID],
  ...[TELL_SCHEDULE_ID, WATCH_SCHEDULE_ID, CHECK_SCHEDULE_ID],
] as const;

/** Custom search attributes, by name and type. The worker refuses to start while one is not registered. */
export const SEARCH_ATTRIBUTES = {
  /** Organisation of the run. */
  CxoneOrg: 'KEYWORD',
  /** Inclusive start of the run's window, an instant. */
  JourneyWindowStart: 'DATETIME',
  /** One of {@link import('../closed-sets.js').RunOutcome}, of a backfill {@link import('../closed-sets.js').BackfillOutcome}; absent while it is under way. */
  RunOutcome: 'KEYWORD',
} as const;

/** Memo key under which a client says who asked for a run; it ends up in the audit entry. */
export const REQUESTER_MEMO = 'requester';

/** Memo key under which lists find what a run is about: `{window, series?, report?, findings?}`. */
export const ASKED_MEMO = 'asked';

/** Memo key under which a run that continued as new says what it began as: `{runId, startedAt}`. Lists of runs show that. */
export const ORIGIN_MEMO = 'origin';
