import { isCancellation, type ActivityOptions, type ApplicationFailure } from '@temporalio/workflow';
import { fail, typedFailure } from '../typed-failure.js';
import { askingProfile } from '../profiles.js';

/** The instant at which a run stops to wait for its result, whatever the answers were. */
export interface Deadline {
  readonly remainingMs: number;
  /** Asks the source, retried for no longer than the run may wait. */
  ask<T>(work: (profile: ActivityOptions) => Promise<T>): Promise<T>;
  /** What ends the run; `last` is the latest that is known, in a few words. */
  exceeded(last: string): ApplicationFailure;
  /** Throws when it is too late to submit: the result would be nobody's. */
  refuseSubmission(last: string): void;
}

export interface Waiting {
  /** Moves on while the first turn to submit is waited for. */
  readonly instantMs: () => number;
  /** Polls so far, for the message. */
  readonly polls: () => number;
  /** Whether the query was last seen running: then a shorter window may help. */
  readonly seenRunning: () => boolean;
}

export function deadlineAt({ instantMs, polls, seenRunning }: Waiting): Deadline {
  const exceeded = (last: string): ApplicationFailure => {
    const message = `no result within the deadline after ${polls()} polls; ${last}`;
    return fail('QueryDeadlineExceeded', message, { seenRunning: seenRunning() });
  };
  const remainingMs = (): number => instantMs() - Date.now();
  return {
    get remainingMs() {
      return remainingMs();
    },
    exceeded,
    async ask(work) {
      try {
        return await work(askingProfile(remainingMs()));
      } catch (error) {
        const silent = !isCancellation(error) && typedFailure(error).type === 'ActivityTimedOut';
        // What never got an answer says nothing of its own: then it is the deadline that ended the run.
        throw silent && remainingMs() <= 0 ? exceeded('the last request got no answer') : error;
      }
    },
    refuseSubmission(last) {
      if (remainingMs() <= 0) throw exceeded(last);
    },
  };
}
