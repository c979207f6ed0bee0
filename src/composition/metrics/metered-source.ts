import { AdapterError } from '../../contract/adapter-error.js';
import type { Later, Meter } from '../../ports/index.js';
import type { OpenSource } from '../sources.js';

type Operation = 'token' | 'submit' | 'read' | 'abort';

/** Counts the calls of a source, and what came of each. */
export function meteredSource(
  source: OpenSource,
  { meter, ...place }: { readonly meter: Meter; readonly org: string; readonly source: string },
): OpenSource {
  const abort = source.abort?.bind(source);
  const counted = async <T>(operation: Operation, call: Promise<T>, outcomeOf: (answer: T) => string): Promise<T> => {
    const count = (outcome: string): void => {
      meter.record('journey_metrics_source_calls', 1, { ...place, operation, outcome });
    };
    try {
      const answer = await call;
      count(outcomeOf(answer));
      return answer;
    } catch (error) {
      count(failureOf(error));
      throw error;
    }
  };
  return {
    ...source,
    token: (signal) => counted('token', source.token(signal), () => 'answered'),
    submit: (job, signal) => counted('submit', source.submit(job, signal), stateOf),
    read: (at, signal) => counted('read', source.read(at, signal), stateOf),
    ...(abort && { abort: (job, signal) => counted('abort', abort(job, signal), () => 'answered') }),
  };
}

function stateOf(answer: { readonly state: string } | Later): string {
  return answer.state === 'later' && 'reason' in answer ? answer.reason : answer.state;
}

function failureOf(error: unknown): string {
  if (error instanceof AdapterError) return error.failureType;
  return error instanceof Error && error.name === 'AbortError' ? 'cancelled' : 'Unexpected';
}
