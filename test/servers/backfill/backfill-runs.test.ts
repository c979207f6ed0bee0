import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { PollAnswer } from '../../../src/activities/aggregate/query/poll-result.js';
import { runKeyOf } from '../../../src/contract/values/ids.js';
import { AGGREGATE_WORKFLOW } from '../../../src/contract/values/names.js';
import { CXONE_ORG, JOURNEY_WINDOW_START } from '../../../src/contract/search-attributes.js';
import { BACKFILL, backfillFakes, gate, type BackfillFakes } from '../../support/workflow/backfill-fakes.js';
import { DATASET } from '../../support/workflow/fake-activities.js';
import { until } from '../../support/until.js';
import {
  createRig,
  firstRunId,
  type BackfillHandle,
  type Rig,
  type RigSession,
} from '../../support/workflow/workflow-rig.js';

const HOUR: PollAnswer = { state: 'later', reason: 'rate limited', retryAfterMs: 3_600_000 };
const COMPLETE: PollAnswer = { state: 'complete', dataset: DATASET };
const FIRST = 'journey-acme-20250301T0000Z-20250302T0000Z';

const keyOf = (handle: BackfillHandle): string =>
  runKeyOf({ workflowId: handle.workflowId, firstExecutionRunId: firstRunId(handle) }).slice(0, 8);

describe('the runs of a backfill', { concurrency: true }, () => {
  let rig: Rig;
  before(async () => {
    rig = await createRig('dev');
  });
  after(() => rig.stop());

  /** The first run waits for the source until a person ends it; the others go well. */
  async function endedFromOutside(
    end: (run: ReturnType<RigSession['env']['client']['workflow']['getHandle']>) => Promise<unknown>,
  ) {
    const fake: BackfillFakes = backfillFakes(undefined, {
      pollResult: ({ take: { runKey } }) => Promise.resolve(runKey === firstKey() ? HOUR : COMPLETE),
    });
    const firstKey = (): string | undefined => {
      const first = fake.calls.planRun.find(({ identity }) => identity.workflowId.startsWith(FIRST));
      return first && runKeyOf(first.identity);
    };
    return rig.run(fake.activities, async ({ backfill, env }) => {
      const handle = await backfill(BACKFILL);
      await until(
        'the first to wait',
        () => fake.calls.pollResult.some(({ take }) => take.runKey === firstKey()),
        Boolean,
      );
      await end(env.client.workflow.getHandle(`${FIRST}-${keyOf(handle)}`));
      return handle.result();
    });
  }

  it('are named, prioritised and shown from the start, which costs them no upsert', async () => {
    const held = gate();
    const fake = backfillFakes(held.pass);
    const before = rig.recorded.length;
    const handle = await rig.run(fake.activities, async ({ backfill, env }) => {
      const started = await backfill({ ...BACKFILL, to: '2025-03-02' }, { memo: { requester: 'ann' } });
      await until(
        'the run',
        () => fake.begun.length,
        (begun) => begun === 1,
      );
      const run = await env.client.workflow.getHandle(`${FIRST}-${keyOf(started)}`).describe();
      assert.equal(run.type, AGGREGATE_WORKFLOW);
      assert.equal(run.typedSearchAttributes.get(CXONE_ORG), 'acme');
      assert.equal(run.typedSearchAttributes.get(JOURNEY_WINDOW_START)?.toISOString(), '2025-03-01T00:00:00.000Z');
      assert.equal(run.priority?.priorityKey, 5);
      assert.equal(run.memo?.['requester'], `backfill ${started.workflowId} for ann`);
      assert.equal(await run.staticSummary(), 'acme: 2025-03-01T00:00:00Z..2025-03-02T00:00:00Z');
      held.open();
      await started.result();
      return started;
    });
    const run = rig.recorded.slice(before).find(({ workflowId }) => workflowId === `${FIRST}-${keyOf(handle)}`);
    const upserts = run?.events.filter(({ eventType }) => eventType.endsWith('UPSERT_WORKFLOW_SEARCH_ATTRIBUTES'));
    assert.equal(upserts?.length, 1, 'the outcome alone');
  });

  it('that somebody terminates are a line of the table: RunTerminated', async () => {
    const { failures, slices } = await endedFromOutside((run) => run.terminate('by a person'));
    assert.deepEqual(
      failures.map(({ type, from }) => [type, from]),
      [['RunTerminated', '2025-03-01T00:00:00Z']],
    );
    assert.deepEqual([slices.failed, slices.completed], [1, 2]);
  });

  it('that somebody cancels are a line of the table, and not the end of the backfill: RunCancelled', async () => {
    const { failures, slices } = await endedFromOutside((run) => run.cancel());
    assert.deepEqual(
      failures.map(({ type, from }) => [type, from]),
      [['RunCancelled', '2025-03-01T00:00:00Z']],
    );
    assert.deepEqual([slices.failed, slices.completed], [1, 2]);
  });

  it('that cannot be started, because their id is taken, are a line of the table', async () => {
    const fake = backfillFakes(undefined, { pollResult: () => Promise.resolve(HOUR) });
    await rig.run(fake.activities, async ({ backfill, start, withoutWorker }) => {
      let taken = '';
      const handle = await withoutWorker(async () => {
        const started = await backfill({ ...BACKFILL, to: '2025-03-02' });
        taken = `${FIRST}-${keyOf(started)}`;
        await start(undefined, { workflowId: taken });
        return started;
      });
      const { outcome, failures } = await handle.result();
      assert.equal(outcome, 'incomplete');
      assert.deepEqual(
        failures.map(({ workflowId, type }) => [workflowId, type]),
        [[taken, 'Unexpected']],
      );
      assert.match(failures[0]?.message ?? '', /is active/);
    });
    assert.ok(fake.begun.length <= 1, 'only the run of somebody else');
  });
});
