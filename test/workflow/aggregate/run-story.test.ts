import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ApplicationFailure, defaultPayloadConverter } from '@temporalio/common';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import type { Activities } from '../../../src/activities/index.js';
import type { SyncAnswer } from '../../../src/activities/aggregate/sync-webhook.js';
import { readEvents } from '../../../src/client/runs/run-events.js';
import { storyOf, type RunStory } from '../../../src/report/data/run-story.js';
import { fakeActivities, PLAN } from '../../support/workflow/fake-activities.js';
import { createRig, type Rig } from '../../support/workflow/workflow-rig.js';

const REFUSED: SyncAnswer = {
  ...{ state: 'failed', part: 0, reason: '503', permanent: false },
  ...{ revision: 1, parts: 1, delivered: 0, signed: true },
};

describe('the story of a run, as a report tells it', () => {
  let rig: Rig;
  before(async () => {
    rig = await createRig('time-skipping');
  });
  after(() => rig.stop());

  /** Of a run with these activities, whatever its end. */
  const story = async (activities: Partial<Activities>): Promise<RunStory> => {
    await rig.run(fakeActivities(activities).activities, async ({ start }) => {
      await (await start()).result().catch(() => undefined);
    });
    const json = rig.recorded.at(-1)?.json ?? assert.fail('no history was recorded');
    return storyOf(readEvents([historyFromJSON(JSON.parse(json))], defaultPayloadConverter));
  };
  const lines = ({ episodes }: RunStory): string[] =>
    episodes.map(({ stage, calls, says }) => `${stage} ${calls}: ${says.join('; ')}`);

  it('tells the attempts at a delivery as one episode, with what the receiver said each time', async () => {
    const told = lines(await story({ syncWebhook: () => Promise.resolve(REFUSED) }));
    assert.match(told.find((line) => line.startsWith('deliver')) ?? '', /^deliver 10: receiver: 503 × 10$/);
  });

  it('tells the wait for late data', async () => {
    const settleUntil = new Date((await rig.env.currentTimeMs()) + 5_000).toISOString();
    const told = lines(await story({ planRun: () => Promise.resolve({ ...PLAN, settleUntil }) }));
    assert.ok(
      told.some((line) => line.startsWith('settle 0: until ')),
      told.join('\n'),
    );
  });

  it('has no plan where the request was refused', async () => {
    const refuse = (): never => {
      throw ApplicationFailure.nonRetryable('the request is not valid', 'InvalidRequest');
    };
    const told = await story({ planRun: refuse });
    assert.equal(told.plan, undefined);
    assert.equal(lines(told).at(-1), 'run 0: ended: failed');
  });
});
