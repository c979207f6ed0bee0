import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { RunHandle } from '../../../src/client/runs/run-handle.js';
import { effectIdOf, runKeyOf, partIdOf } from '../../../src/contract/values/ids.js';
import type { Progress } from '../../../src/contract/result/progress.js';
import type { AggregateResult } from '../../../src/contract/result/result.js';
import { DEFAULT_TENANT } from '../../../simulator/cxone/credentials.js';
import { scheduledActivities } from '../../support/workflow/history-chain.js';
import { inOrder } from '../../support/sources/between.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';

const POLLS = 12;

describe('continue-as-new, with real activities', () => {
  let patient: Suite;
  let hasty: Suite;
  before(async () => {
    patient = await startSuite();
    hasty = await startSuite({
      ownServers: 'it suggests continue-as-new soon',
      dynamicConfig: ['limit.historyCount.suggestContinueAsNew=60'],
      inMemory: true,
    });
  });
  after(async () => {
    await hasty.stop();
    await patient.stop();
  });

  /** The same data and the same trouble in each: the receiver refuses the second of three parts once. */
  const productOf = (suite: Suite, polls: number): Promise<Product> => {
    return suite.product({
      between: (dependencies) => ({ ...dependencies, directory: inOrder(dependencies.directory) }),
      env: { CXONE_ORG_ID: DEFAULT_TENANT.org },
      simulator: {
        cxone: { tenants: [DEFAULT_TENANT], data: { rows: 2_500 }, run: { polls } },
        receiver: { faults: { script: [{ on: 'webhook', nth: 2, fault: '503' }] } },
      },
    });
  };

  /** Hurries a run along, with many more signals than it needs, until it has its result. */
  async function hurried(run: RunHandle): Promise<{ result: AggregateResult; states: readonly Progress[] }> {
    const states: Progress[] = [];
    const ended = new AbortController();
    const result = run.result().finally(() => {
      ended.abort();
    });
    while (!ended.signal.aborted) {
      states.push(await run.progress());
      await run.pollNow().catch(() => undefined);
    }
    return { result: await result, states };
  }

  /** What the world got to see of a run: every id that it was told, and every row. */
  async function effects({ simulator, records }: Product, { workflowId, runId, delivery }: AggregateResult) {
    const { cxone, receiver } = simulator;
    const runKey = runKeyOf({ workflowId, firstExecutionRunId: runId });
    const submissions = cxone.journal.entries({ operation: 'submit' });
    assert.deepEqual(
      submissions.map(({ idempotencyKey }) => idempotencyKey),
      [effectIdOf(runKey, 'submit', 1)],
    );
    const audit = await records.auditLog.list({ limit: 10 }, AbortSignal.timeout(10_000));
    assert.deepEqual(
      audit.map(({ effectId, kind, status }) => [effectId, kind, status]),
      [[effectIdOf(runKey, 'audit'), 'run', 'completed']],
    );
    const sent = receiver.journal.entries({ operation: 'webhook' });
    for (const { part = -1, webhookId } of sent) assert.equal(webhookId, partIdOf(delivery.deliveryId, 1, part));
    assert.equal(
      new Set(sent.map(({ part, sha256 }) => `${part ?? ''} ${sha256 ?? ''}`)).size,
      3,
      'one body for each part',
    );
    return {
      sent: sent.map(({ webhookId, part, status, verdict }) => [webhookId, part, status, verdict]),
      rows: receiver.windows().get(delivery.deliveryId)?.rows,
    };
  }

  it('a run in many executions is, to everybody, the run that it would have been in one', async () => {
    const [short, long] = [await productOf(patient, 1), await productOf(hasty, POLLS)];
    const request = short.request({ org: DEFAULT_TENANT.org });
    const one = await short.client.start(request);
    const shortResult = await one.result();
    const many = await long.client.start(request);
    const { result, states } = await hurried(many);

    const executions = await long.histories();
    assert.ok(executions.length > 2, `${executions.length} executions`);
    const delivering = executions.filter((execution) => scheduledActivities(execution, 'syncWebhook').length > 0);
    assert.equal(delivering.length, 2, 'one of the switches came between two attempts');
    assert.equal((await short.histories()).length, 1);
    // Where a run keeps its rows is its own affair; which ones they are is not.
    const told = ({ latencyMs, runId, queryId, dataset, summary, ...rest }: AggregateResult): object => {
      assert.ok(latencyMs > 0 && runId !== '' && queryId !== '' && dataset?.scope !== '');
      const { table, ...rollup } = summary?.rollup ?? {};
      return { ...rest, rollup, table: table?.sha256 };
    };
    assert.deepEqual(told(result), told(shortResult));
    assert.equal(result.runId, many.runId);
    assert.deepEqual(await effects(long, result), await effects(short, shortResult));
    const { polls: longPolls, ...end } = await many.progress();
    const { polls: shortPolls, ...singleEnd } = await one.progress();
    assert.deepEqual(end, singleEnd);
    assert.deepEqual([longPolls, shortPolls], [POLLS + 1, 2]);
    const polls = states.map((state) => state.polls);
    assert.deepEqual(
      polls,
      polls.toSorted((a, b) => a - b),
    );

    const events = await many.events();
    assert.equal(events.continued, false);
    assert.equal(events.steps.filter(({ name }) => name === 'pollResult').length, POLLS + 1);
    const [audit] = await long.records.auditLog.list({ limit: 1 }, AbortSignal.timeout(10_000));
    assert.equal(audit?.requester, 'test');
    const { workflowId, runId, startedAt, closedAt, ...state } = await many.summary();
    assert.deepEqual(await long.client.list(), [{ workflowId, runId, startedAt, closedAt, ...state }]);
    assert.deepEqual([workflowId, runId, startedAt], [many.workflowId, many.runId, audit.startedAt]);
    const single = await one.summary();
    const { workflowId: _id, runId: _run, startedAt: _started, closedAt: _closed, ...singleState } = single;
    assert.deepEqual(state, singleState);
    await Promise.all([short.stop(), long.stop()]);
  });
});
