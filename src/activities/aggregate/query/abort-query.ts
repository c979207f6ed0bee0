import type { Directory, Gate, Submissions } from '../../../ports/index.js';
import { cancellation } from '../../interceptor.js';
import { sourceAt, type SourcePlace } from '../places.js';
import { turnOf } from './take-turn.js';

export interface AbortQueryInput extends SourcePlace {
  readonly runKey: string;
  readonly generation: number;
  /** Absent where the run ended while it submitted: then the record may know it. */
  readonly ticket?: string;
}

/** Ends a query upstream that nobody waits for any more, where the source can, and gives its turn back. Repeatable. */
export function abortQuery(deps: { directory: Directory; gate: Gate; submissions: Submissions }) {
  return async (input: AbortQueryInput): Promise<void> => {
    const signal = cancellation();
    const { org, source: name, runKey, generation } = input;
    if (!deps.directory.orgs.includes(org))
      return deps.gate.end({ org, source: name, runKey, generation }, false, signal);
    const source = sourceAt(deps.directory, input);
    const ticket = input.ticket ?? (await deps.submissions.find(input, signal))?.ticket;
    if (ticket !== undefined) await source.abort?.({ ticket }, signal);
    const turn = turnOf(deps, input);
    const ended = turn?.isUpstream === false || (source.abort !== undefined && ticket !== undefined);
    await turn?.end(ended, signal);
  };
}
