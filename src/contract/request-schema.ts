import { z } from 'zod';
import { parseDuration } from './duration.js';
import type { RequestProblem } from './failures.js';

/** Bytes of JSON that a request may have. */
const REQUEST_BYTES_MAX = 8 * 1024;

const DEADLINE_MIN_MS = 10_000;
const MONTH_MS = 30 * 86_400_000;

const fieldName = z.string().regex(/^[A-Za-z][\w.-]{0,63}$/, 'must be a name of letters, digits, "_", "." and "-"');

const unique = (names: readonly string[]): boolean => new Set(names).size === names.length;

const duration = (minMs: number, maxMs: number, range: string): z.ZodType<string, string> =>
  z.string().refine(
    (text) => {
      const ms = parseDuration(text);
      return ms !== undefined && ms >= minMs && ms <= maxMs;
    },
    { error: `must be a duration like "30 minutes", ${range}` },
  );

/** A day, a time or an instant; the calendar says which. */
export const dateText = z.string().min(1).max(40);

const timeZoneName = z.string().min(1).max(64);

const windowSchema = z.strictObject({
  relative: z
    .string()
    .regex(
      /^(yesterday|today-so-far|last-[1-9]\d{0,2}-days|previous-week|previous-month|month-to-date)$/,
      'must be yesterday, today-so-far, last-N-days, previous-week, previous-month or month-to-date',
    )
    .optional(),
  timeZone: timeZoneName.optional(),
  settle: duration(0, MONTH_MS, 'at most 30 days').optional(),
});

/** What every request says, whatever window or windows it is about. */
export const requestFields = {
  org: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'must be one DNS label: lower-case letters, digits and "-"')
    .optional(),
  timeZone: timeZoneName.optional(),
  window: windowSchema.optional(),
  processing: z
    .strictObject({
      maxRows: z.int().min(1).max(1_000_000_000).default(5_000),
      outliers: z.enum(['remove', 'flag', 'off']).default('remove'),
      outlierMetrics: z.array(fieldName).max(10).refine(unique, 'names a metric twice').optional(),
      rollup: z.enum(['on', 'off']).optional(),
      weightMetric: fieldName.optional(),
    })
    .prefault({}),
  poll: z
    .strictObject({ deadline: duration(DEADLINE_MIN_MS, MONTH_MS, 'from 10 s to 30 days').default('6 hours') })
    .prefault({}),
  destination: z
    .string()
    .regex(/^[A-Za-z][\w-]{0,63}$/, 'must be the name of a configured destination, not an address')
    .optional(),
} as const;

/** What is asked of the source; dates go with a request for one window. */
export const querySchema = z.strictObject({
  reportType: fieldName.default('journey-execution'),
  metric: z.array(fieldName).min(1).max(10).refine(unique, 'names a metric twice'),
  dimension: z.array(fieldName).max(4).refine(unique, 'names a dimension twice').default([]),
  filter: z.record(z.string(), z.json()).default({}),
  timeGroupBy: z.enum(['hour', 'day', 'week', 'month']).default('day'),
  dateFrom: dateText.optional(),
  dateTo: dateText.optional(),
  limit: z.int().min(1).max(10_000).default(10_000),
});

/** The request as published; unknown keys are refused, so that a typo never silently means a default. */
export const aggregateRequestSchema = z
  .strictObject({ ...requestFields, query: querySchema })
  .superRefine(({ query, window, processing }, context) => {
    const absolute = [query.dateFrom, query.dateTo].filter((date) => date !== undefined).length;
    if (absolute === 1) {
      const path = ['query', query.dateFrom === undefined ? 'dateFrom' : 'dateTo'];
      context.addIssue({ code: 'custom', path, message: 'dateFrom and dateTo go together' });
    } else if ((absolute === 2) === (window?.relative !== undefined)) {
      const message = 'give either query.dateFrom and query.dateTo, or window.relative';
      context.addIssue({ code: 'custom', path: window ? ['window'] : ['query', 'dateFrom'], message });
    }
    checkMetrics({ query, processing }, context);
  });

/** Metrics named beside the query must be the query's own. */
export function checkMetrics(
  { query, processing }: Pick<ParsedRequest, 'query' | 'processing'>,
  context: z.RefinementCtx,
): void {
  const { weightMetric, rollup, outlierMetrics = [] } = processing;
  const refuse = (path: (string | number)[], message: string): void => {
    context.addIssue({ code: 'custom', path, message });
  };
  if (weightMetric !== undefined && rollup === 'off') {
    refuse(['processing', 'weightMetric'], 'weighs nothing: rollup is off');
  } else if (weightMetric !== undefined && !query.metric.includes(weightMetric)) {
    refuse(['processing', 'weightMetric'], `"${weightMetric}" is not one of query.metric`);
  }
  for (const [index, metric] of outlierMetrics.entries()) {
    if (query.metric.includes(metric)) continue;
    refuse(['processing', 'outlierMetrics', index], `"${metric}" is not one of query.metric`);
  }
}

/** A request with every default filled in; the window may still be relative. */
export type ParsedRequest = z.output<typeof aggregateRequestSchema>;

export type RequestParse = Parsed<ParsedRequest>;

/** Checks a request from outside, or the seed's flat body, and fills in the defaults. Never throws. */
export function parseRequest(input: unknown): RequestParse {
  return parseWith(aggregateRequestSchema, isFlatQuery(input) ? { query: input } : input);
}

export type Parsed<T> =
  { readonly ok: true; readonly request: T } | { readonly ok: false; readonly problems: readonly RequestProblem[] };

/** Checks a request of any kind, its size first. Never throws. */
export function parseWith<T>(schema: z.ZodType<T>, input: unknown): Parsed<T> {
  const text = JSON.stringify(input) as string | undefined;
  if (text !== undefined && new TextEncoder().encode(text).length > REQUEST_BYTES_MAX) {
    return { ok: false, problems: [{ path: '', message: `is larger than ${REQUEST_BYTES_MAX} bytes` }] };
  }
  const parsed = schema.safeParse(input);
  if (parsed.success) return { ok: true, request: parsed.data };
  const problems = parsed.error.issues.map((issue) => ({
    path: issue.path.map(String).join('.'),
    message: issue.code === 'unrecognized_keys' ? `has unknown keys: ${issue.keys.join(', ')}` : issue.message,
  }));
  return { ok: false, problems };
}

function isFlatQuery(input: unknown): boolean {
  return typeof input === 'object' && input !== null && 'metric' in input && !('query' in input);
}
