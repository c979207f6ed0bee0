import { z } from 'zod';
import { LOOKBACK_MOST, SLICES_MOST, WIDTH, WIDTH_MOST } from '../limits.js';
import { backfillDocument } from './request-document.js';
import { checkMetrics } from './metric-checks.js';
import { dateText, parseWith, querySchema, requestFields, type Parsed } from './request-schema.js';

const from = dateText.meta({
  description: 'Start of the range: a day or a time in the time zone, or an instant.',
  examples: ['2024-11-01'],
});
const to = dateText.meta({
  description: 'End of the range, exclusive, written like `from`. Not in the future.',
  examples: ['2026-11-01'],
});

/** The request of a backfill: one for many windows, so without the dates of one. */
export const backfillRequestSchema = z
  .strictObject({
    ...requestFields,
    query: querySchema.omit({ dateFrom: true, dateTo: true }).describe('The query for each window.'),
    from: from.optional(),
    to: to.optional(),
    sliceBy: z
      .enum(['day', 'week', 'month'])
      .default('day')
      .describe('Length of a slice, in the time zone. The first and the last slice may be shorter.'),
    lookback: z
      .int()
      .min(1)
      .max(LOOKBACK_MOST)
      .describe(
        'With `window.relative`: how many windows to read, counting back from that one; the newest comes first.',
      )
      .optional(),
    slices: z
      .array(z.strictObject({ from, to }).describe('A window, half-open.'))
      .min(1)
      .max(SLICES_MOST)
      .describe('Extra windows, in this order and before the range; or only these.')
      .optional(),
    width: z.int().min(1).max(WIDTH_MOST).default(WIDTH).describe('Number of parallel runs.'),
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
  })
  .meta(backfillDocument);

/** A request with every default filled in. */
export type ParsedBackfill = z.output<typeof backfillRequestSchema>;

/** Checks the request of a backfill and fills in the defaults. Never throws. */
export function parseBackfillRequest(input: unknown): Parsed<ParsedBackfill> {
  return parseWith(backfillRequestSchema, input);
}
