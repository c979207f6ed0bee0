import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Activities } from '../../../src/activities/index.js';
import type { PollAnswer } from '../../../src/activities/aggregate/query/poll-result.js';
import type { SubmitAnswer } from '../../../src/activities/aggregate/query/submit-query.js';
import type { SyncAnswer } from '../../../src/activities/aggregate/sync-webhook.js';
import type { Progress } from '../../../src/contract/result/progress.js';
import { DATASET, fakeActivities } from '../../support/workflow/fake-activities.js';
import { recordedHistory } from '../../support/workflow/history-chain.js';
import { inTurn } from '../../support/gateway/in-turn.js';
import { until } from '../../support/until.js';
import { createRig, type Rig } from '../../support/workflow/workflow-rig.js';

const HOUR_MS = 3_600_000;
const HOUR = { state: 'later', reason: 'rate limited', retryAfterMs: HOUR_MS } as const;
const PARTS = { revision: 1, parts: 1, signed: true } as const;
const SUBMITTED = {
  state: 'submitted',
  ticket: '/results/1',
  queryId: null,
  submittedAt: '2026-11-01T00:00:00Z',
} as const;

/** The step that is told to come back in an hour, and then succeeds; and what the run says of it. */
const CASES: readonly [keyof Activities, Partial<Activities>, string][] = [
  ['submitQuery', { submitQuery: inTurn<SubmitAnswer>(HOUR, SUBMITTED) }, 'rate limited'],
  ['pollResult', { pollResult: inTurn<PollAnswer>(HOUR, { state: 'complete', dataset: DATASET }) }, 'rate limited'],
  [
    'syncWebhook',
    {
      syncWebhook: inTurn<SyncAnswer>(
        { ...PARTS, state: 'failed', part: 0, delivered: 0, reason: '429', permanent: false, retryAfterMs: HOUR_MS },
        { ...PARTS, state: 'delivered', delivered: 1 },
      ),
    },
    'receiver: 429',
  ],
];

describe('an hour of Retry-After', () => {
  let rig: Rig;
  before(async () => {
    rig = await createRig('time-skipping');
  });
  after(() => rig.stop());

  for (const [step, activities, waitingFor] of CASES) {
    it(`in ${step} is a timer: it holds no worker, and outlives the one that was there`, async () => {
      const fake = fakeActivities(activities);
      // Without a cache there is no sticky queue of the worker that is gone, which this server would wait for.
      const oneSlot = { maxConcurrentActivityTaskExecutions: 1, maxCachedWorkflows: 0 };
      const test: Parameters<typeof rig.run>[1] = async ({ env, start, withoutWorker }) => {
        const run = await start();
        const progress = await until(
          'the hour to begin',
          () => run.query<Progress>('progress'),
          (now) => now.waitingFor === waitingFor,
        );
        assert.ok(Date.parse(progress.nextAt ?? '') - (await env.currentTimeMs()) > HOUR_MS - 60_000, progress.nextAt);

        const { runId, raw } = await run.describe();
        assert.deepEqual(raw.pendingActivities, []);
        const { events } = await recordedHistory(env.client, run.workflowId, runId);
        const timers = events.flatMap(({ timerStartedEventAttributes: timer }) => timer?.startToFireTimeout ?? []);
        assert.equal(timers.at(-1), '3600s');

        // The fakes have given their bad answer: this run goes through. The worker has one slot, and it is free.
        const other = await start();
        // Not by its result: who waits for that lets the server skip time, and it would not stop at the other's end.
        await until(
          'the other run to end',
          () => other.describe(),
          ({ status }) => status.name === 'COMPLETED',
        );
        await withoutWorker(() => env.sleep('30 minutes'));
        assert.equal((await run.query<Progress>('progress')).waitingFor, waitingFor);
        const { outcome, latencyMs } = await run.result();
        assert.equal(outcome, 'completed');
        assert.ok(latencyMs >= HOUR_MS && latencyMs < HOUR_MS + 60_000, `${latencyMs} ms`);
      };
      await rig.run(fake.activities, test, oneSlot);
      assert.equal(fake.calls[step].length, 3, 'two of the run that waited, one of the other');
    });
  }
});
