import { AdapterError } from '../../contract/adapter-error.js';
import type { QueueTotal } from '../../domain/journeys/bridge.js';
import type { Later } from '../../ports/index.js';
import { later } from '../analytics/result-answer.js';
import { CircuitOpen } from '../http/errors.js';
import type { HttpAnswer } from '../http/http.js';
import { readTotals } from '../reporting/skill-summary.js';
import { readContactsDocument } from '../reporting/contacts-document.js';
import { DAY_MS, type ClosingPlace, type Reading } from './reading.js';

/** What CXone says of the window by skill, or why it does not. */
export type Summary = { readonly totals: readonly QueueTotal[] } | { readonly refused: string };

/** What the last page of a reading says beside its contacts, of which it has none. */
export interface Closing {
  readonly summary: Summary;
  /** Start of the first UTC day with data. Absent: there is data before what was read, or nobody knows. */
  readonly dataFromMs?: number;
}

interface Asking {
  readonly ask: (path: string, query: URLSearchParams, signal: AbortSignal) => Promise<HttpAnswer>;
  readonly reason: (answer: HttpAnswer) => string | undefined;
}

const LONG_AGO_MS = Date.parse('2000-01-01T00:00:00Z');
const COME_BACKS_MOST = 3;

/** Asks the questions that end a reading. Whatever the tenant answers, it costs the comparison and never the run. */
export interface Closer {
  close(reading: Reading, place: ClosingPlace, signal: AbortSignal): Promise<Closing | Later>;
}

export function createCloser(asking: Asking): Closer {
  /** How often a reading was told to come back later. */
  const comeBacks = new Map<string, number>();
  return {
    async close(reading, { firstDayMs, firstDataMs, readToMs }, signal) {
      const summary = await unlessRefused(
        () => summaryOf(asking, reading, signal),
        (refused) => ({ refused }),
      );
      if ('status' in summary) {
        const times = (comeBacks.get(reading.queryId) ?? 0) + 1;
        comeBacks.set(reading.queryId, times);
        if (times <= COME_BACKS_MOST) return later(summary.status === 429 ? 'rate limited' : 'unavailable', summary);
      }
      comeBacks.delete(reading.queryId);
      const hasOlder =
        firstDataMs === firstDayMs ||
        (await unlessRefused(
          () => hasDataBefore(asking, firstDayMs, signal),
          () => true,
        ));
      return {
        summary: 'status' in summary ? { refused: `CXone answered ${summary.status} again and again` } : summary,
        ...(!hasOlder && { dataFromMs: firstDataMs ?? readToMs }),
      };
    },
  };
}

async function summaryOf(
  { ask, reason }: Asking,
  { fromMs, toMs, readUntilMs }: Reading,
  signal: AbortSignal,
): Promise<Summary | HttpAnswer> {
  if (toMs > readUntilMs) return { refused: 'the window has not ended' };
  const answer = await ask('skills/summary', between(fromMs, toMs), signal);
  if (answer.status === 204) return { totals: [] };
  if (answer.status === 200) return readTotals(answer.body);
  if (answer.status === 429 || answer.status === 503) return answer;
  return { refused: `CXone answered ${answer.status} (${reason(answer) ?? 'without a reason'})` };
}

/** Nearest first: where there is data, a month has some, and is answered quickly. */
async function hasDataBefore({ ask }: Asking, beforeMs: number, signal: AbortSignal): Promise<boolean> {
  const monthBeforeMs = beforeMs - 31 * DAY_MS;
  for (const query of [between(monthBeforeMs, beforeMs), between(LONG_AGO_MS, monthBeforeMs)]) {
    query.set('skip', '0');
    query.set('top', '1');
    const answer = await ask('contacts/completed', query, signal);
    if (answer.status === 204) continue;
    // What is refused is not known to be empty.
    if (answer.status !== 200 || readContactsDocument(answer.body).contacts.length > 0) return true;
  }
  return false;
}

function between(fromMs: number, toMs: number): URLSearchParams {
  return new URLSearchParams({ startDate: new Date(fromMs).toISOString(), endDate: new Date(toMs).toISOString() });
}

async function unlessRefused<T>(work: () => Promise<T>, otherwise: (reason: string) => T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AdapterError) || error instanceof CircuitOpen) throw error;
    // Our own records are away: the tenant has refused nothing, and can be asked later.
    if (error.failureType === 'RecordsUnavailable') throw error;
    return otherwise(error.message);
  }
}
