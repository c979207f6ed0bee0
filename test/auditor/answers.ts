import type { ReceiverEntry, SourceEntry } from './journals.js';
import type { Outage } from './operator.js';

type Entry = SourceEntry | ReceiverEntry;

/** How long the product says that it waits for an answer, less a second for clocks that started a little apart. */
const PATIENCE_MS = { webhook: 20_000 - 1_000, source: 60_000 - 1_000 };

/** Faults after which an answer arrives whole, perhaps after the sender has given up. */
const DELAYING: ReadonlySet<string> = new Set(['slow', 'drip']);
/** Faults after which it never does, though it had begun well. */
const BREAKING: ReadonlySet<string> = new Set(['truncated', 'wrong-length', 'length-above', 'length-below']);

/**
 * Whether there was a reason to ask `again`: the answer to `first` was lost on its way, was a refusal, or came too late;
 * or something was down in between that should have taken note of it.
 */
export function mayAskAgain(first: Entry, again: Entry, outages: readonly Outage[]): boolean {
  return answerWasLost(first, again) || outages.some((outage) => strikes(outage, first.atMs, again.atMs));
}

function answerWasLost({ operation, status, fault, atMs }: Entry, again: Entry): boolean {
  if (status === undefined || status < 200 || status > 299) return true;
  if (fault === undefined) return false;
  const patienceMs = operation === 'webhook' ? PATIENCE_MS.webhook : PATIENCE_MS.source;
  return BREAKING.has(fault) || (DELAYING.has(fault) && again.atMs - atMs >= patienceMs);
}

/** Whether nobody can tell from the answer if the request was carried out. A 503 says that it was not. */
export function leavesOpen({ status, fault }: Entry): boolean {
  return status === undefined || (status >= 500 && status !== 503) || BREAKING.has(fault ?? '');
}

export function strikes({ fromMs, untilMs }: Outage, sinceMs: number, toMs: number): boolean {
  return fromMs <= toMs && untilMs >= sinceMs;
}
