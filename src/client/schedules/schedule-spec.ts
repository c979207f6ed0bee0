import type {
  CalendarSpecDescription,
  ScheduleDescription,
  ScheduleOptions,
  ScheduleOptionsAction,
  ScheduleSpec,
} from '@temporalio/client';
import type { ParsedBackfill } from '../../contract/request/backfill-schema.js';
import { parseDuration } from '../../contract/values/duration.js';
import { AGGREGATE_WORKFLOW, BACKFILL_WORKFLOW } from '../../contract/values/names.js';
import { CXONE_ORG } from '../../contract/search-attributes.js';
import type { ScheduleDefinition } from './schedule-definition.js';
import type { ScheduledRequest } from './schedule-request.js';
import { readAt, type Every } from './schedule-start.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/**
 * Right for windows, each of which somebody waits for: a slow night keeps none from starting, and a failed one does not
 * stop those after it.
 */
export function policiesOf({ catchUp }: Pick<ScheduleDefinition, 'catchUp'>): NonNullable<ScheduleOptions['policies']> {
  return { overlap: 'ALLOW_ALL', catchupWindow: parseDuration(catchUp) ?? 0, pauseOnFailure: false };
}

/** The times of a schedule that has some which we name. */
export function specOf({ every, at, timeZone, jitter }: ScheduleDefinition): ScheduleSpec | undefined {
  const time = every === null || at === null ? undefined : readAt(at, every);
  if (every === null || time === undefined) return undefined;
  const jitterMs = jitterOf({ jitter });
  if (every === 'hour') {
    // Not a calendar: of the hour that the clocks show twice it would start one.
    return { intervals: [{ every: HOUR_MS, offset: time.minute * MINUTE_MS }], timezone: timeZone, jitter: jitterMs };
  }
  const calendar = {
    hour: time.hour,
    minute: time.minute,
    ...(every === 'week' && { dayOfWeek: 'MONDAY' as const }),
    ...(every === 'month' && { dayOfMonth: 1 }),
    comment: `every ${every} at ${at ?? ''}`,
  };
  return { calendars: [calendar], timezone: timeZone, jitter: jitterMs };
}

/** In milliseconds. */
export function jitterOf({ jitter }: Pick<ScheduleDefinition, 'jitter'>): number {
  return parseDuration(jitter) ?? 0;
}

/** Where runs go, and their numbers where the request does not say it. */
export interface ScheduleTarget {
  readonly taskQueue: string;
  readonly destination: string;
}

/** What is started: the aggregation, or with `lookback` the backfill, which runs one for each window. */
export function actionOf(
  { id, request, lookback }: ScheduleDefinition,
  { taskQueue, destination }: ScheduleTarget,
): ScheduleOptionsAction {
  const { org = '', window, query } = request;
  const report = `${query.reportType ?? ''} ${window?.relative ?? ''}`;
  const before = lookback === 1 ? '' : `, the last ${lookback}`;
  return {
    type: 'startWorkflow',
    workflowType: lookback === 1 ? AGGREGATE_WORKFLOW : BACKFILL_WORKFLOW,
    // Temporal adds the nominal time.
    workflowId: `journey-${org}-${id}`,
    taskQueue,
    args: [lookback === 1 ? request : { ...request, lookback }],
    staticSummary: `${org}: ${report}${before} → ${String(request.destination ?? destination)}`,
    typedSearchAttributes: [{ key: CXONE_ORG, value: org }],
  };
}

/** A new schedule, for Temporal. */
export function optionsOf(definition: ScheduleDefinition, target: ScheduleTarget): ScheduleOptions {
  const { id: scheduleId, paused, note } = definition;
  return {
    scheduleId,
    spec: specOf(definition) ?? {},
    policies: policiesOf(definition),
    action: actionOf(definition, target),
    state: { paused, ...(note !== null && { note }) },
  };
}

/** What of a schedule is ours to name, however it was made. */
export function readDefinition(description: ScheduleDescription): ScheduleDefinition {
  const { scheduleId, spec, action, policies, state } = description;
  // What a person typed, if it was made by hand: the worker checks it, and so does everything that changes it.
  const { lookback = 1, from, to, slices, sliceBy, ...request } = (action.args?.[0] ?? {}) as Partial<ParsedBackfill>;
  return {
    id: scheduleId,
    request: request as ScheduledRequest,
    ...readTimes(spec),
    timeZone: spec.timezone === undefined || spec.timezone === '' ? 'UTC' : spec.timezone,
    lookback,
    jitter: durationName(spec.jitter ?? 0),
    catchUp: durationName(policies.catchupWindow),
    paused: state.paused,
    note: state.note === undefined || state.note === '' ? null : state.note,
  };
}

/** Times of ours, also when somebody wrote them as a cron line; null for all others. */
function readTimes({ calendars = [], intervals = [], skip = [], startAt, endAt }: Spec): Times {
  const isBounded = skip.length > 0 || startAt !== undefined || endAt !== undefined;
  const [calendar, interval] = [calendars[0], intervals[0]];
  const times = calendars.length + intervals.length;
  if (isBounded || times !== 1) return { every: null, at: null };
  if (calendar !== undefined) return readCalendar(calendar);
  const minute = (interval?.offset ?? 0) / MINUTE_MS;
  if (interval?.every !== HOUR_MS || !Number.isInteger(minute)) return { every: null, at: null };
  return { every: 'hour', at: `:${twoDigits(minute)}` };
}

type Spec = ScheduleDescription['spec'];
type Times = Pick<ScheduleDefinition, 'every' | 'at'>;

function readCalendar(calendar: CalendarSpecDescription): Times {
  const every = everyOf(calendar);
  const [hour, minute] = [single(calendar.hour), single(calendar.minute)];
  if (every === undefined || hour === undefined || minute === undefined) return { every: null, at: null };
  return { every, at: `${twoDigits(hour)}:${twoDigits(minute)}` };
}

function everyOf({ second, dayOfMonth, month, year, dayOfWeek }: CalendarSpecDescription): Every | undefined {
  if (single(second) !== 0 || !spans(month, 'JANUARY', 'DECEMBER') || year.length > 0) return undefined;
  const isAnyDate = spans(dayOfMonth, 1, 31);
  const isAnyWeekday = spans(dayOfWeek, 'SUNDAY', 'SATURDAY');
  if (isAnyDate && isAnyWeekday) return 'day';
  if (isAnyDate && single(dayOfWeek) === 'MONDAY') return 'week';
  return isAnyWeekday && single(dayOfMonth) === 1 ? 'month' : undefined;
}

interface Range<Unit> {
  readonly start: Unit;
  readonly end: Unit;
  readonly step: number;
}

function single<Unit>(ranges: readonly Range<Unit>[] = []): Unit | undefined {
  const [range] = ranges;
  return ranges.length === 1 && range?.start === range?.end ? range?.start : undefined;
}

function spans<Unit>(ranges: readonly Range<Unit>[], first: Unit, last: Unit): boolean {
  const [range] = ranges;
  return ranges.length === 1 && range?.start === first && range.end === last && range.step === 1;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['s', 1_000],
] as const;

/** A length of time in the words of a request: `5 minutes`. */
export function durationName(ms: number): string {
  const [name, unitMs] = UNITS.find(([, each]) => ms > 0 && ms % each === 0) ?? ['s', 1_000];
  const count = ms / unitMs;
  return `${count} ${name === 's' || count === 1 ? name : `${name}s`}`;
}
