import { z } from 'zod';
import { LOOKBACK_MOST } from '../../contract/limits.js';
import { parseDuration } from '../../contract/values/duration.js';
import { KEPT_SCHEDULE_IDS } from '../../contract/values/names.js';
import { parseWith } from '../../contract/request/request-schema.js';
import { invalidRequestError } from '../error.js';
import type { RequestDefaults } from '../runs/resolve-request.js';
import { scheduledRequest, type ScheduledRequest } from './schedule-request.js';
import { requireWindow, startOf, type Every } from './schedule-start.js';

/** What `schedules.create` takes. Everything but id and request has a default that is right for its window. */
export interface ScheduleInput {
  /** Letters, digits, `-` and `_`, 100 at most. */
  readonly id: string;
  /** With `window.relative`: each start reads the window that it stands for. */
  readonly request: ScheduledRequest;
  /**
   * In each hour, on each day, on Mondays, on the first of each month. Default, by the window: `hour` for `today-so-far`,
   * `week` for `previous-week`, `month` for `previous-month`, `day` for all others.
   */
  readonly every?: Every | undefined;
  /** On the clocks of the time zone: `05:00`, the default. For an hourly start a minute of UTC's hours: `:05`. */
  readonly at?: string | undefined;
  /** IANA name. Default: the one of the request's window, else UTC. Windows and starts are of one zone. */
  readonly timeZone?: string | undefined;
  /** This many windows each time: the latest, and those before it that may have been restated. Default 1. */
  readonly lookback?: number | undefined;
  /** Each start is delayed by a random time up to this, `0 s` to `1 hour`. Default: 5 minutes. */
  readonly jitter?: string | undefined;
  /** Starts missed while Temporal was away are made up for as long, `1 minute` to `365 days`. Default: 30 days. */
  readonly catchUp?: string | undefined;
  readonly paused?: boolean | undefined;
  /** For people. Temporal keeps one: a pause may replace it. */
  readonly note?: string | undefined;
}

/** What `schedules.update` takes: what is given replaces what was. */
export type ScheduleChange = Partial<Omit<ScheduleInput, 'id' | 'paused'>>;

/** A schedule as it stands, in the words in which it can be created again. */
export interface ScheduleDefinition {
  readonly id: string;
  readonly request: ScheduledRequest;
  /** Null where its times are of another kind: it was made by hand. */
  readonly every: Every | null;
  readonly at: string | null;
  readonly timeZone: string;
  readonly lookback: number;
  readonly jitter: string;
  readonly catchUp: string;
  readonly paused: boolean;
  readonly note: string | null;
}

const between = (least: string, most: string): z.ZodType<string, string> => {
  const [leastMs = 0, mostMs = 0] = [least, most].map(parseDuration);
  return z.string().refine(
    (text) => {
      const ms = parseDuration(text);
      return ms !== undefined && ms >= leastMs && ms <= mostMs;
    },
    { error: `must be a duration from ${least} to ${most}` },
  );
};

const idSchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,100}$/, 'must be letters, digits, "-" and "_", 100 at most')
  .refine((id) => !KEPT_SCHEDULE_IDS.some((kept) => id.startsWith(kept)), 'is reserved for schedules of the worker');

const changeSchema = z.strictObject({
  request: z.unknown().optional(),
  every: z.enum(['hour', 'day', 'week', 'month']).optional(),
  at: z.string().optional(),
  timeZone: z.string().min(1).max(64).optional(),
  lookback: z.int().min(1).max(LOOKBACK_MOST).default(1),
  jitter: between('0 s', '1 hour').default('5 minutes'),
  catchUp: between('1 minute', '365 days').default('30 days'),
  note: z.string().max(1_000).optional(),
});

const inputSchema = changeSchema.extend({ id: idSchema, paused: z.boolean().default(false) });

function read<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = parseWith(schema, input);
  if (parsed.ok) return parsed.request;
  throw invalidRequestError(parsed.problems);
}

/** Checks what is to become a schedule and fills in the defaults. Throws `InvalidRequest`. */
export function defineSchedule(input: ScheduleInput, defaults: RequestDefaults, nowMs: number): ScheduleDefinition {
  const { id, paused, note, jitter, catchUp, lookback, ...asked } = read(inputSchema, input);
  const { request, timeZone, relative } = scheduledRequest(asked.request, {
    ...defaults,
    lookback,
    zone: asked.timeZone,
  });
  const { every, at } = startOf({ ...asked, request, relative, timeZone, lookback }, nowMs);
  return { id, request, every, at, timeZone, lookback, jitter, catchUp, paused, note: note ?? null };
}

/**
 * The schedule with what is to be different. Where neither time nor zone is asked for, its times stay what they are,
 * also those of another kind. Throws `InvalidRequest`.
 */
export function changeSchedule(
  before: ScheduleDefinition,
  change: ScheduleChange,
  defaults: RequestDefaults,
  nowMs: number,
): ScheduleDefinition {
  const { lookback, jitter, catchUp, note, ...asked } = read(changeSchema, {
    ...change,
    lookback: change.lookback ?? before.lookback,
    jitter: change.jitter ?? before.jitter,
    catchUp: change.catchUp ?? before.catchUp,
  });
  const { request, relative, ...moved } = scheduledRequest(
    change.request === undefined ? carried(before.request, { ...asked, lookback }) : asked.request,
    { ...defaults, org: before.request.org ?? defaults.org, lookback, zone: asked.timeZone, fallback: before.timeZone },
  );
  const isTimed = change.at !== undefined || change.timeZone !== undefined;
  const every = change.every ?? before.every;
  if (every === null && isTimed) {
    throw invalidRequestError([{ path: 'every', message: 'its times were made by hand: set `every` too' }]);
  }
  const kept = { ...before, request, lookback, jitter, catchUp, note: note ?? before.note };
  if (every === null) {
    requireWindow({ request, relative, lookback }, nowMs);
    return kept;
  }
  const isMoved = change.request !== undefined || change.timeZone !== undefined || before.every === null;
  const timeZone = isMoved ? moved.timeZone : before.timeZone;
  const at = change.at ?? (every === before.every ? before.at : null);
  const start = startOf({ every, ...(at !== null && { at }), request, relative, timeZone, lookback }, nowMs);
  return { ...kept, ...start, timeZone };
}

/** The request that a schedule has, for a change that brings none. */
function carried(
  { width, ...request }: ScheduledRequest,
  { timeZone, lookback }: { readonly timeZone?: string | undefined; readonly lookback: number },
): ScheduledRequest {
  return {
    ...request,
    ...(width !== undefined && lookback > 1 && { width }),
    ...(timeZone !== undefined && { window: { ...request.window, timeZone } }),
  };
}
