import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { WorkflowFailedError } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import type { PollAnswer } from '../../../src/activities/aggregate/query/poll-result.js';
import type { SyncAnswer } from '../../../src/activities/aggregate/sync-webhook.js';
import { effectIdOf, runKeyOf } from '../../../src/contract/values/ids.js';
import { POLL_NOW_SIGNAL, REDELIVER_WORKFLOW } from '../../../src/contract/values/names.js';
import type { Progress } from '../../../src/contract/result/progress.js';
import type { AggregateResult } from '../../../src/contract/result/result.js';
import { DATASET, fakeActivities, type FakeActivities } from '../../support/workflow/fake-activities.js';
import { historyChain, scheduledActivities, type RecordedHistory } from '../../support/workflow/history-chain.js';
import { inTurn } from '../../support/gateway/in-turn.js';
import { until } from '../../support/until.js';
import { createRig, type Rig, type RigSession } from '../../support/workflow/workflow-rig.js';

const POLLS = 20;
const HOUR: PollAnswer = { state: 'later', reason: 'rate limited', retryAfterMs: 3_600_000 };
const COMPLETE: PollAnswer = { state: 'complete', dataset: DATASET };
const PARTS = { revision: 1, parts: 3, signed: true } as const;
const REFUSED: SyncAnswer = { ...PARTS, state: 'failed', part: 1, reason: '503', permanent: false, delivered: 1 };
const DELIVERED: SyncAnswer = { ...PARTS, state: 'delivered', delivered: 3 };
/** More signals than events that make this server suggest to continue as new. */
const MANY = 60;

type Handle = Awaited<ReturnType<RigSession['start']>>;

async function signalManyTimes(handle: Handle): Promise<void> {
  for (let count = 0; count < MANY; count += 1) await handle.signal(POLL_NOW_SIGNAL);
}

/** Effect ids and subjects, as they would reach the world. */
const effectsOf = ({ calls }: FakeActivities): object => ({
  submissions: calls.submitQuery.map(({ runKey, generation }) => effectIdOf(runKey, 'submit', generation)),
  takes: [...new Set(calls.pollResult.map(({ take }) => JSON.stringify(take)))],
  deliveries: calls.syncWebhook.map(({ runKey, attempt }) => [runKey, attempt]),
  audits: calls.writeAudit.map(({ identity }) => effectIdOf(runKeyOf(identity), 'audit')),
});

