import { z } from 'zod';
import { LOOKBACK_MOST, WIDTH, WIDTH_MOST } from './backfill.js';
import { checkMetrics, dateText, parseWith, querySchema, requestFields, type Parsed } from './request-schema.js';

/** Failures and what is left of a backfill are no more: a retry asks for them, and they fit into its request. */
const SLICES_MOST = 120;

const sliceSchema = z.strictObject({ from: dateText, to: dateText });

/** The request of a backfill: one for many windows, so without the dates of one. */
export const backfillRequestSchema = z
  .strictObject({
    ...requestFields,
    query: querySchema.omit({ dateFrom: true, dateTo: true }),
    from: dateText.optional(),
    to: dateText.optional(),
    sliceBy: z.enum(['day', 'week', 'month']).default('day'),
    lookback: z.int().min(1).max(LOOKBACK_MOST).optional(),
    slices: z.array(sliceSchema).min(1).max(SLICES_MOST).optional(),
    width: z.int().min(1).max(WIDTH_MOST).default(WIDTH),
  })
  .superRefine(({ from, to, slices, lookback, window, query, processing }, context) => {
    const refuse = (path: string[], message: string): void => {
      context.addIssue({ code: 'custom', path, message });
    };
    const relative = window?.relative !== undefined;
    if ((from === undefined) !== (to === undefined)) {
      refuse([from === undefined ? 'from' : 'to'], 'from and to go together');
    } else if (relative !== (lookback !== undefined)) {
      refuse(
        [relative ? 'lookback' : 'window', ...(relative ? [] : ['relative'])],
        'window.relative and lookback go together',
      );
    } else if (relative === (from !== undefined || slices !== undefined)) {
      refuse(['from'], 'give either from and to, or window.relative and lookback');
    }
    checkMetrics({ query, processing }, context);
  });

/** A request with every default filled in. */
export type ParsedBackfill = z.output<typeof backfillRequestSchema>;

/** Checks the request of a backfill and fills in the defaults. Never throws. */
export function parseBackfillRequest(input: unknown): Parsed<ParsedBackfill> {
  return parseWith(backfillRequestSchema, input);
}
