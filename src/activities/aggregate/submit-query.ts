import { AdapterError } from '../../contract/adapter-error.js';
import { effectIdOf } from '../../contract/ids.js';
import type { SourceQuery } from '../../contract/request/request.js';
import { failure } from '../failures.js';
import { cancellation } from '../interceptor.js';
import type { Ambient, Later, QuerySource, Submissions, SubmittedQuery } from '../../ports/index.js';

export interface SubmitQueryInput {
  readonly runKey: string;
  readonly org: string;
  readonly query: SourceQuery;
  /** 1; 2 and 3 where the query before it is gone. */
  readonly generation: number;
}

export type SubmitAnswer = ({ readonly state: 'submitted' } & SubmittedQuery) | Later;

const FIRST_RESEND_MS = 2_000;

/**
 * Submits the query once per generation, as far as that can be known: the record is written ahead, the request carries
 * an `Idempotency-Key`, and every submission that may have been accepted unseen is on record.
 */
export function submitQuery(deps: { source: QuerySource; submissions: Submissions; ambient: Ambient }) {
  const now = (): string => new Date(deps.ambient.now()).toISOString();
  return async ({ runKey, org, query, generation }: SubmitQueryInput): Promise<SubmitAnswer> => {
    const signal = cancellation();
    const key = { runKey, generation };
    const idempotencyKey = effectIdOf(runKey, 'submit', generation);
    const start = await deps.submissions.begin({ ...key, idempotencyKey }, now(), signal);
    if (start.state === 'submitted') return start;
    if (start.state === 'ambiguous') {
      const suspected = start.suspectedOrphans;
      throw failure('SubmissionAmbiguous', `${suspected} submissions may have been accepted; no more are sent`, {
        facts: { suspectedOrphans: suspected },
      });
    }
    try {
      const reply = await deps.source.submit({ org, query, idempotencyKey }, signal);
      if (reply.state === 'later') {
        await deps.submissions.settle(key, { state: 'refused' }, signal);
        return reply;
      }
      const { location, queryId } = reply;
      const submitted = { state: 'submitted', location, queryId, submittedAt: now() } as const;
      await deps.submissions.settle(key, submitted, signal);
      return submitted;
    } catch (error) {
      if (!(error instanceof AdapterError)) throw error;
      const { operation, effect } = error.details;
      // Without a token nothing is sent; left pending, it would be taken for a crash in mid-flight when it is tried again.
      if (operation !== 'submit' && operation !== 'token') throw error;
      const state = operation === 'submit' && effect === 'unknown' ? 'unknown' : 'refused';
      await deps.submissions.settle(key, { state }, signal);
      if (error.failureType !== 'UpstreamUnavailable' || state === 'refused') throw error;
      return {
        state: 'later',
        reason: 'submission unknown',
        retryAfterMs: FIRST_RESEND_MS * 2 ** start.suspectedOrphans,
      };
    }
  };
}
