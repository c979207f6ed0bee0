/** Closed sets of names. Schemas are built from these lists, and replayed code reads them: no zod here. */

/** What a run does at the moment, in the order in which it gets there. */
export const PHASES = [
  'planning',
  'settling',
  'authorising',
  'submitting',
  'waiting',
  'fetching',
  'transforming',
  'delivering',
  'auditing',
  'finished',
] as const;
export type Phase = (typeof PHASES)[number];

/** How a run ended that has a result. */
export const COMPLETED_OUTCOMES = ['completed', 'unchanged', 'undelivered'] as const;
export type CompletedOutcome = (typeof COMPLETED_OUTCOMES)[number];

/** How a run ended: with a result, or by failure, cancellation or an end from outside. */
export const RUN_OUTCOMES = [...COMPLETED_OUTCOMES, 'failed', 'cancelled', 'terminated', 'timed-out'] as const;
export type RunOutcome = (typeof RUN_OUTCOMES)[number];

/** The state of a run as Temporal has it, by which lists are filtered. */
export const RUN_STATES = ['running', 'completed', 'failed', 'cancelled', 'terminated', 'timed-out'] as const;
export type KnownRunState = (typeof RUN_STATES)[number];
export type RunState = KnownRunState | 'unknown';

/** What a person sees of a run, in a word: how it ended, if it has. */
export const RUN_WORDS = ['running', ...RUN_OUTCOMES] as const;
export type RunWord = (typeof RUN_WORDS)[number];

/**
 * What a stretch of time is in the coverage of a series. The first five have figures at the destination; `corrected`: since
 * changed there; `empty`: the source has no rows; `missing`: nobody has read it.
 */
const COVERED_STATES = ['delivered', 'corrected', 'provisional', 'empty', 'not-at-source'] as const;
export const WINDOW_STATES = [
  ...COVERED_STATES,
  ...(['undelivered', 'failed', 'running', 'late', 'missing'] as const),
] as const;
export type WindowState = (typeof WINDOW_STATES)[number];

/** What a source says of the rows that it gave: they may still change, or not, or are of before its oldest data. */
export const READINGS = ['provisional', 'final', 'not-at-source'] as const;
export type Reading = (typeof READINGS)[number];

/**
 * Why a revision differs from the one before. `late-legs`: contacts that the source did not have yet. `settled`: journeys
 * that were open then. `source-changed`: the source says something else of what it had. `repaired`: it does not; rows were
 * lost, or read or made wrongly, before.
 */
export const CAUSES = ['late-legs', 'settled', 'source-changed', 'repaired'] as const;
export type Cause = (typeof CAUSES)[number];

/** What wrote an audit entry. */
export const AUDIT_KINDS = ['run', 'delivery', 'redelivery', 'reconciled', 'refused', 'fenced', 'paused'] as const;

export const BACKFILL_PHASES = ['planning', 'running', 'paused', 'stopping', 'finished'] as const;
export type BackfillPhase = (typeof BACKFILL_PHASES)[number];

/** `incomplete`: there are failures, or slices that were not started. */
export const BACKFILL_OUTCOMES = ['completed', 'incomplete'] as const;
export type BackfillOutcome = (typeof BACKFILL_OUTCOMES)[number];

export const TIME_GROUPS = ['hour', 'day', 'week', 'month'] as const;
export type TimeGroup = (typeof TIME_GROUPS)[number];

export const OUTLIER_MODES = ['remove', 'flag', 'off'] as const;
export type OutlierMode = (typeof OUTLIER_MODES)[number];

/** What two results are compared by: what was asked for, or the bytes of the rows. */
export const COMPARE_MODES = ['requested', 'row'] as const;
export type CompareMode = (typeof COMPARE_MODES)[number];

/** What becomes of a change in the fields of rows: it is told, or the run fails. */
export const ROW_CONTRACTS = ['evolve', 'freeze'] as const;

/** What a row of files and tables is: of a report, a journey, or a contact. */
export const GRAINS = ['rows', 'journeys', 'legs'] as const;
export type Grain = (typeof GRAINS)[number];

/** Kinds of defects. The last six are about a result as a whole. */
export const WARNING_KINDS = [
  ...(['missing-key', 'wrong-type', 'rounded', 'outside-window', 'ambiguous-hour', 'unreadable-date'] as const),
  ...(['unstorable-text', 'repeated-rows', 'repeated-keys', 'no-rows', 'no-readable-date', 'unnamed-query'] as const),
  ...(['reconciliation-off', 'overlapping-windows', 'caveat', 'schema-changed'] as const),
] as const;
