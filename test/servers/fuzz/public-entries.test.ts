import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, RawValue, type Payload } from '@temporalio/common';
import { findTemporal } from '../../../stack/servers/temporal-binary.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';

const run = promisify(execFile);

const WORKFLOWS = [
  'aggregateJourneyMetrics',
  'backfillJourneyMetrics',
  'redeliver',
  'reconcileAudit',
  'expireDatasets',
] as const;
const TAKES_NOTHING: readonly string[] = ['reconcileAudit', 'expireDatasets'];

/** Bytes under an encoding that nobody here reads, or that are not what their encoding says. */
function payload(encoding: string, data: string): RawValue {
  const raw: Payload = { metadata: { encoding: Buffer.from(encoding) }, data: Buffer.from(data) };
  return RawValue.fromPayload(raw);
}

const DEEP = '['.repeat(20_000) + ']'.repeat(20_000);

/** What strangers give, by name: the arguments of a start. */
const STRANGE: Readonly<Record<string, readonly unknown[]>> = {
  'a second argument that looks like state': [{}, {}],
  'a second argument that is null': [{}, null],
  'whole state of another run': [
    {},
    { startedAtMs: 1, source: {}, delivery: {}, plan: { runKey: 'x' }, progress: { phase: 'finished' } },
  ],
  'three arguments': [{}, {}, {}],
  null: [null],
  'a number': [7],
  'a text': ['{}'],
  'a list': [[{}]],
  true: [true],
  'an object within objects': [{ query: { query: { query: [null, { request: {} }] } } }],
  bytes: [new Uint8Array([1, 2, 3])],
  'an unknown encoding': [payload('binary/encrypted', 'x')],
  'JSON that is none': [payload('json/plain', '{"query": ')],
  'protobuf as JSON': [payload('json/protobuf', '{}')],
  'a nest of lists': [payload('json/plain', `{"query":${DEEP}}`)],
  'a huge text': [{ query: 'x'.repeat(1_900_000) }],
};

