import { mayAskAgain } from '../answers.js';
import type { Evidence } from '../evidence.js';
import { findingsOf, grouped, type Judgement } from '../verdict.js';

/** A part that the receiver has is sent again only where the answer that said so was lost, or what should have noted it was down. */
export function judgeDuplicates({ receiver, operator }: Evidence): Judgement {
  const { found, find } = findingsOf('duplicates');
  let duplicates = 0;
  for (const [webhookId, entries] of grouped(receiver, (entry) => entry.webhookId)) {
    const takenIn = entries.findIndex(({ effect, verdict }) => effect && verdict === 'accepted');
    if (takenIn < 0) continue;
    const since = entries.slice(takenIn);
    for (const [index, again] of since.slice(1).entries()) {
      const before = since[index];
      if (again.verdict === 'duplicate' || again.effect) duplicates += 1;
      if (before && !mayAskAgain(before, again, operator.outages)) {
        find(webhookId, `was sent again (${again.place}), though ${before.place} had acknowledged it`);
      }
    }
  }
  return { findings: found, counts: { duplicates } };
}
