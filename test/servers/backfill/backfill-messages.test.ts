import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { BackfillProgress } from '../../../src/contract/result/backfill-result.js';
import { PAUSE_SIGNAL, PROGRESS_QUERY, RESUME_SIGNAL, SET_WIDTH_UPDATE } from '../../../src/contract/values/names.js';
import { BACKFILL, backfillFakes, days, gate } from '../../support/workflow/backfill-fakes.js';
import { until } from '../../support/until.js';
import { createRig, type BackfillHandle, type Rig } from '../../support/workflow/workflow-rig.js';

const progressOf = (handle: BackfillHandle): Promise<BackfillProgress> =>
  handle.query<BackfillProgress>(PROGRESS_QUERY);

const progressWith = (
  handle: BackfillHandle,
  what: string,
  good: (progress: BackfillProgress) => boolean,
): Promise<BackfillProgress> => until(what, () => progressOf(handle), good);

const setWidth = (handle: BackfillHandle, width: unknown): Promise<unknown> =>
  handle.executeUpdate<unknown, [unknown]>(SET_WIDTH_UPDATE, { args: [width] });

describe('messages to a backfill', { concurrency: true }, () => {
  let rig: Rig;
  before(async () => {
    rig = await createRig('dev');
  });
  after(() => rig.stop());

  it('pause: what runs goes on, and nothing is begun until resume', async () => {
    const held = gate();
    const fake = backfillFakes(held.pass);
    const slices = days('2025-03-01', 4);
    await rig.run(fake.activities, async ({ backfill }) => {
      const handle = await backfill({ ...BACKFILL, to: '2025-03-05', width: 2 });
      await until(
        'two to begin',
        () => fake.begun.length,
        (begun) => begun === 2,
      );
      await handle.signal(PAUSE_SIGNAL);
      const paused = await progressWith(handle, 'the pause', ({ phase }) => phase === 'paused');
      assert.deepEqual(paused.running, slices.slice(0, 2));
      held.open();
      const idle = await progressWith(handle, 'both to end', ({ running }) => running.length === 0);
      assert.deepEqual([idle.phase, idle.slices.completed, idle.slices.waiting], ['paused', 2, 2]);
      assert.equal(fake.begun.length, 2);
      await handle.signal(RESUME_SIGNAL);
      assert.equal((await handle.result()).slices.completed, 4);
    });
    assert.deepEqual(
      fake.begun.toSorted((one, other) => one.from.localeCompare(other.from)),
      slices,
    );
  });

  it('setWidth: more begin at once, and with fewer the next wait until enough have ended', async () => {
    const held = gate();
    const fake = backfillFakes(held.pass);
    const slices = days('2025-03-01', 6);
    await rig.run(fake.activities, async ({ backfill }) => {
      const handle = await backfill({ ...BACKFILL, to: '2025-03-07', width: 1 });
      await until(
        'one to begin',
        () => fake.begun.length,
        (begun) => begun === 1,
      );
      assert.equal(await setWidth(handle, 4), 4);
      await until(
        'four to begin',
        () => fake.begun.length,
        (begun) => begun === 4,
      );
      assert.equal(await setWidth(handle, 2), 2);
      assert.equal((await progressOf(handle)).running.length, 4, 'what runs is left alone');
      for (const { from } of slices.slice(0, 2)) held.open(from);
      const two = await progressWith(handle, 'two to end', ({ slices: { completed } }) => completed === 2);
      assert.deepEqual([two.width, two.running.length, two.slices.waiting], [2, 2, 2]);
      held.open(slices[2]?.from);
      await until(
        'the fifth to begin',
        () => fake.begun.length,
        (begun) => begun === 5,
      );
      assert.ok((await progressOf(handle)).running.length <= 2);
      held.open();
      assert.equal((await handle.result()).slices.completed, 6);
    });
    assert.equal(fake.most(), 4);
  });

  it('setWidth refuses what is no whole number from 1 to 20, and changes nothing', async () => {
    const held = gate();
    await rig.run(backfillFakes(held.pass).activities, async ({ backfill }) => {
      const handle = await backfill({ ...BACKFILL, width: 2 });
      await progressWith(handle, 'two to begin', ({ running }) => running.length === 2);
      for (const width of [0, 21, 1.5, -1, '3', null]) {
        const error: unknown = await setWidth(handle, width).catch((reason: unknown) => reason);
        assert.ok(error instanceof WorkflowUpdateFailedError, String(error));
        assert.ok(error.cause instanceof ApplicationFailure);
        assert.equal(error.cause.type, 'InvalidRequest');
        assert.match(error.cause.message, /from 1 to 20/);
      }
      assert.equal((await progressOf(handle)).width, 2);
      held.open();
      await handle.result();
    });
  });

  it('progress says what is planned and what runs, and the Temporal UI shows it', async () => {
    const held = gate();
    await rig.run(backfillFakes(held.pass).activities, async ({ backfill }) => {
      const handle = await backfill(BACKFILL);
      const progress = await progressWith(handle, 'all to begin', ({ running }) => running.length === 3);
      assert.deepEqual(progress, {
        phase: 'running',
        width: 3,
        slices: { total: 3, completed: 0, unchanged: 0, undelivered: 0, failed: 0, running: 3, waiting: 0, halved: 0 },
        rows: { returned: 0, delivered: 0, sent: 0 },
        findings: { withWarnings: 0, withoutRows: 0, missing: 0 },
        timeZone: 'UTC',
        range: { from: '2025-03-01T00:00:00Z', to: '2025-03-04T00:00:00Z' },
        running: days('2025-03-01', 3),
        failures: 0,
      } satisfies BackfillProgress);
      const metadata = await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
      assert.match(metadata.currentDetails ?? '', /\*\*running\*\*: 2025-03-01T00:00:00Z to 2025-03-04T00:00:00Z, UTC/);
      assert.match(metadata.currentDetails ?? '', /\| 3 of 3 \|/);
      held.open();
      await handle.result();
    });
  });
});