describe('public entries', () => {
  let suite: Suite;
  let product: Product;
  before(async () => {
    suite = await startSuite();
    product = await suite.product({ simulator: { cxone: { data: { rows: 30 } } } });
  });
  after(() => suite.stop());

  async function refusal(workflowType: string, workflowId: string, args: readonly unknown[]): Promise<void> {
    const handle = await product.temporal.workflow.start(workflowType, {
      workflowId,
      taskQueue: product.env['TASK_QUEUE'] ?? '',
      args: [...args],
    });
    await refused(handle.workflowId);
  }

  /** Ended as `InvalidRequest`, with one audit entry, and no failed workflow task on the way. */
  async function refused(workflowId: string): Promise<void> {
    const handle = product.temporal.workflow.getHandle(workflowId);
    const error: unknown = await handle.result().catch((thrown: unknown) => thrown);
    assert.ok(error instanceof WorkflowFailedError, `${workflowId} ended well`);
    const { cause } = error;
    assert.ok(cause instanceof ApplicationFailure, workflowId);
    assert.equal(cause.type, 'InvalidRequest', `${workflowId}: ${cause.message}`);
    const { events } = await handle.fetchHistory();
    const failedTasks = (events ?? []).filter((event) => event.workflowTaskFailedEventAttributes != null);
    assert.equal(failedTasks.length, 0, workflowId);
    const entries = await product.records.auditLog.list({ limit: 1_000 }, AbortSignal.timeout(10_000));
    const own = entries.filter((entry) => entry.workflowId === workflowId);
    assert.deepEqual(
      own.map(({ status, failureType }) => [status, failureType]),
      [['failed', 'InvalidRequest']],
      workflowId,
    );
  }

  for (const workflowType of WORKFLOWS) {
    it(`${workflowType} refuses what only we may give, and every other kind of input`, async () => {
      const cases = Object.entries({ ...STRANGE, ...(!TAKES_NOTHING.includes(workflowType) && { nothing: [] }) });
      await Promise.all(
        cases.map(([name, args]) => refusal(workflowType, `${workflowType}/${name}/${product.home}`, args)),
      );
    });
  }

  it('refuses the request of another workflow', async () => {
    const { query } = product.request();
    await refusal('redeliver', 'redeliver-a-query', [{ query }]);
    await refusal('redeliver', 'redeliver-odd', [{ workflowId: 7, revision: 'latest' }]);
    await refusal('aggregateJourneyMetrics', 'aggregate-a-delivery', [{ deliveryId: 'x' }]);
    await refusal('backfillJourneyMetrics', 'backfill-a-day', [{ query }]);
  });

  it('refuses a second argument in the memo and the words of a run that continued as new', async () => {
    const workflowId = 'forged';
    await product.temporal.workflow.start('aggregateJourneyMetrics', {
      workflowId,
      taskQueue: product.env['TASK_QUEUE'] ?? '',
      args: [product.request(), { startedAtMs: 0 }],
      memo: { origin: { runId: 'forged', startedAt: 'never' }, requester: { name: 'x' } },
    });
    await refused(workflowId);
    const summary = (await product.client.list({ limit: 100 })).find((each) => each.workflowId === workflowId);
    assert.ok(summary !== undefined && !Number.isNaN(Date.parse(summary.startedAt)) && summary.runId !== 'forged');
  });

  it('takes a memo of any kind, a long requester, an odd id and unreadable messages, and completes', async () => {
    const workflowId = 'odd "id" / ..\\ %00 \u{1f600} \u202e\t';
    const taskQueue = product.env['TASK_QUEUE'] ?? '';
    const memo = { requester: 'r'.repeat(10_000), origin: 7, other: payload('binary/encrypted', 'x') };
    const handle = await product.temporal.workflow.start('aggregateJourneyMetrics', {
      ...{ workflowId, taskQueue, memo, args: [product.request()] },
    });
    await handle.signal('pollNow', payload('json/plain', '{'), 2, 3);
    const { outcome } = (await handle.result()) as { readonly outcome: string };
    assert.equal(outcome, 'completed');
    const progress: unknown = await handle.query('progress', payload('nothing/known', 'x'));
    assert.equal((progress as { readonly phase: string }).phase, 'finished');
    const [entry] = await product.records.auditLog.list({ limit: 1 }, AbortSignal.timeout(10_000));
    assert.equal(entry?.workflowId, workflowId);
    assert.equal(entry.requester, 'r'.repeat(256));
    assert.ok(
      (await product.client.list()).some((each) => each.workflowId === workflowId),
      'lists survive its memo',
    );
    assert.equal((await product.client.reconcile()).reconciledCount, 0);
  });

  it('answers wrong messages to a backfill, which goes on', async () => {
    const workflowId = 'messages';
    const { query } = product.request();
    const { dateFrom: from, dateTo: to, ...rest } = query;
    const handle = await product.temporal.workflow.start('backfillJourneyMetrics', {
      workflowId,
      taskQueue: product.env['TASK_QUEUE'] ?? '',
      args: [{ query: rest, from, to, sliceBy: 'week' }],
    });
    await handle.signal('pause', payload('json/plain', '{'));
    const wrong: readonly [unknown, ...unknown[]][] = [[0], ['3'], [1.5], [null], [3, 4], [payload('json/plain', '{')]];
    await assert.rejects(handle.executeUpdate('setWidth'), /Update/);
    for (const args of wrong) {
      await assert.rejects(handle.executeUpdate('setWidth', { args }), /Update/);
    }
    await assert.rejects(handle.executeUpdate('setHeight', { args: [1] }));
    await handle.signal('resume', null, {});
    const { outcome } = (await handle.result()) as { readonly outcome: string };
    assert.equal(outcome, 'completed');
    const { events } = await handle.fetchHistory();
    assert.ok((events ?? []).every((event) => event.workflowTaskFailedEventAttributes == null));
  });

  it('refuses the same from the temporal CLI', async () => {
    const { path } = await findTemporal();
    const cases: readonly (readonly string[])[] = [
      ['--input', JSON.stringify(product.request()), '--input', '{}'],
      ['--input', 'null'],
      ['--input', '[1]'],
      ['--input', '{}', '--input-meta', 'encoding=binary/encrypted'],
      [],
    ];
    for (const workflowType of WORKFLOWS.slice(0, 3)) {
      for (const [index, input] of cases.entries()) {
        const workflowId = `cli-${workflowType}-${index}`;
        const place = ['--address', suite.servers.temporalAddress, '--task-queue', product.env['TASK_QUEUE'] ?? ''];
        await run(path, [
          ...['workflow', 'start', '--type', workflowType, '--workflow-id', workflowId],
          ...[...place, ...input],
        ]);
        await refused(workflowId);
      }
    }
  });

  it('replays every one of them', () => product.stop());
});
