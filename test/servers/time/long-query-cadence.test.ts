import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import type { PollAnswer } from '../../../src/activities/aggregate/query/poll-result.js';
import type { RunPlan } from '../../../src/contract/run.js';
import type { RunState } from '../../../src/workflows/aggregate/run-state.js';
import { nextPollDelayMs } from '../../../src/domain/poll-cadence.js';
import { DATASET, fakeActivities, PLAN, REQUEST, type FakeActivities } from '../../support/workflow/fake-activities.js';
import { createRig, type Rig } from '../../support/workflow/workflow-rig.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const SEEN_WITHIN_MS = 5 * MINUTE_MS;
/** Workflow time that passes while a poll is under way. */
const SLACK_MS = 2_000;

const lengthOf = ({ ticket }: { ticket: string }): number => Number(ticket.split('/').at(-1));

/** A source whose queries are ready after exactly the time that the request's filter names. */
function exactSource(): FakeActivities {
  return fakeActivities({
    planRun: ({ request }): Promise<RunPlan> => {
      const { readyMs } = request as { readyMs: number };
      return Promise.resolve({ ...PLAN, deadlineMs: 30 * DAY_MS, query: { ...PLAN.query, filter: { readyMs } } });
    },
    submitQuery: ({ query }) =>
      Promise.resolve({
        state: 'submitted',
        ticket: `/results/${String(query.filter['readyMs'])}`,
        queryId: null,
        submittedAt: '2026-11-01T00:00:00Z',
      }),
    pollResult: (input): Promise<PollAnswer> =>
      Promise.resolve(
        input.ageMs < lengthOf(input) ? { state: 'later', reason: 'running' } : { state: 'complete', dataset: DATASET },
      ),
  });
}

/** Ages, in milliseconds, at which a query of this length was polled. */
const agesOf = ({ calls }: FakeActivities, readyMs: number): number[] =>
  calls.pollResult.filter((input) => lengthOf(input) === readyMs).map(({ ageMs }) => ageMs);

function checkSeenInTime(ages: readonly number[], readyMs: number): void {
  const delayMs = (ages.at(-1) ?? 0) - readyMs;
  const bound = Math.min(SEEN_WITHIN_MS, Math.max(2_000, readyMs / 10)) + SLACK_MS;
  assert.ok(delayMs >= 0 && delayMs <= bound, `ready after ${readyMs} ms, seen ${delayMs} ms later`);
}

/** The polls that the rule itself makes of a query of this length. */
function pollsOf(readyMs: number): number {
  let polls = 1;
  for (let at = nextPollDelayMs(0); at < readyMs; at += nextPollDelayMs(at)) polls += 1;
  return polls;
}

/** As continue-as-new leaves a run whose query was submitted so long ago. */
function carriedState(now: number, submittedMsAgo: number, readyMs: number): RunState {
  const atMs = now - submittedMsAgo;
  return {
    startedAtMs: atMs,
    source: {
      generation: 1,
      defects: 0,
      collecting: false,
      deadlineAtMs: atMs + 30 * DAY_MS,
      submission: { ticket: `/results/${readyMs}`, queryId: null, atMs },
    },
    deliveries: [],
    plan: PLAN,
  };
}

describe('a query of any length', () => {
  let rig: Rig;
  before(async () => {
    const workflowsPath = fileURLToPath(new URL('../../support/workflow/carried-runs.ts', import.meta.url));
    rig = await createRig('time-skipping', { workflowsPath });
  });
  after(() => rig.stop());

  it('from a minute to half a day is seen within 10 % of its time, at most 5 min late', async (t) => {
    const log = fc.noBias(fc.double({ min: Math.log(MINUTE_MS), max: Math.log(DAY_MS / 2), noNaN: true }));
    const between = fc.sample(log, { numRuns: 5, seed: 5 }).map((value) => Math.round(Math.exp(value)));
    const lengths = [MINUTE_MS, ...between, DAY_MS / 2];
    const source = exactSource();
    await rig.run(source.activities, async ({ start }) => {
      for (const readyMs of lengths) await (await start({ readyMs })).result();
    });
    for (const readyMs of lengths) {
      const ages = agesOf(source, readyMs);
      checkSeenInTime(ages, readyMs);
      assert.ok(ages.length <= pollsOf(readyMs), `${ages.length} polls of a query of ${readyMs} ms`);
      t.diagnostic(`${(readyMs / MINUTE_MS).toFixed(1)} min: ${ages.length} polls`);
    }
  });

  it('of up to 29 days costs a poll every five minutes and is seen no later', async () => {
    const tailMs = 60 * MINUTE_MS;
    const lengths = [DAY_MS, ...fc.sample(fc.integer({ min: DAY_MS, max: 29 * DAY_MS }), { numRuns: 2, seed: 29 })];
    const source = exactSource();
    await rig.run(source.activities, async ({ env, start }) => {
      for (const readyMs of [...lengths, 29 * DAY_MS]) {
        const carried = carriedState(await env.currentTimeMs(), readyMs - tailMs, readyMs);
        await (await start(undefined, { type: 'carryOn', args: [REQUEST, carried] })).result();
      }
    });
    for (const readyMs of [...lengths, 29 * DAY_MS]) {
      const ages = agesOf(source, readyMs);
      checkSeenInTime(ages, readyMs);
      assert.ok(ages.length >= 12 && ages.length <= 14, `${ages.length} polls in the last hour of ${readyMs} ms`);
    }
    assert.ok(pollsOf(29 * DAY_MS) <= 29 * 288 + 65, `${pollsOf(29 * DAY_MS)} polls in 29 days`);
  });
});
