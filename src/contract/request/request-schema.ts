import { z } from 'zod';
import { COMPARE_MODES, OUTLIER_MODES, ROW_CONTRACTS, TIME_GROUPS } from '../closed-sets.js';
import { parseDuration } from '../values/duration.js';
import { DESTINATIONS_MOST } from '../limits.js';
import type { RequestProblem } from '../failures.js';
import { unusableJson } from '../values/json.js';
import { fieldName, names, json, timeZoneName } from './field-names.js';
import { checkMetrics } from './metric-checks.js';
import { requestDocument } from './request-document.js';

/** Bytes of JSON that a request may have. */
const REQUEST_BYTES_MAX = 8 * 1024;

const DEADLINE_MIN_MS = 10_000;
const MONTH_MS = 30 * 86_400_000;

const duration = (minMs: number, maxMs: number, range: string): z.ZodType<string, string> =>
  z
    .string()
    .refine(
      (text) => {
        const ms = parseDuration(text);
        return ms !== undefined && ms >= minMs && ms <= maxMs;
      },
      { error: `must be a duration like "30 minutes", ${range}` },
    )
    // Of the published schema: the shape of what is read, though not its bounds.
    .meta({ pattern: '^\\s*\\d{1,9}(\\.\\d{1,3})? ?[A-Za-z]+\\s*$' });

/** A day, a time or an instant; the calendar says which. */
export const dateText = z.string().min(1).max(40);

const windowSchema = z.strictObject({
  relative: z
    .string()
    .regex(
      /^(yesterday|today-so-far|last-[1-9]\d{0,2}-days|previous-week|previous-month|month-to-date)$/,
      'must be yesterday, today-so-far, last-N-days, previous-week, previous-month or month-to-date',
    )
    .meta({
      description:
        'Counted from the start of the run; of a scheduled run from the nominal time of its schedule. N is 1 to 366.',
      examples: ['yesterday', 'last-7-days', 'previous-week', 'previous-month', 'today-so-far', 'month-to-date'],
    })
    .optional(),
  timeZone: timeZoneName.describe('Takes priority over the `timeZone` beside the window.').optional(),
  settle: duration(0, MONTH_MS, 'at most 30 days')
    .meta({
      description: 'The query starts this long after the end of the window. At most 30 days. Default: no delay.',
      examples: ['2 hours'],
    })
    .optional(),
});

const destinationName = z
  .string()
  .regex(/^[A-Za-z][\w-]{0,63}$/, 'must be the name of a configured destination, not an address');

/** What every request says, whatever window or windows it is about. */
export const requestFields = {
  name: z
    .string()
    .min(1)
    .max(80)
    .refine(
      (text) => text.trim() === text && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text),
      'must be one line without blanks around it',
    )
    .meta({
      description:
        'A name for people: it is shown with the run, and is in the payload, the result and the audit entry. ' +
        'A label only: it changes neither the run nor the delivery.',
      examples: ['nightly completion'],
    })
    .optional(),
  org: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'must be one DNS label: lower-case letters, digits and "-"')
    .describe('An organisation that the worker is configured for. Default: CXONE_ORG_ID.')
    .optional(),
  source: z
    .string()
    .regex(/^[A-Za-z][\w-]{0,63}$/, 'must be the name of a configured source')
    .meta({
      description: "Name of a source of the organisation. Default: the organisation's `defaultSource`.",
      examples: ['journeys'],
    })
    .optional(),
  timeZone: timeZoneName
    .describe('IANA name of the zone in which days and buckets are counted. Default: UTC.')
    .optional(),
  window: windowSchema.describe('A relative window instead of dates, and how late its data may arrive.').optional(),
  processing: z
    .strictObject({
      maxRows: z
        .int()
        .min(1)
        .max(1_000_000_000)
        .describe(
          'Maximum number of delivered rows. A larger result is sampled: exactly this many rows, evenly spaced. ' +
            'Default: 5000 for webhooks; files and tables get all rows.',
        )
        .optional(),
      outliers: z
        .enum(OUTLIER_MODES)
        .describe(
          'How to treat rows outside the interquartile bounds. `flag` counts and delivers them. Default: `remove` of the source `analytics`, `flag` of others.',
        )
        .optional(),
      outlierMetrics: names(10, 'names a metric twice')
        .describe('Metrics of `query.metric` to test for outliers, in this order. Default: all.')
        .optional(),
      rollup: z.enum(['on', 'off']).describe('Whether the result has `summary.rollup`. Default: on.').optional(),
      compare: z
        .enum(COMPARE_MODES)
        .describe(
          'Which change makes a new revision: of what was asked for (`requested`), or of anything in the rows (`row`). Default: requested.',
        )
        .optional(),
      weightMetric: fieldName
        .describe('A count in `query.metric` that weights the means of the rollup. Default: none.')
        .optional(),
    })
    .prefault({})
    .describe('Processing of the rows after verification and completeness.'),
  poll: z
    .strictObject({
      deadline: duration(DEADLINE_MIN_MS, MONTH_MS, 'from 10 s to 30 days')
        .default('6 hours')
        .meta({
          description: 'Maximum time to wait for the result, from the first submission: 10 s to 30 days.',
          examples: ['6 hours', '90 minutes'],
        }),
    })
    .prefault({})
    .describe('Waiting for the result.'),
  contract: z
    .enum(ROW_CONTRACTS)
    .describe('If rows have other fields or types than before: warn (`evolve`), or fail (`freeze`). Default: evolve.')
    .optional(),
  destination: z
    .union([
      destinationName,
      z
        .array(destinationName)
        .min(1)
        .max(DESTINATIONS_MOST, `names more than ${DESTINATIONS_MOST} destinations`)
        .refine((list) => new Set(list).size === list.length, 'names a destination twice')
        .meta({ uniqueItems: true }),
    ])
    .meta({
      description:
        'Name of a configured destination, never an address; or up to five names: one reading, a delivery to each. ' +
        'Default: `bi`, which is BI_WEBHOOK_URL.',
      examples: ['bi', ['bi', 'lake']],
    })
    .optional(),
} as const;

