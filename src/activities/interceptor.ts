import { Context } from '@temporalio/activity';
import { CancelledFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { toFailure } from './failures.js';

/** A quarter of the 20 s heartbeat timeout: the SDK passes on at most one in 16 s, and cancellation arrives with it. */
const HEARTBEAT_EVERY_MS = 5_000;

const progressOf = new WeakMap<Context, unknown>();

/** What the next heartbeats of this activity carry: small, for people who watch (`{ pages, rows }`). */
export function reportProgress(details: Readonly<Record<string, number>>): void {
  progressOf.set(Context.current(), details);
}

/** Something that an operator must see in the worker's log. */
export function warnOf(message: string, facts: Readonly<Record<string, string | number>>): void {
  Context.current().log.warn(message, facts);
}

/** The signal of the running activity: aborts on cancellation and when the worker must go. */
export function cancellation(): AbortSignal {
  return Context.current().cancellationSignal;
}

/**
 * Around every activity: heartbeats while it runs, and one mapping of errors to failures.
 * @param scrub takes secrets out of a text
 */
export function activityInterceptor(options: {
  readonly random: () => number;
  readonly scrub: (text: string) => string;
}): ActivityInterceptorsFactory {
  return (context) => ({
    inbound: {
      async execute(input, next) {
        const beat = setInterval(() => {
          context.heartbeat(progressOf.get(context));
        }, HEARTBEAT_EVERY_MS);
        try {
          return await next(input);
        } catch (error) {
          const mapped = toFailure(error, {
            attempt: context.info.attempt,
            signal: context.cancellationSignal,
            ...options,
          });
          if (!(mapped instanceof CancelledFailure)) {
            context.log.warn('activity attempt failed', {
              error: options.scrub(describe(error)),
              attempt: context.info.attempt,
            });
          }
          throw mapped;
        } finally {
          clearInterval(beat);
        }
      },
    },
  });
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
