import type { Cause } from '../contract/closed-sets.js';
import { countOf } from './number-text.js';

const SENTENCES: Readonly<Record<Cause, (count: number) => string>> = {
  'late-legs': (count) => `${countOf(count, 'late leg')} arrived`,
  settled: (count) => `${countOf(count, 'journey')} settled`,
  'source-changed': (count) => `${countOf(count, 'contact or row', 'contacts or rows')} changed at the source`,
  repaired: (count) => `${countOf(count, 'row')} repaired`,
};

/** Why a revision is there, for people: `3 late legs arrived, 1 journey settled`. */
export function causesText(
  causes: readonly { readonly cause: Cause; readonly count: number | null }[] | null,
  revision: number,
): string {
  if (causes === null) return 'the cause was not kept';
  if (causes.length === 0) return revision === 1 ? 'the first revision' : 'no cause found';
  return causes
    .map(({ cause, count }) =>
      count === null
        ? 'changed; the rows of the revision before were already deleted, so nobody can say why'
        : SENTENCES[cause](count),
    )
    .join(', ');
}
