import { labelOfLocal, plusLocal, startOfLocal } from '../date-text.js';

/** The days that a page shows unless told otherwise: from the first of the month before last to today. */
export function dayBounds(
  asked: { readonly from?: string; readonly to?: string },
  nowMs: number,
): { readonly from: string; readonly to: string } {
  const month = startOfLocal(nowMs, 'month');
  return {
    from: asked.from ?? labelOfLocal(plusLocal(month, -2, 'month'), 'day'),
    // Where the day begins first it is tomorrow already.
    to: asked.to ?? labelOfLocal(plusLocal(startOfLocal(nowMs, 'day'), 2, 'day'), 'day'),
  };
}
