import { nextPollDelayMs } from '../../../domain/poll-cadence.js';
import type { Directory, Gate, TakeKey } from '../../../ports/index.js';
import { turnOf, type OwnTurn } from './take-turn.js';
import type { SourcePlace } from '../places.js';

/** Of an answer, what matters to the slot. */
interface Answered {
  readonly state: 'later' | 'gone' | 'defective' | 'more' | 'complete';
  readonly retryAfterMs?: number;
}

/** What a poll does to the slot that its query holds; nothing where queries are not bounded. */
export interface Slot {
  /** Between two pages: it is kept while they come. */
  keep(signal: AbortSignal): Promise<void>;
  answered(answer: Answered, signal: AbortSignal): Promise<void>;
  /** The source said that the query will give no result. */
  seenEnded(signal: AbortSignal): Promise<void>;
}

interface Polling extends SourcePlace {
  readonly take: TakeKey;
  readonly ageMs: number;
  readonly collect: boolean;
}

const KEEP_EVERY_PAGES = 20;
const NOTHING = (): Promise<void> => Promise.resolve();

export function slotOf(deps: { directory: Directory; gate: Gate }, { take, ageMs, collect, ...place }: Polling): Slot {
  const turn = turnOf(deps, { ...place, runKey: take.runKey, generation: take.generation });
  // A query upstream has ended before its further pages are read: its slot is free since then.
  if (turn === undefined || (turn.isUpstream && collect)) {
    return { keep: NOTHING, answered: NOTHING, seenEnded: NOTHING };
  }
  let pages = 0;
  return {
    async keep(signal) {
      pages += 1;
      if (!turn.isUpstream && pages % KEEP_EVERY_PAGES === 0) await turn.renew(nextPollDelayMs(0), signal);
    },
    answered: (answer, signal) =>
      hasEnded(answer, turn) ? turn.end(true, signal) : turn.renew(nextPollDelayMs(ageMs, answer.retryAfterMs), signal),
    seenEnded: (signal) => (turn.isUpstream ? turn.end(true, signal) : Promise.resolve()),
  };
}

function hasEnded({ state }: Answered, { isUpstream }: OwnTurn): boolean {
  if (state === 'later') return false;
  return isUpstream || state === 'complete' || state === 'gone';
}
