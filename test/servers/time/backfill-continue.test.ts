import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { WorkflowExecutionDescription, WorkflowFailedError } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import type { BackfillProgress } from '../../../src/contract/result/backfill-result.js';
import type { TimeRange } from '../../../src/contract/request/backfill.js';
import { PAUSE_SIGNAL, PROGRESS_QUERY, RESUME_SIGNAL, SET_WIDTH_UPDATE } from '../../../src/contract/values/names.js';
import type { AggregateRequest } from '../../../src/contract/request/request.js';
import { CXONE_ORG, JOURNEY_WINDOW_START, RUN_OUTCOME } from '../../../src/contract/search-attributes.js';
import { BACKFILL, days, realPlanSlices } from '../../support/workflow/backfill-fakes.js';
import { fakeActivities } from '../../support/workflow/fake-activities.js';
import { argumentsOf, type RecordedHistory } from '../../support/workflow/history-chain.js';
import { until } from '../../support/until.js';
import { createRig, firstRunId, type BackfillHandle, type Rig } from '../../support/workflow/workflow-rig.js';

/** At so many events Temporal suggests to continue as new. */
const SUGGESTED_AT = 4_096;
const PAYLOAD_MOST = 16 * 1_024;
const SLICES_A_PLAN = 150;
/** `npm run test:field` goes through two years. */
const DAYS = Number(process.env['BACKFILL_DAYS'] ?? '331');

interface Done {
  readonly handle: BackfillHandle;
  /** Executions of the backfill. */
  readonly chain: readonly RecordedHistory[];
  /** Windows of its runs, in the order of their starts. */
  readonly windows: readonly TimeRange[];
  readonly plans: number;
}

const payloadBytes = ({ json }: RecordedHistory): number[] =>
  [...json.matchAll(/"data": ?"([^"]*)"/g)].map(([, data = '']) => Buffer.byteLength(data, 'base64'));

function windowOf(run: RecordedHistory): TimeRange {
  const [{ query }] = argumentsOf(run) as [AggregateRequest];
  return { from: query.dateFrom ?? '', to: query.dateTo ?? '' };
}

const byStart = (windows: readonly TimeRange[]): TimeRange[] =>
  windows.toSorted((one, other) => one.from.localeCompare(other.from));

