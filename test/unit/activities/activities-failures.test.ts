import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import fc from 'fast-check';
import { toFailure, type FailureContext } from '../../../src/activities/failures.js';
import { CxoneError } from '../../../src/sources/http/errors.js';
import { createScrubber } from '../../../src/observability/log.js';

const { scrub } = createScrubber(['s3cret&canary']);

function context(change: Partial<FailureContext> = {}): FailureContext {
  return { attempt: 1, signal: new AbortController().signal, random: () => 0.5, scrub, ...change };
}

function failureOf(error: unknown, change: Partial<FailureContext> = {}): ApplicationFailure {
  const failure = toFailure(error, context(change));
  assert.ok(failure instanceof ApplicationFailure, String(failure));
  return failure;
}

const unavailable = (retryAfterMs?: number): CxoneError =>
  new CxoneError('UpstreamUnavailable', 'away', {
    operation: 'poll',
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });

describe('toFailure', () => {
  it('never retries what the table calls permanent, and retries what it calls transient', () => {
    const rejected = failureOf(new CxoneError('QueryRejected', 'unknown metric', { operation: 'submit', status: 400 }));
    assert.deepEqual(
      [rejected.type, rejected.nonRetryable, rejected.nextRetryDelay],
      ['QueryRejected', true, undefined],
    );
    assert.equal(failureOf(unavailable()).nonRetryable, false);
  });

  it('waits as long as the source asks for', () => {
    assert.equal(failureOf(unavailable(3_600_000)).nextRetryDelay, 3_600_000);
  });

  it('else draws a wait between a second and a minute, wider with every attempt', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempt, chance) => {
          const wait = Number(failureOf(unavailable(), { attempt, random: () => chance }).nextRetryDelay);
          const ceiling = Math.min(60_000, 1_000 * 2 ** attempt);
          assert.ok(wait >= 1_000 && wait <= ceiling, `${wait} of ${ceiling}`);
        },
      ),
    );
  });

  it('lets no secret, stack, cause or unknown message into history', () => {
    const error = new TypeError('fetch of https://user:s3cret&canary@host failed', {
      cause: new Error('Bearer abcdefghijk'),
    });
    const failure = failureOf(error);
    assert.deepEqual([failure.type, failure.stack, failure.cause], ['Unexpected', '', undefined]);
    assert.equal(failure.message, 'an unexpected TypeError: see the worker log');
    const echoed = failureOf(
      new CxoneError('QueryRejected', 'no such thing: s3cret&canary', {
        operation: 'submit',
        facts: { said: 's3cret&canary' },
      }),
    );
    assert.doesNotMatch(JSON.stringify([echoed.message, echoed.details]), /s3cret/);
  });

  it('rethrows a cancellation as one, and an aborted step as a cancellation', () => {
    const cancelled = new CancelledFailure('cancelled');
    assert.equal(toFailure(cancelled, context()), cancelled);
    const controller = new AbortController();
    controller.abort();
    assert.ok(toFailure(controller.signal.reason, context({ signal: controller.signal })) instanceof CancelledFailure);
  });
});
