import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Connection } from '@temporalio/client';
import type { Worker, WorkerStatus } from '@temporalio/worker';
import { ConfigError } from '../../../src/config/errors.js';
import { runToItsEnd, WorkerFailed, type EndOptions } from '../../../src/worker/worker-end.js';

const HEALTHY = { runState: 'RUNNING', workflowPollerState: 'POLLING', activityPollerState: 'POLLING' } as const;
const forEver = new Promise<never>(() => undefined);

/** The little of the SDK's worker that its end depends on. */
function workerThat(run: Promise<void>, status: Partial<WorkerStatus> = {}): Worker {
  const fake = { run: () => run, getStatus: () => ({ ...HEALTHY, ...status }) };
  // Nothing else of a worker is used.
  return fake as unknown as Worker;
}

/** A connection whose every question is answered by one gRPC code. */
function connectionThat(code?: number): Connection {
  const answer = code === undefined ? Promise.resolve({}) : Promise.reject(grpcError(code));
  answer.catch(() => undefined);
  const fake = {
    withDeadline: (_: number, ask: () => unknown) => ask(),
    workflowService: { describeNamespace: () => answer },
  };
  return fake as unknown as Connection;
}

function grpcError(code: number): Error {
  return Object.assign(new Error('no'), { code, details: 'no', metadata: {} });
}

const options = (given: Partial<EndOptions> = {}): EndOptions => ({
  temporal: { connectionOptions: { apiKey: 'a-key' }, namespace: 'default', address: '127.0.0.1:9' },
  connection: connectionThat(),
  failures: [],
  stopWithinMs: 60_000,
  untilTold: () => forEver,
  ...given,
});

describe('the end of a worker', () => {
  it('is nothing to speak of when it has drained', async () => {
    await runToItsEnd(workerThat(Promise.resolve()), options());
  });

  for (const state of ['runState', 'workflowPollerState', 'activityPollerState'] as const) {
    it(`comes although the SDK never ends, once its ${state} is FAILED, with the reason that it has logged`, async () => {
      const worker = workerThat(forEver, { [state]: 'FAILED' });
      await assert.rejects(runToItsEnd(worker, options({ failures: [new Error('status: Internal')] })), (error) => {
        assert.ok(error instanceof WorkerFailed);
        assert.equal(error.message, 'the worker takes no more runs: status: Internal');
        return true;
      });
    });
  }

  it('has the real reason, not what the SDK stumbles over afterwards', async () => {
    const stumbled = Promise.reject(new Error('Worker still in use: Expected 1 reference, but got 2'));
    const failures = [new Error('Request unauthorized.')];
    await assert.rejects(runToItsEnd(workerThat(stumbled), options({ failures })), /Request unauthorized/);
    const refused = options({ failures, connection: connectionThat(16) });
    await assert.rejects(runToItsEnd(workerThat(stumbled), refused), (error) => {
      assert.ok(error instanceof ConfigError);
      assert.match(error.message, /^TEMPORAL_API_KEY is refused by Temporal at 127\.0\.0\.1:9/);
      return true;
    });
  });

  it('comes in time after SIGTERM, whatever hangs', async () => {
    const told = options({ stopWithinMs: 20, untilTold: () => Promise.resolve() });
    await assert.rejects(runToItsEnd(workerThat(forEver), told), (error) => {
      assert.ok(error instanceof WorkerFailed);
      assert.match(error.message, /the worker did not stop within 0\.02 s/);
      return true;
    });
  });
});
