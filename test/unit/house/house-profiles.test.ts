import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { msToNumber } from '@temporalio/common/lib/time.js';
import type { ActivityOptions } from '@temporalio/workflow';
import * as profiles from '../../../src/workflows/profiles.js';

const HOUR_MS = 3_600_000;
/** A `Retry-After` is honoured up to this; a total bound below it would end the activity at once. */
const LONGEST_RETRY_AFTER_MS = HOUR_MS;

// A run that ends does not wait for its query to be aborted as long as a source may wish.
const { askingProfile, ABORT, ...constant } = profiles;
const PROFILES: Readonly<Record<string, ActivityOptions>> = {
  ...constant,
  ABORT,
  'askingProfile, 6 h left': askingProfile(6 * HOUR_MS),
  'askingProfile, nothing left': askingProfile(0),
};

function ms(
  profile: ActivityOptions,
  bound: 'startToCloseTimeout' | 'scheduleToCloseTimeout' | 'heartbeatTimeout',
): number {
  const value = profile[bound];
  assert.ok(value !== undefined, `${bound} is missing`);
  return msToNumber(value);
}

suite('activity profiles', () => {
  for (const [name, profile] of Object.entries(PROFILES)) {
    test(`${name} bounds one attempt and all of them`, () => {
      const attempt = ms(profile, 'startToCloseTimeout');
      assert.ok(attempt > 0 && Number.isFinite(attempt));
      assert.ok(ms(profile, 'scheduleToCloseTimeout') > 0);
    });

    test(`${name} notices a dead worker in 20 s`, () => {
      assert.equal(ms(profile, 'heartbeatTimeout'), 20_000);
    });

    test(`${name} is bounded by time, never by a number of attempts`, () => {
      // A crash counts as an attempt; and 0 throws inside the workflow.
      assert.equal(profile.retry?.maximumAttempts, undefined);
      assert.equal(profile.retry?.nonRetryableErrorTypes, undefined, 'activities/failures.ts decides what is retried');
    });
  }

  for (const [name, profile] of Object.entries(constant)) {
    test(`${name} outlasts its own attempts and the longest Retry-After`, () => {
      const total = ms(profile, 'scheduleToCloseTimeout');
      assert.ok(total >= LONGEST_RETRY_AFTER_MS);
      assert.ok(total >= ms(profile, 'startToCloseTimeout'));
    });
  }

  // Here the run's own deadline is the bound: a Retry-After beyond it could not be waited for anyway.
  test('a poll is retried for as long as the run may wait', () => {
    assert.equal(ms(askingProfile(6 * HOUR_MS), 'scheduleToCloseTimeout'), 6 * HOUR_MS);
    assert.equal(ms(askingProfile(0), 'scheduleToCloseTimeout'), ms(askingProfile(-HOUR_MS), 'scheduleToCloseTimeout'));
  });
});
