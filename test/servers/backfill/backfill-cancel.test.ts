import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { WorkflowFailedError } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import type { PollAnswer } from '../../../src/activities/aggregate/query/poll-result.js';
import { PAUSE_SIGNAL, PROGRESS_QUERY } from '../../../src/contract/values/names.js';
import type { BackfillProgress } from '../../../src/contract/result/backfill-result.js';
import type { Activities } from '../../../src/activities/index.js';
import { BACKFILL, backfillFakes, gate, type BackfillFakes } from '../../support/workflow/backfill-fakes.js';
import { until } from '../../support/until.js';
import { createRig, type BackfillHandle, type Rig } from '../../support/workflow/workflow-rig.js';

const HOUR: PollAnswer = { state: 'later', reason: 'rate limited', retryAfterMs: 3_600_000 };
const waitingSource: Partial<Activities> = { pollResult: () => Promise.resolve(HOUR) };

async function assertCancelled(handle: BackfillHandle): Promise<void> {
  const error: unknown = await handle.result().catch((reason: unknown) => reason);
  assert.ok(error instanceof WorkflowFailedError && error.cause instanceof CancelledFailure, String(error));
}

const statusesOf = ({ calls }: BackfillFakes): (string | undefined)[] =>
  calls.writeAudit.map(({ entry }) => entry.status);

describe('a backfill that is cancelled', { concurrency: true }, () => {
  let rig: Rig;
  before(async () => {
    rig = await createRig('dev');
  });
  after(() => rig.stop());

  const polled = (fake: BackfillFakes, times: number): Promise<number> =>
    until(
      'the runs to wait for the source',
      () => fake.calls.pollResult.length,
      (polls) => polls >= times,
    );

  it('cancels its runs, waits until they are audited, and starts nothing new', async () => {
    const fake = backfillFakes(undefined, waitingSource);
    let auditsAtEnd = 0;
    let slices: BackfillProgress['slices'] | undefined;
    await rig.run(fake.activities, async ({ backfill }) => {
      const handle = await backfill({ ...BACKFILL, to: '2025-03-06', width: 2 });
      await polled(fake, 2);
      await handle.cancel();
      await assertCancelled(handle);
      auditsAtEnd = fake.calls.writeAudit.length;
      ({ slices } = await handle.query<BackfillProgress>(PROGRESS_QUERY));
    });
    assert.deepEqual(statusesOf(fake), ['cancelled', 'cancelled']);
    assert.equal(auditsAtEnd, 2, 'both before the backfill ended');
    assert.deepEqual([slices?.running, slices?.failed], [0, 0], 'what was cancelled with it has not failed');
    assert.equal(fake.begun.length, 2);
  });

  it('keeps what was done: a run that had its rows by then is a delivery like any other', async () => {
    const held = gate();
    const fake = backfillFakes(undefined, {
      syncWebhook: async ({ subject }) => {
        await held.pass({ from: subject.kind === 'content' ? subject.plan.window.from : '', to: '' });
        return { state: 'delivered', revision: 1, parts: 1, delivered: 1, signed: true };
      },
    });
    await rig.run(fake.activities, async ({ backfill }) => {
      const handle = await backfill({ ...BACKFILL, width: 1 });
      await until(
        'the delivery',
        () => fake.calls.syncWebhook.length,
        (calls) => calls === 1,
      );
      await handle.cancel();
      held.open();
      await assertCancelled(handle);
    });
    assert.equal(fake.begun.length, 1);
    assert.deepEqual(statusesOf(fake), ['completed']);
  });

  it('ends while it is paused, and before it is planned', async () => {
    const fake = backfillFakes();
    await rig.run(fake.activities, async ({ backfill, withoutWorker }) => {
      const unplanned = await withoutWorker(async () => {
        const handle = await backfill(BACKFILL);
        await handle.cancel();
        return handle;
      });
      await assertCancelled(unplanned);
      const paused = await withoutWorker(async () => {
        const handle = await backfill(BACKFILL);
        await handle.signal(PAUSE_SIGNAL);
        return handle;
      });
      await until(
        'the plan',
        () => paused.query<BackfillProgress>(PROGRESS_QUERY),
        ({ range }) => range !== undefined,
      );
      await paused.cancel();
      await assertCancelled(paused);
    });
    assert.equal(fake.begun.length, 0);
  });

  it('by termination has its runs cancelled by Temporal, and audited', async () => {
    const fake = backfillFakes(undefined, waitingSource);
    await rig.run(fake.activities, async ({ backfill }) => {
      const handle = await backfill({ ...BACKFILL, width: 2 });
      await polled(fake, 2);
      await handle.terminate('by a person');
      await until(
        'the audit entries',
        () => fake.calls.writeAudit.length,
        (audits) => audits === 2,
      );
    });
    assert.deepEqual(statusesOf(fake), ['cancelled', 'cancelled']);
  });
});