/** What is asked of the source; dates go with a request for one window. */
export const querySchema = z.strictObject({
  reportType: fieldName.default('journey-execution').describe('A report of the catalogue.'),
  metric: names(10, 'names a metric twice')
    .min(1)
    .meta({
      description: 'Metrics of the catalogue, none twice.',
      examples: [['journeyCompletionRate', 'journeyDropOffRate']],
    }),
  dimension: names(4, 'names a dimension twice')
    .default([])
    .meta({ description: 'Dimensions of the catalogue, none twice.', examples: [['journeyId', 'channel']] }),
  filter: z
    .record(z.string(), json)
    .default({})
    .meta({ description: 'Sent to the source unchanged.', examples: [{ region: 'emea' }] }),
  timeGroupBy: z
    .enum(TIME_GROUPS)
    .default('day')
    .describe('Length of a bucket, in the time zone. Weeks begin on Monday.'),
  dateFrom: dateText
    .meta({
      description: 'Start of the window: a day or a time in the time zone, or an instant. Needs `dateTo`.',
      examples: ['2026-11-01', '2026-11-01T08:00', '2026-11-01T08:00:00Z'],
    })
    .optional(),
  dateTo: dateText
    .meta({ description: 'End of the window, exclusive, written like `dateFrom`.', examples: ['2026-11-08'] })
    .optional(),
  limit: z
    .int()
    .min(1)
    .max(10_000)
    .default(10_000)
    .describe('Rows per page. Every page is read, so this does not limit the result.'),
});

const datesGoTogether = { dependentRequired: { dateFrom: ['dateTo'], dateTo: ['dateFrom'] } };

/** The request as published; unknown keys are refused, so that a typo never silently means a default. */
export const aggregateRequestSchema = z
  .strictObject({
    ...requestFields,
    query: querySchema.meta({ description: 'The query to the source.', ...datesGoTogether }),
  })
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
  })
  .meta(requestDocument);

/** A request with every default filled in; the window may still be relative. */
export type ParsedRequest = z.output<typeof aggregateRequestSchema>;

export type RequestParse = Parsed<ParsedRequest>;

/** Checks a request from outside, or the seed's flat body, and fills in the defaults. Never throws. */
export function parseRequest(input: unknown): RequestParse {
  return parseWith(aggregateRequestSchema, isFlatQuery(input) ? { query: input } : input);
}

export type Parsed<T> =
  { readonly ok: true; readonly request: T } | { readonly ok: false; readonly problems: readonly RequestProblem[] };

/** Checks a request of any kind, its depth and its size first. Never throws. */
export function parseWith<T>(schema: z.ZodType<T>, input: unknown): Parsed<T> {
  const unusable = unusableJson(input);
  if (unusable) return { ok: false, problems: [unusable] };
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
