import { isDeepStrictEqual } from 'node:util';
import type { Evidence } from '../evidence.js';
import { holdings, reassembled, type HeldRevision } from '../holdings.js';
import type { ReceiverEntry, Slot } from '../journals.js';
import { EvidenceError } from '../line.js';
import { findingsOf, grouped, type Judgement } from '../verdict.js';

/** One part is one id is one sequence of bytes, for the receiver as for the ledger; a new revision has something new in it. */
export function judgeIdentity(evidence: Evidence): Judgement {
  const { found, find } = findingsOf('identity');
  const { receiver, ledgerParts } = evidence;
  for (const { webhookId = '(no id)', verdict = 'without a verdict' } of receiver) {
    if (!['accepted', 'duplicate', 'stale'].includes(verdict)) find(webhookId, `was ${verdict} by the receiver`);
  }
  const byId = grouped(receiver, ({ webhookId }) => webhookId);
  for (const [webhookId, entries] of byId) {
    const bytes = distinct(entries, ({ sha256 }) => sha256);
    if (bytes.length > 1) find(webhookId, `came with ${bytes.length} different bodies`);
    const places = distinct(entries, ({ slot }) => slot && placeOf(slot));
    if (places.length > 1) find(webhookId, `was used for ${places.join(' and ')}`);
  }
  const byPlace = grouped(receiver, ({ slot }) => slot && placeOf(slot));
  for (const [place, entries] of byPlace) {
    const ids = distinct(entries, ({ webhookId }) => webhookId);
    if (ids.length > 1) find(place, `came under the identities ${ids.join(' and ')}`);
  }
  const ledger = new Map(ledgerParts.map((part) => [placeOf(part), part]));
  for (const [place, [entry]] of byPlace) {
    const known = ledger.get(place);
    const agreed = known !== undefined && known.webhookId === entry?.webhookId && known.sha256 === entry.sha256;
    if (!agreed) find(place, 'came with another id or other bytes than the ledger has');
  }
  for (const [deliveryId, revisions] of holdings(evidence)) {
    for (const revision of repeated(evidence, revisions)) {
      find(deliveryId, `has nothing in revision ${revision} that the one before had not`);
    }
  }
  return { findings: found, counts: { webhookIds: byId.size, partsDelivered: byPlace.size } };
}

function placeOf({ deliveryId, revision, part }: Pick<Slot, 'deliveryId' | 'revision' | 'part'>): string {
  return `part ${part} of revision ${revision} of ${deliveryId}`;
}

function distinct(entries: readonly ReceiverEntry[], of: (entry: ReceiverEntry) => string | undefined): string[] {
  return [...new Set(entries.map(of))].filter((value) => value !== undefined);
}

/** Revisions that say what the one before them said. One that goes back to what an older one said is another matter. */
function repeated(evidence: Evidence, revisions: readonly HeldRevision[]): readonly number[] {
  if (revisions.length < 2) return [];
  const contents = revisions.map((held) => ({ revision: held.revision, content: contentOf(evidence, held) }));
  return contents
    .filter(({ revision, content }, index) => {
      const before = contents[index - 1];
      return before?.revision === revision - 1 && isDeepStrictEqual(before.content, content);
    })
    .map(({ revision }) => revision);
}

/** The rows in any order, and what is said about them. One that cannot be read is like no other; the results say so. */
function contentOf(evidence: Evidence, held: HeldRevision): readonly string[] {
  try {
    const { rows, summaries } = reassembled(evidence, held);
    return [...summaries, ...rows.map((row) => JSON.stringify(row)).toSorted()];
  } catch (error) {
    if (error instanceof EvidenceError) return [error.message];
    throw error;
  }
}
