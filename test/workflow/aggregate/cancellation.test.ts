import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Context } from '@temporalio/activity';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { Activities } from '../../../src/activities/index.js';
import type { PollAnswer } from '../../../src/activities/aggregate/query/poll-result.js';
import type { SyncAnswer } from '../../../src/activities/aggregate/sync-webhook.js';
import type { Progress } from '../../../src/contract/result/progress.js';
import { fakeActivities, PLAN, type FakeActivities } from '../../support/workflow/fake-activities.js';
import { recordedHistory } from '../../support/workflow/history-chain.js';
import { inTurn } from '../../support/gateway/in-turn.js';
import { until } from '../../support/until.js';
import { createRig, type Rig } from '../../support/workflow/workflow-rig.js';

const HOUR_MS = 3_600_000;
const CANCELLED = 'EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED';
const MORE: PollAnswer = { state: 'more', pages: 1, rows: 35 };
const PARTS = { revision: 1, parts: 1, delivered: 0, signed: true } as const;
const STEPS = ['planRun', 'fetchToken', 'submitQuery', 'pollResult', 'transform', 'syncWebhook'] as const;

/** Hangs until it is cancelled, and says when it has begun. */
function hanging(): { begun: Promise<void>; activity: () => Promise<never> } {
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const activity = async (): Promise<never> => {
    const beat = setInterval(() => {
      Context.current().heartbeat();
    }, 100);
    begin();
    try {
      return await Context.current().cancelled;
    } finally {
      clearInterval(beat);
    }
  };
  return { begun, activity };
}

/** Calls by step: what a cancellation must not add to. */
const callsOf = ({ calls }: FakeActivities): number[] => STEPS.map((step) => calls[step].length);

/** Waits of the workflow's own, and what the run says in each. */
const WAITS: readonly [string, Partial<Activities>, string][] = [
  [
    'for the window to settle',
    {
      planRun: () => Promise.resolve({ ...PLAN, settleUntil: new Date(Date.now() + HOUR_MS).toISOString() }),
    },
    'late data',
  ],
  [
    'to submit again',
    { submitQuery: inTurn({ state: 'later', reason: 'rate limited', retryAfterMs: HOUR_MS } as const) },
    'rate limited',
  ],
  [
    'for the source',
    { pollResult: inTurn<PollAnswer>({ state: 'later', reason: 'running', retryAfterMs: HOUR_MS }) },
    'running',
  ],
  [
    'for a further page',
    { pollResult: inTurn<PollAnswer>(MORE, { state: 'later', reason: 'unavailable', retryAfterMs: HOUR_MS }) },
    'unavailable',
  ],
  [
    'for the receiver',
    {
      syncWebhook: inTurn<SyncAnswer>({
        ...PARTS,
        state: 'failed',
        part: 0,
        reason: '503',
        permanent: false,
        retryAfterMs: HOUR_MS,
      }),
    },
    'receiver: 503',
  ],
];

describe('a run that is cancelled', { concurrency: 6 }, () => {
  let rig: Rig;
  before(async () => {
    rig = await createRig('dev');
  });
  after(() => rig.stop());

  /** Starts a run, cancels it once it is where the test wants it, and checks how it ends. */
  async function cancelled(fake: FakeActivities, there: (progress: () => Promise<Progress>) => Promise<unknown>) {
    await rig.run(fake.activities, async ({ start }) => {
      const handle = await start();
      await there(() => handle.query<Progress>('progress'));
      const before = callsOf(fake);
      await handle.cancel();
      const error = await handle.result().catch((reason: unknown) => reason);
      assert.ok(error instanceof WorkflowFailedError && error.cause instanceof CancelledFailure, String(error));
      assert.deepEqual(callsOf(fake), before, 'nothing is called after it');
    });
    assert.deepEqual(
      fake.calls.writeAudit.map(({ entry }) => entry.status),
      ['cancelled'],
    );
  }

  for (const step of STEPS) {
    it(`in ${step} stops there, is audited once and ends as cancelled`, async () => {
      const { begun, activity } = hanging();
      await cancelled(fakeActivities({ [step]: activity }), () => begun);
    });
  }

  it('while it fetches further pages stops there, too', async () => {
    const { begun, activity } = hanging();
    const pollResult: Activities['pollResult'] = ({ collect }) => (collect ? activity() : Promise.resolve(MORE));
    await cancelled(fakeActivities({ pollResult }), () => begun);
  });

  for (const step of STEPS) {
    it(`between two attempts of ${step} makes no other one`, async () => {
      const refused = (): never => {
        throw ApplicationFailure.create({ message: 'away', type: 'UpstreamUnavailable', nextRetryDelay: '10 minutes' });
      };
      const fake = fakeActivities({ [step]: refused });
      await cancelled(fake, () =>
        until(
          'the first attempt',
          () => fake.calls[step].length,
          (calls) => calls > 0,
        ),
      );
    });
  }

  for (const [wait, activities, reason] of WAITS) {
    it(`in its wait ${wait} does nothing more, is audited once and ends as cancelled`, async () => {
      await cancelled(fakeActivities(activities), (progress) =>
        until(
          'the wait',
          progress,
          // The wait before the first poll has the same reason as the one after it, and is short.
          ({ waitingFor, polls }) => waitingFor === reason && (activities.pollResult === undefined || polls > 0),
        ),
      );
    });
  }

  it('in its audit is audited once, as what it was', async () => {
    let begin: () => void = () => undefined;
    let end: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const ended = new Promise<void>((resolve) => (end = resolve));
    const writeAudit: Activities['writeAudit'] = async () => {
      begin();
      await ended;
      return { seq: 1, hash: '0'.repeat(64) };
    };
    const fake = fakeActivities({ writeAudit });
    await rig.run(fake.activities, async ({ env, start }) => {
      const handle = await start();
      await begun;
      await handle.cancel();
      const { runId } = await handle.describe();
      const events = await until(
        'the run to hear of it',
        async () =>
          (await recordedHistory(env.client, handle.workflowId, runId)).events.map((event) => event.eventType),
        (types) =>
          types.includes(CANCELLED) &&
          types.lastIndexOf('EVENT_TYPE_WORKFLOW_TASK_COMPLETED') > types.indexOf(CANCELLED),
      );
      end();
      assert.ok(!events.includes('EVENT_TYPE_ACTIVITY_TASK_CANCEL_REQUESTED'));
      assert.equal((await handle.result()).outcome, 'completed');
    });
    assert.deepEqual(
      fake.calls.writeAudit.map(({ entry }) => entry.status),
      ['completed'],
    );
  });

  it('before a worker saw it plans nothing, and is audited once', async () => {
    const fake = fakeActivities();
    await rig.run(fake.activities, async ({ start, withoutWorker }) => {
      const handle = await withoutWorker(async () => {
        const started = await start();
        await started.cancel();
        return started;
      });
      await assert.rejects(handle.result(), WorkflowFailedError);
    });
    assert.deepEqual(callsOf(fake), [0, 0, 0, 0, 0, 0]);
    assert.deepEqual(
      fake.calls.writeAudit.map(({ entry }) => entry.status),
      ['cancelled'],
    );
  });
});