describe('continue-as-new', { concurrency: true }, () => {
  let rig: Rig;
  let patient: Rig;
  before(async () => {
    rig = await createRig('dev', {
      ownServers: 'it suggests continue-as-new soon',
      dynamicConfig: ['limit.historyCount.suggestContinueAsNew=60'],
    });
    patient = await createRig('dev');
  });
  after(async () => {
    await Promise.all([rig.stop(), patient.stop()]);
  });

  const chainOf = async (handle: Handle, { env }: RigSession): Promise<RecordedHistory[]> =>
    historyChain(
      env.client,
      handle.workflowId,
      (handle as Handle & { firstExecutionRunId: string }).firstExecutionRunId,
    );

  /** A run of many polls and a refused delivery, watched by its progress from start to end. */
  async function watched(on: Rig) {
    const fake = fakeActivities({
      pollResult: (): Promise<PollAnswer> => Promise.resolve(fake.calls.pollResult.length < POLLS ? HOUR : COMPLETE),
      syncWebhook: inTurn<SyncAnswer>(REFUSED, DELIVERED),
    });
    return on.run(fake.activities, async (session) => {
      const handle = await session.start();
      const states: Progress[] = [];
      const ended = new AbortController();
      const result = handle.result().finally(() => {
        ended.abort();
      });
      while (!ended.signal.aborted) {
        states.push(await handle.query<Progress>('progress'));
        await handle.signal(POLL_NOW_SIGNAL).catch(() => undefined);
      }
      states.push(await handle.query<Progress>('progress'));
      return { fake, states, result: await result, chain: await chainOf(handle, session), handle };
    });
  }

  it('changes nothing that a caller can see, effect ids least of all', async () => {
    const [long, short] = await Promise.all([watched(rig), watched(patient)]);
    assert.ok(long.chain.length > 2, `${long.chain.length} executions`);
    assert.equal(short.chain.length, 1);
    const delivering = long.chain.filter((execution) => scheduledActivities(execution, 'syncWebhook').length > 0);
    assert.equal(delivering.length, 2, 'one of the switches came between two attempts');

    const told = ({ latencyMs, workflowId, runId, ...rest }: AggregateResult): object => {
      assert.ok(latencyMs > 0 && workflowId !== '' && runId !== '');
      return rest;
    };
    assert.deepEqual(told(long.result), told(short.result));
    assert.deepEqual(long.states.at(-1), short.states.at(-1));

    for (const { fake, chain, handle, result, states } of [long, short]) {
      const firstExecutionRunId = chain[0]?.runId ?? '';
      assert.equal(result.runId, firstExecutionRunId);
      const runKey = runKeyOf({ workflowId: handle.workflowId, firstExecutionRunId });
      assert.deepEqual(effectsOf(fake), {
        submissions: [effectIdOf(runKey, 'submit', 1)],
        takes: [JSON.stringify({ runKey, generation: 1, take: 0 })],
        deliveries: [
          [runKey, 1],
          [runKey, 2],
        ],
        audits: [effectIdOf(runKey, 'audit')],
      });
      const calls = (['planRun', 'fetchToken', 'transform'] as const).map((step) => fake.calls[step].length);
      assert.deepEqual(calls, [1, 1, 1]);
      assert.equal(fake.calls.pollResult.length, POLLS);
      const [first, second] = fake.calls.syncWebhook.map(({ subject }) => subject);
      assert.deepEqual(first, second, 'the same timestamp, the same bytes');
      for (const count of ['polls', 'pages', 'rows', 'deliveryAttempts', 'partsDelivered'] as const) {
        const counts = states.map((progress) => progress[count]);
        assert.deepEqual(
          counts,
          counts.toSorted((a, b) => a - b),
          `${count} never go back`,
        );
      }
    }
  });

  /** A run whose server, while it waited without a worker, was told enough to suggest a new execution. */
  async function atTheSwitch(fake: FakeActivities, session: RigSession, more: (handle: Handle) => Promise<void>) {
    const handle = await session.start();
    await until(
      'the hour to begin',
      () => handle.query<Progress>('progress'),
      ({ waitingFor }) => waitingFor === 'rate limited',
    );
    assert.equal(fake.calls.pollResult.length, 1);
    await session.withoutWorker(async () => {
      await signalManyTimes(handle);
      await more(handle);
    });
    return handle;
  }

  it('does not lose a pollNow that comes with the switch: the next execution begins with a poll', async () => {
    const fake = fakeActivities({ pollResult: inTurn<PollAnswer>(HOUR, COMPLETE) });
    await rig.run(fake.activities, async (session) => {
      const handle = await atTheSwitch(fake, session, () => Promise.resolve());
      assert.equal((await handle.result()).outcome, 'completed');
      assert.equal((await chainOf(handle, session)).length, 2);
    });
    assert.equal(fake.calls.pollResult.length, 2);
  });

  it('does not lose a cancellation that comes with the switch', async () => {
    const fake = fakeActivities({ pollResult: inTurn<PollAnswer>(HOUR, COMPLETE) });
    await rig.run(fake.activities, async (session) => {
      const handle = await atTheSwitch(fake, session, async (run) => {
        await run.cancel();
      });
      const error = await handle.result().catch((reason: unknown) => reason);
      assert.ok(error instanceof WorkflowFailedError && error.cause instanceof CancelledFailure, String(error));
      assert.equal((await chainOf(handle, session)).length, 1);
    });
    assert.equal(fake.calls.pollResult.length, 1);
    assert.deepEqual(
      fake.calls.writeAudit.map(({ entry }) => entry.status),
      ['cancelled'],
    );
  });

  it('of a redelivery goes on at the part that failed, with the attempts it had', async () => {
    const fake = fakeActivities({ syncWebhook: inTurn<SyncAnswer>(REFUSED, DELIVERED) });
    const result = await rig.run(fake.activities, async (session) => {
      const request = { workflowId: 'journey-acme-1', all: true };
      const handle = await session.start(request, { type: REDELIVER_WORKFLOW });
      await until(
        'the first attempt to fail',
        () => handle.query<Progress>('progress'),
        ({ deliveryAttempts }) => deliveryAttempts === 1,
      );
      await signalManyTimes(handle);
      const ended = await handle.result();
      const chain = await chainOf(handle, session);
      assert.equal(chain.length, 2);
      assert.equal(ended.runId, chain[0]?.runId);
      return ended;
    });
    assert.deepEqual([result.outcome, result.delivery.attempts], ['completed', 2]);
    assert.equal(fake.calls.planRedelivery.length, 1);
    const sent = fake.calls.syncWebhook.map(({ subject, attempt, runKey }) => {
      return [runKey, attempt, subject.kind === 'revision' ? subject.resend : null];
    });
    const [[runKey]] = sent as [[string]];
    assert.deepEqual(sent, [
      [runKey, 1, true],
      [runKey, 2, true],
    ]);
    const [audit, ...others] = fake.calls.writeAudit;
    assert.equal(others.length, 0);
    assert.deepEqual([audit?.entry.kind, audit?.entry.status], ['redelivery', 'completed']);
    assert.ok((audit?.entry.latency_ms ?? 0) >= 5_000, 'from its very start');
  });
});
