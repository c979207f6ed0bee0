import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { PollAnswer } from '../../src/activities/poll-result.js';
import { POLL_NOW_SIGNAL } from '../../src/contract/names.js';
import type { Progress } from '../../src/contract/progress.js';
import { DATASET, fakeActivities } from '../support/fake-activities.js';
import { historyChain } from '../support/history-chain.js';
import { createRig, type Rig } from '../support/workflow-rig.js';

const POLLS = 20;

describe('continue-as-new', () => {
  let rig: Rig;
  before(async () => {
    rig = await createRig('dev', { dynamicConfig: ['limit.historyCount.suggestContinueAsNew=60'] });
  });
  after(() => rig.stop());

  it('changes nothing that a caller can see, effect ids least of all', async () => {
    const fake = fakeActivities({
      pollResult: (input): Promise<PollAnswer> =>
        Promise.resolve(
          fake.calls.pollResult.length < POLLS
            ? { state: 'later', reason: 'running' }
            : { state: 'complete', dataset: { ...DATASET, queryId: input.location } },
        ),
    });
    const { result, executions, firstRunId } = await rig.run(fake.activities, async ({ start, env }) => {
      const handle = await start();
      const { runId } = await handle.describe();
      const done = handle.result();
      const ended = new AbortController();
      void done
        .finally(() => {
          ended.abort();
        })
        .catch(() => undefined);
      const polls = new Set<number>();
      while (!ended.signal.aborted) {
        const progress = await handle.query<Progress>('progress');
        if (progress.polls < Math.max(0, ...polls)) assert.fail('the number of polls went backwards');
        polls.add(progress.polls);
        await handle.signal(POLL_NOW_SIGNAL).catch(() => undefined);
      }
      return {
        result: await done,
        firstRunId: runId,
        executions: await historyChain(env.client, handle.workflowId, runId),
      };
    });
    assert.ok(executions.length > 2, `${executions.length} executions`);
    assert.equal(result.runId, firstRunId);
    assert.equal(fake.calls.pollResult.length, POLLS);
    for (const step of ['planRun', 'fetchToken', 'submitQuery', 'transform', 'syncWebhook', 'writeAudit'] as const) {
      assert.equal(fake.calls[step].length, 1, step);
    }
    const keys = new Set(fake.calls.pollResult.map(({ take }) => take.runKey));
    assert.deepEqual([...keys], [fake.calls.submitQuery[0]?.runKey]);
    assert.equal(fake.calls.writeAudit[0]?.identity.firstExecutionRunId, firstRunId);
  });
});
