import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Worker, WorkerStatus } from '@temporalio/worker';
import { hasFailed, together } from '../../../src/worker/workers.js';

interface Fake {
  readonly worker: Worker;
  readonly wasTold: () => boolean;
}

/** The little of the SDK's worker that two of them are held together by. */
function fake(status: Partial<WorkerStatus> = {}, run = new Promise<void>(() => undefined)): Fake {
  let told = false;
  const shutdown = (): void => {
    told = true;
  };
  const healthy = { runState: 'RUNNING', workflowPollerState: 'POLLING', activityPollerState: 'POLLING' };
  const getState = (): string => status.runState ?? healthy.runState;
  const worker = { run: () => run, shutdown, getState, getStatus: () => ({ ...healthy, ...status }) };
  // Nothing else of a worker is used.
  return { worker: worker as unknown as Worker, wasTold: () => told };
}

test('where one of the two cannot go on, the other is told to drain, and the reason is passed on', async () => {
  const runs = fake();
  const transfers = fake({ runState: 'FAILED' }, Promise.reject(new Error('no poll')));
  await assert.rejects(together(runs.worker, transfers.worker).run(), /no poll/);
  assert.deepEqual([runs.wasTold(), transfers.wasTold()], [true, false]);
});

test('both drain when they are told, and have run once both have', async () => {
  const [runs, transfers] = [fake({}, Promise.resolve()), fake({}, Promise.resolve())];
  const both = together(runs.worker, transfers.worker);
  both.shutdown();
  await both.run();
  assert.deepEqual([runs.wasTold(), transfers.wasTold()], [true, true]);
});

test('what is said of them is of the one that is worse off', () => {
  const said = (one: Partial<WorkerStatus>, other: Partial<WorkerStatus>): WorkerStatus =>
    together(fake(one).worker, fake(other).worker).getStatus();
  assert.equal(said({}, {}).runState, 'RUNNING');
  assert.equal(said({}, { runState: 'DRAINING' }).runState, 'DRAINING');
  assert.ok(hasFailed(said({ runState: 'DRAINING' }, { activityPollerState: 'FAILED' })));
});