describe('a backfill that continues as new', { concurrency: true }, () => {
  const workflowsPath = fileURLToPath(new URL('../../support/workflow/bare-runs.ts', import.meta.url));
  let bare: Rig;
  let short: Rig;
  before(async () => {
    bare = await createRig('dev', { workflowsPath });
    short = await createRig('dev', {
      workflowsPath,
      ownServers: 'it suggests continue-as-new soon',
      dynamicConfig: ['limit.historyCount.suggestContinueAsNew=60'],
    });
  });
  after(async () => {
    await Promise.all([bare.stop(), short.stop()]);
  });

  const done = async (
    rig: Rig,
    request: object,
    script: (handle: BackfillHandle) => Promise<unknown> = (handle) => handle.result(),
  ): Promise<Done> => {
    const fake = fakeActivities({ planSlices: realPlanSlices });
    const handle = await rig.run(fake.activities, async ({ backfill }) => {
      const started = await backfill({ ...BACKFILL, ...request }, { memo: { requester: 'ann' } });
      await script(started);
      return started;
    });
    const parentOf = ({ events: [first] }: RecordedHistory): string | undefined =>
      first?.workflowExecutionStartedEventAttributes?.parentWorkflowExecution?.workflowId;
    return {
      handle,
      chain: rig.recorded.filter(({ workflowId }) => workflowId === handle.workflowId),
      windows: rig.recorded.filter((history) => parentOf(history) === handle.workflowId).map(windowOf),
      plans: fake.calls.planSlices.length,
    };
  };

  function assertSmall(chain: readonly RecordedHistory[]): void {
    for (const execution of chain) {
      assert.ok(execution.events.length < SUGGESTED_AT, `${execution.events.length} events`);
      assert.ok(Math.max(...payloadBytes(execution)) < PAYLOAD_MOST, `${Math.max(...payloadBytes(execution))} bytes`);
    }
  }

  it('goes through every day, an execution and a plan for 150 of them, and carries no more each time', async () => {
    const to = new Date(Date.parse('2023-01-01') + DAYS * 86_400_000).toISOString().slice(0, 10);
    const { handle, chain, windows, plans } = await done(bare, { from: '2023-01-01', to, width: 20 });
    const { outcome, slices, rows } = await handle.result();
    assert.deepEqual([outcome, slices.total, slices.completed, rows.delivered], ['completed', DAYS, DAYS, DAYS]);
    assert.deepEqual(byStart(windows), days('2023-01-01', DAYS), 'every day once');
    const executions = Math.ceil(DAYS / SLICES_A_PLAN);
    assert.deepEqual([plans, chain.length], [executions, executions]);
    assertSmall(chain);
    const carried = chain.slice(1).map((execution) => JSON.stringify(argumentsOf(execution)).length);
    assert.ok(carried.length > 1 && Math.max(...carried) - Math.min(...carried) < 10, carried.join(', '));
  });

  it('when Temporal suggests it in the middle of a plan: what was not started is planned again, halves travel', async () => {
    const request = { to: '2025-03-21', query: { ...BACKFILL.query, limit: 12 } };
    const { handle, chain, windows, plans } = await done(short, request);
    assert.ok(chain.length > 3, `${chain.length} executions`);
    assert.ok(plans <= chain.length);
    const { outcome, slices, runId } = await handle.result();
    assert.equal(runId, chain[0]?.runId);
    assert.deepEqual([outcome, slices.total, slices.completed, slices.halved], ['completed', 40, 40, 20]);
    assert.equal(windows.length, 60);
    assert.deepEqual(
      byStart(windows).filter(({ from, to }) => Date.parse(to) - Date.parse(from) === 86_400_000),
      days('2025-03-01', 20),
      'every day once',
    );
    assert.equal(new Set(windows.map(({ from, to }) => `${from}${to}`)).size, 60, 'and every half once');
  });

  it('takes along the slices that the request lists', async () => {
    const slices = days('2025-01-01', 30);
    const { handle, chain, windows } = await done(short, { slices });
    const result = await handle.result();
    assert.ok(chain.length > 2, `${chain.length} executions`);
    assert.deepEqual([result.outcome, result.slices.completed], ['completed', 33]);
    assert.deepEqual(byStart(windows), [...slices, ...days('2025-03-01', 3)]);
  });

  it('stays what it was: paused, as wide as it was set, under the names and for whom it was started', async () => {
    const { chain } = await done(short, { to: '2025-03-31' }, async (handle) => {
      await handle.executeUpdate(SET_WIDTH_UPDATE, { args: [5] });
      await handle.signal(PAUSE_SIGNAL);
      // More than this server likes in one history.
      for (let count = 0; count < 60; count += 1) await handle.signal(PAUSE_SIGNAL);
      await anotherExecution(short, handle);
      const { phase, width } = await handle.query<BackfillProgress>(PROGRESS_QUERY);
      assert.deepEqual([phase, width], ['paused', 5]);
      await handle.signal(RESUME_SIGNAL);
      await handle.result();
      const { typedSearchAttributes, memo } = await described(short, handle);
      assert.equal(typedSearchAttributes.get(CXONE_ORG), 'acme');
      assert.equal(typedSearchAttributes.get(JOURNEY_WINDOW_START)?.toISOString(), '2025-03-01T00:00:00.000Z');
      assert.equal(typedSearchAttributes.get(RUN_OUTCOME), 'completed');
      assert.equal(memo?.['requester'], 'ann');
    });
    assert.ok(chain.length > 1);
  });

  it('does not lose a cancellation that comes with the switch', async () => {
    const fake = fakeActivities({ planSlices: realPlanSlices });
    await short.run(fake.activities, async ({ backfill, withoutWorker }) => {
      const handle = await backfill(BACKFILL);
      await handle.signal(PAUSE_SIGNAL);
      await until(
        'the pause',
        () => handle.query<BackfillProgress>(PROGRESS_QUERY),
        ({ phase, running, range }) => phase === 'paused' && running.length === 0 && range !== undefined,
      );
      await withoutWorker(async () => {
        for (let count = 0; count < 60; count += 1) await handle.signal(PAUSE_SIGNAL);
        await handle.cancel();
      });
      await assert.rejects(handle.result(), ({ cause }: WorkflowFailedError) => cause instanceof CancelledFailure);
      assert.equal((await described(short, handle)).runId, firstRunId(handle), 'it ended where it was');
    });
  });

  it('carries no more halves than a payload may hold, however much is halved at once', async () => {
    const query = { ...BACKFILL.query, limit: 1 };
    const months = { from: '2023-01-01', to: '2024-09-01', sliceBy: 'month', width: 20, query };
    const { chain } = await done(bare, months, async (handle) => {
      await anotherExecution(bare, handle);
      await handle.terminate();
    });
    assertSmall(chain);
    const [, , carried] = argumentsOf(chain[1] ?? assert.fail()) as [unknown, unknown, { halves: TimeRange[] }];
    assert.ok(carried.halves.length > 60, 'there were many');
    assert.ok(carried.halves.length < 160, `${carried.halves.length} halves`);
  });
});

const anotherExecution = (rig: Rig, handle: BackfillHandle): Promise<unknown> =>
  until(
    'another execution',
    () => described(rig, handle),
    ({ runId }) => runId !== firstRunId(handle),
    // Hundreds of runs, beside other tests of this file.
    240_000,
  );

const described = ({ env }: Rig, { workflowId }: BackfillHandle): Promise<WorkflowExecutionDescription> =>
  env.client.workflow.getHandle(workflowId).describe();
