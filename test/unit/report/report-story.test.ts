import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { defaultPayloadConverter } from '@temporalio/common';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { readEvents, type RunEvents } from '../../../src/client/runs/run-events.js';
import { renderReport } from '../../../src/report/render-report.js';
import { storyOf, type Episode, type RunStory } from '../../../src/report/data/run-story.js';
import { reportData } from './report-fixtures.js';

const HISTORIES = new URL('../../replay/histories/', import.meta.url);

/** @param histories events as Temporal's JSON has them */
function eventsIn(...histories: readonly (readonly unknown[])[]): RunEvents {
  const read = histories.map((events) => historyFromJSON({ events }));
  return readEvents(read, defaultPayloadConverter);
}

/** @param names of the executions of a run, in order */
async function story(...names: readonly string[]): Promise<RunStory> {
  const histories = names.map(async (name) => {
    const text = await readFile(new URL(`v0.1-${name}.json`, HISTORIES), 'utf8');
    return (JSON.parse(text) as { events: unknown[] }).events;
  });
  return storyOf(eventsIn(...(await Promise.all(histories))));
}

const linesOf = ({ episodes }: RunStory): string[] =>
  episodes.map(({ stage, calls, says }: Episode) => `${stage} ${calls}: ${says.join('; ')}`);

test('a run is told step by step, its polls together', async () => {
  const told = await story('completed');
  assert.deepEqual(linesOf(told), [
    'run 0: started',
    'plan 1: window 2026-11-01..2026-11-07',
    'token 1: a token',
    'submit 1: accepted',
    'poll 2: running; ready',
    'pages 1: 70 rows on 2 pages',
    'transform 1: 68 of 70 rows kept',
    'deliver 1: delivered',
    'audit 1: entry 1',
    'run 0: ended: completed',
  ]);
  assert.equal(told.polls, 2);
  assert.equal(told.continuedAt, null);
  assert.deepEqual(told.plan?.query.metric, ['journeyCompletionRate', 'journeyDropOffRate']);
  assert.ok(told.episodes.every(({ from, to }) => to !== null && Date.parse(from) <= Date.parse(to)));
});

test('a run that continued says that what was before is not here, and is planned as before', async () => {
  const told = await story('continued-in-delivery-2');
  assert.notEqual(told.continuedAt, null);
  assert.notEqual(told.plan, undefined);
  assert.equal(linesOf(told)[0], 'run 0: continued');
  const page = renderReport(reportData((label) => label, { story: told }));
  assert.match(page, /This is only the last part: .* its polls included, is not shown/);
  assert.match(page, /<desc id="timeline-desc">\d+ polls? in this part\./);
});

test('a run in several executions is told as one', async () => {
  const told = await story('continued-in-delivery-1', 'continued-in-delivery-2');
  const lines = linesOf(told);
  assert.equal(told.continuedAt, null);
  assert.deepEqual([lines[0], lines.at(-1)], ['run 0: started', 'run 0: ended: completed']);
  assert.equal(lines.filter((line) => line === 'run 0: continued as new').length, 1);
  assert.ok(lines.some((line) => line.startsWith('plan ')) && lines.some((line) => line.startsWith('audit ')));
  const times = told.episodes.map(({ from }) => Date.parse(from));
  assert.deepEqual(
    times,
    times.toSorted((one, other) => one - other),
  );
  const page = renderReport(reportData((label) => label, { story: told }));
  assert.doesNotMatch(page, /only the last part/);
  assert.match(page, /<desc id="timeline-desc">\d+ polls? in all\./);
});

test('how a run ended badly is told', async () => {
  const [failed, cancelled] = await Promise.all(['rejected', 'cancelled-with-rows'].map((name) => story(name)));
  assert.equal(linesOf(failed ?? assert.fail()).at(-1), 'run 0: ended: failed');
  assert.ok(linesOf(cancelled ?? assert.fail()).includes('run 0: cancel requested'));
  assert.equal(linesOf(cancelled ?? assert.fail()).at(-1), 'run 0: ended: cancelled');
});

test('whatever a history holds, it is told without failing', () => {
  const encrypted = { payloads: [{ metadata: { encoding: Buffer.from('binary/encrypted') }, data: Buffer.from('?') }] };
  for (const events of [
    null,
    [],
    [{}],
    [{ activityTaskScheduledEventAttributes: { activityType: { name: 'planRun' }, input: encrypted } }],
    [{ activityTaskCompletedEventAttributes: { result: encrypted } }],
  ]) {
    assert.ok(storyOf(readEvents([{ events }], defaultPayloadConverter)).episodes.length <= 1);
  }
});

test('a history of thousands of steps keeps both ends', () => {
  const events = Array.from({ length: 4_000 }, (_, at) => [
    {
      eventId: String(at),
      eventTime: new Date(at * 1_000).toISOString(),
      activityTaskScheduledEventAttributes: { activityType: { name: at % 2 === 0 ? 'pollResult' : 'submitQuery' } },
    },
  ]).flat();
  const told = storyOf(eventsIn(events));
  assert.equal(told.episodeCount, 4_000);
  assert.equal(told.episodes.length, 60);
  assert.deepEqual(
    [told.episodes[0]?.from, told.episodes.at(-1)?.from],
    [new Date(0).toISOString(), new Date(3_999_000).toISOString()],
  );
});
