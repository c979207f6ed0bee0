import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { ApplicationFailure } from '@temporalio/common';
import { requireOrganisation, sourceAt } from '../../../src/activities/aggregate/places.js';
import { aDirectory } from '../../support/sources/directory.js';

const MINUTE_MS = 60_000;
const place = { org: 'globex', source: 'analytics' };
const changing = { ...aDirectory(), canChange: true };

async function failureAfter(ms: number, work: () => unknown): Promise<ApplicationFailure> {
  const environment = new MockActivityEnvironment({ scheduledTimestampMs: 0, currentAttemptScheduledTimestampMs: ms });
  // Whatever an activity throws is an ApplicationFailure.
  return environment
    .run(() => Promise.resolve().then(work))
    .then(
      () => assert.fail('it must fail'),
      (error: unknown) => error as ApplicationFailure,
    );
}

describe('an organisation that this worker does not know', () => {
  it('is waited for 2 minutes where a run begins, and 10 in an open run', async () => {
    const cases: [() => unknown, number][] = [
      [
        () => {
          requireOrganisation(changing, 'globex');
        },
        2,
      ],
      [() => sourceAt(changing, place), 10],
    ];
    for (const [work, minutes] of cases) {
      const early = await failureAfter(minutes * MINUTE_MS - 5_000, work);
      assert.deepEqual([early.type, early.nonRetryable], ['OrganisationRemoved', false]);
      const late = await failureAfter(minutes * MINUTE_MS, work);
      assert.deepEqual([late.type, late.nonRetryable], ['OrganisationRemoved', true]);
    }
  });

  it('is refused at once where no file could bring it', async () => {
    const failure = await failureAfter(0, () => sourceAt(aDirectory(), place));
    assert.deepEqual([failure.type, failure.nonRetryable], ['Unauthorized', true]);
    requireOrganisation(aDirectory(), 'globex');
  });

  it('is waited for no longer when its file brings it', () => {
    requireOrganisation({ ...aDirectory({ orgs: ['acme', 'globex'] }), canChange: true }, 'globex');
  });
});
