import { ApplicationFailure } from '@temporalio/common';
import type { Activities } from '../../src/activities/index.js';
import type { PollAnswer } from '../../src/activities/aggregate/query/poll-result.js';
import type { SyncAnswer } from '../../src/activities/aggregate/sync-webhook.js';
import { POLL_NOW_SIGNAL, REDELIVER_WORKFLOW } from '../../src/contract/values/names.js';
import type { Progress } from '../../src/contract/result/progress.js';
import { DATASET, fakeActivities } from '../support/workflow/fake-activities.js';
import { inTurn } from '../support/gateway/in-turn.js';
import { until } from '../support/until.js';
import type { Rig, RigSession } from '../support/workflow/workflow-rig.js';
import { BACKFILLS } from './backfill-recordings.js';
import type { Recording } from './recording.js';

type Handle = Awaited<ReturnType<RigSession['start']>>;

const LATER: PollAnswer = { state: 'later', reason: 'running', retryAfterMs: 1_000 };
const HOUR: PollAnswer = { state: 'later', reason: 'running', retryAfterMs: 3_600_000 };
const COMPLETE: PollAnswer = { state: 'complete', dataset: DATASET };
const PARTS = { revision: 1, parts: 1, delivered: 0, signed: true } as const;
const REFUSED: SyncAnswer = { ...PARTS, state: 'failed', part: 0, reason: '503', permanent: false };
const DELIVERED: SyncAnswer = { ...PARTS, state: 'delivered', delivered: 1 };
const REDELIVERY = [{ workflowId: 'journey-acme-1' }, { type: REDELIVER_WORKFLOW }] as const;

const refusal = (type: string, message: string) => (): never => {
  throw ApplicationFailure.nonRetryable(message, type);
};
const ended = (handle: Handle): Promise<unknown> => handle.result().catch(() => undefined);

function recording(
  activities: Partial<Activities>,
  script: (handle: Handle, session: RigSession) => Promise<unknown> = ended,
  start: readonly unknown[] = [],
): Recording {
  const record = (rig: Rig): Promise<unknown> =>
    rig.run(fakeActivities(activities).activities, async (session) =>
      script(await session.start(...(start as Parameters<RigSession['start']>)), session),
    );
  return { record };
}

const waitingFor = (handle: Handle, reason: string): Promise<Progress> =>
  until(
    reason,
    () => handle.query<Progress>('progress'),
    (progress) => progress.waitingFor === reason,
  );

const cancelledIn =
  (wait: string) =>
  async (handle: Handle): Promise<unknown> => {
    await waitingFor(handle, wait);
    await handle.cancel();
    return ended(handle);
  };

async function manySignals(handle: Handle): Promise<void> {
  for (let count = 0; count < 60; count += 1) await handle.signal(POLL_NOW_SIGNAL);
}

const manySignalsIn =
  (wait: string) =>
  async (handle: Handle): Promise<unknown> => {
    await waitingFor(handle, wait);
    await manySignals(handle);
    return ended(handle);
  };

/** Pages and a wait before the end. */
const throughAll = (): Activities['pollResult'] =>
  inTurn<PollAnswer>(LATER, { state: 'more', pages: 1, rows: 35 }, COMPLETE);

/** The fewest runs in which every change of changes.ts is seen. Every other way through is replayed by the test that takes it. */
export const RECORDINGS: Readonly<Record<string, Recording>> = {
  completed: recording({ pollResult: throughAll() }),
  rejected: recording({ submitQuery: refusal('QueryRejected', 'unknown metric') }),
  'cancelled-with-rows': recording(
    { pollResult: inTurn<PollAnswer>({ state: 'more', pages: 1, rows: 35 }, { ...HOUR, reason: 'rate limited' }) },
    cancelledIn('rate limited'),
  ),
  'continued-in-delivery': recording(
    { syncWebhook: inTurn<SyncAnswer>(REFUSED, DELIVERED) },
    manySignalsIn('receiver: 503'),
  ),
  'redelivery-continued': recording(
    { syncWebhook: inTurn<SyncAnswer>(REFUSED, DELIVERED) },
    manySignalsIn('receiver: 503'),
    REDELIVERY,
  ),
  ...BACKFILLS,
};
