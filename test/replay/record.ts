/**
 * Records golden histories: `node --import tsx test/replay/record.ts`. Run it when a release changes what workflows do;
 * add files, never replace one: runs that were started by an older version are still under way somewhere.
 */
import { writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { ApplicationFailure } from '@temporalio/common';
import type { PollAnswer } from '../../src/activities/poll-result.js';
import { REDELIVER_WORKFLOW } from '../../src/contract/names.js';
import { DATASET, fakeActivities } from '../support/fake-activities.js';
import type { RecordedHistory } from '../support/history-chain.js';
import { inTurn } from '../support/in-turn.js';
import { createRig } from '../support/workflow-rig.js';

const VERSION = 'v0.1';
const LATER: PollAnswer = { state: 'later', reason: 'running', retryAfterMs: 1_000 };
const COMPLETE: PollAnswer = { state: 'complete', dataset: DATASET };

const rig = await createRig('dev', { dynamicConfig: ['limit.historyCount.suggestContinueAsNew=60'] });

async function save(name: string, record: () => Promise<unknown>): Promise<void> {
  const before = rig.recorded.length;
  await record();
  const chain: readonly RecordedHistory[] = rig.recorded.slice(before);
  for (const [index, { json: raw }] of chain.entries()) {
    const json = raw.replaceAll(process.cwd(), '').replaceAll(`@${hostname()}`, '@host');
    const part = chain.length === 1 ? '' : `-${index + 1}`;
    const file = new URL(`histories/${VERSION}-${name}${part}.json`, import.meta.url);
    await writeFile(file, `${JSON.stringify(JSON.parse(json), null, 1)}\n`);
  }
}

await save('completed', () => {
  const { activities } = fakeActivities({
    pollResult: inTurn<PollAnswer>(LATER, { state: 'more', pages: 1, rows: 35 }, COMPLETE),
  });
  return rig.run(activities, async ({ start }) => (await start()).result());
});
await save('failed', () => {
  const pollResult = inTurn<PollAnswer>({ state: 'defective', type: 'MalformedResponse', message: 'HTML with 200' });
  return rig.run(fakeActivities({ pollResult }).activities, async ({ start }) =>
    (await start()).result().catch(() => undefined),
  );
});
await save('rejected', () => {
  const submitQuery = (): never => {
    throw ApplicationFailure.nonRetryable('unknown metric', 'QueryRejected');
  };
  return rig.run(fakeActivities({ submitQuery }).activities, async ({ start }) =>
    (await start()).result().catch(() => undefined),
  );
});
await save('cancelled', () => {
  const pollResult = inTurn<PollAnswer>({ ...LATER, retryAfterMs: 3_600_000 });
  return rig.run(fakeActivities({ pollResult }).activities, async ({ start }) => {
    const handle = await start();
    while ((await handle.query<{ polls: number }>('progress')).polls === 0);
    await handle.cancel();
    await handle.result().catch(() => undefined);
  });
});
await save('undelivered', () => {
  const failed = {
    state: 'failed',
    part: 0,
    reason: '410',
    permanent: true,
    revision: 1,
    parts: 1,
    delivered: 0,
    signed: true,
  } as const;
  const { activities } = fakeActivities({ syncWebhook: inTurn(failed) });
  return rig.run(activities, async ({ start }) => (await start()).result());
});
await save('continued', () => {
  const { activities, calls } = fakeActivities({
    pollResult: () => Promise.resolve(calls.pollResult.length < 12 ? LATER : COMPLETE),
  });
  return rig.run(activities, async ({ start }) => (await start()).result());
});
await save('redelivered', () =>
  rig.run(fakeActivities().activities, async ({ start }) =>
    (await start({ workflowId: 'journey-acme-1' }, { type: REDELIVER_WORKFLOW })).result(),
  ),
);
await rig.stop();
