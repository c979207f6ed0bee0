import { z } from 'zod';
import { LOOKBACK_MOST, WIDTH, WIDTH_MOST } from './backfill-limits.js';
import { backfillDocument } from './request-document.js';
import { checkMetrics, dateText, parseWith, querySchema, requestFields, type Parsed } from './request-schema.js';

/** Failures and what is left of a backfill are no more: a retry asks for them, and they fit into its request. */
const SLICES_MOST = 120;

const from = dateText.meta({
  description: 'Where it begins: a day or a time in the time zone, or an instant.',
  examples: ['2024-11-01'],
});
const to = dateText.meta({
  description: 'Where it ends, exclusive; written as `from`. Not in the future.',
  examples: ['2026-11-01'],
});

/** The request of a backfill: one for many windows, so without the dates of one. */
export const backfillRequestSchema = z
  .strictObject({
    ...requestFields,
    query: querySchema.omit({ dateFrom: true, dateTo: true }).describe('What is asked of the source, in every window.'),
    from: from.optional(),
    to: to.optional(),
    sliceBy: z
      .enum(['day', 'week', 'month'])
      .default('day')
      .describe('How long a slice is, in the time zone. The first and the last may be parts.'),
    lookback: z
      .int()
      .min(1)
      .max(LOOKBACK_MOST)
      .describe('With `window.relative`: that window and the ones before it, so many in all, the newest first.')
      .optional(),
    slices: z
      .array(z.strictObject({ from, to }).describe('A window, half-open.'))
      .min(1)
      .max(SLICES_MOST)
      .describe('Windows of their own, in this order and before the range; or alone.')
      .optional(),
    width: z.int().min(1).max(WIDTH_MOST).default(WIDTH).describe('Runs side by side.'),
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
