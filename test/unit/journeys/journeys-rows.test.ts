import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  DIMENSIONS,
  dimensionNamed,
  readJourneyFilter,
  type Dimension,
  type JourneyFilter,
} from '../../../src/domain/journeys/journey.js';
import { JourneyRows, type JourneyRow } from '../../../src/domain/journeys/rows/journey-rows.js';
import { METRICS } from '../../../src/domain/journeys/rows/metrics.js';
import { planMetrics } from '../../../src/domain/journeys/rows/plan-metrics.js';
import { refusedMetrics } from '../../../src/sources/contacts/prepare-journeys.js';
import type { Journey } from '../../../src/domain/journeys/journey.js';
import { definitionOf, forest, HOUR_MS, join, journeysOf, legOf, settingsInput, START } from './journeys-fixtures.js';
import { referenceFigures, referenceJourneys, type ReferenceJourney } from './journeys-reference.js';

const DAY_MS = 24 * HOUR_MS;
const DAYS = { fromMs: START, toMs: START + 3 * DAY_MS, readUntilMs: START + 70 * HOUR_MS };
const labelOf = (startMs: number): string => new Date(startMs).toISOString().slice(0, 10);

interface Asked {
  readonly dimensions?: readonly Dimension[];
  readonly filter?: JourneyFilter;
  readonly days?: readonly number[];
}

function rowsOf(
  journeys: Iterable<Journey>,
  { dimensions = [], filter = new Map(), days = [0, 1, 2] }: Asked = {},
): JourneyRow[] {
  const starts = days.map((day) => START + day * DAY_MS);
  const rows = new JourneyRows({
    metrics: METRICS,
    dimensions: dimensions.map((dimension) => ({ key: dimension, dimension })),
    buckets: { starts, labels: starts.map(labelOf) },
    filter,
  });
  for (const journey of journeys) rows.add(journey);
  return rows.rows();
}

const dimensionsAsked = fc.subarray([...DIMENSIONS]);

test('rows are those of the reference, and parts add up to what was started', () => {
  fc.assert(
    fc.property(forest, settingsInput, dimensionsAsked, (legs, input, dimensions) => {
      const { settings } = definitionOf(input);
      const rows = rowsOf(join(legs, settings, DAYS).journeys(), { dimensions });
      const groups = new Map<string, ReferenceJourney[]>();
      for (const journey of referenceJourneys(legs, settings, DAYS).filter(({ outcome }) => outcome !== 'outbound')) {
        const key = JSON.stringify([labelOf(journey.startMs), ...dimensions.map((each) => journey[each].id)]);
        groups.set(key, [...(groups.get(key) ?? []), journey]);
      }
      const found = rows.map(
        (row) => [JSON.stringify([row['date'], ...dimensions.map((each) => row[each])]), row] as const,
      );
      for (const day of [0, 1, 2].map((each) => labelOf(START + each * DAY_MS))) {
        const isEmpty = ![...groups.keys()].some((key) => key.startsWith(`["${day}"`));
        if (isEmpty) groups.set(JSON.stringify([day, ...dimensions.map(() => null)]), []);
      }
      assert.deepEqual(found.map(([key]) => key).sort(), [...groups.keys()].sort());
      for (const [key, row] of found) {
        const expected = referenceFigures(groups.get(key) ?? []);
        assert.deepEqual(Object.fromEntries(METRICS.map(({ metric }) => [metric, row[metric]])), expected);
        const parts = [row['journeyCompleted'], row['journeyDroppedOff'], row['journeyUnresolved']].map(Number);
        assert.equal(
          parts.reduce((sum, part) => sum + part, 0),
          row['journeyStarted'],
        );
      }
    }),
    { numRuns: 300 },
  );
});

test('days by themselves have the rows of the range, and so have shards in any order, to the last bit', () => {
  fc.assert(
    fc.property(
      forest,
      settingsInput,
      dimensionsAsked,
      fc.infiniteStream(fc.nat({ max: 2 })),
      (legs, input, dimensions, shards) => {
        const { settings } = definitionOf(input);
        const whole = rowsOf(join(legs, settings, DAYS).journeys(), { dimensions });
        const longest = 1_000 * Math.max(...Object.values(settings.horizon));
        const days = [0, 1, 2].flatMap((day) => {
          const window = { ...DAYS, fromMs: START + day * DAY_MS, toMs: START + (day + 1) * DAY_MS };
          const around = legs.filter(
            ({ startMs }) => startMs >= window.fromMs - longest && startMs < window.toMs + longest,
          );
          return rowsOf(join(around, settings, window).journeys(), { dimensions, days: [day] });
        });
        assert.deepEqual(days, whole);
        const journeys = [...join(legs, settings, DAYS).journeys()];
        const sharded = [0, 1, 2].flatMap((shard) => journeys.filter(() => shards.next().value === shard));
        const rest = journeys.filter((journey) => !sharded.includes(journey));
        assert.deepEqual(rowsOf([...rest.reverse(), ...new Set(sharded)], { dimensions }), whole);
      },
    ),
    { numRuns: 150 },
  );
});

test('a bucket without journeys is zero: counts are 0, rates and averages null', () => {
  const [, empty] = rowsOf(journeysOf([legOf('1')]), { dimensions: ['queue'] });
  assert.deepEqual([empty?.['date'], empty?.['queue']], ['2026-10-02', null]);
  for (const { metric, kind } of METRICS) assert.equal(empty?.[metric], kind === 'count' ? 0 : null, metric);
});

test('where all are left out, rates are null and the queue still has its figures', () => {
  const early = legOf('1', { queueSeconds: 5, isAbandoned: true, isShortAbandon: true });
  const [row] = rowsOf(journeysOf([early], {}, DAYS));
  assert.deepEqual(
    [row?.['journeyStarted'], row?.['journeyDropOffRate'], row?.['medianJourneyDuration']],
    [0, null, null],
  );
  assert.deepEqual([row?.['journeyQueued'], row?.['journeyAbandonRate'], row?.['journeyAnswerRate']], [1, 1, 0]);
});

test('outbound journeys make no row', () => {
  const rows = rowsOf(journeysOf([legOf('1', { isOutbound: true, queue: { id: '9', label: 'Out' } })]), {
    dimensions: ['channel'],
  });
  assert.deepEqual(
    rows.map((row) => row['channel']),
    [null, null, null],
  );
});

test('a queue that was renamed is one row, with the label of its latest journey', () => {
  const queue = (label: string): Partial<Parameters<typeof legOf>[1]> => ({
    queue: { id: '11', label },
    queueSeconds: 5,
  });
  const legs = [
    legOf('2', queue('New')),
    legOf('1', { ...queue('Old'), startMs: START - 1 + DAY_MS }),
    legOf('9', queue('Older')),
  ];
  const [row] = rowsOf(journeysOf(legs), { dimensions: ['queue'] });
  assert.deepEqual([row?.['queue'], row?.['queueLabel'], row?.['journeyStarted']], ['11', 'Old', 3]);
});

test('filters are by id or label, of whole journeys', () => {
  const queue = (id: string, label: string): Partial<Parameters<typeof legOf>[1]> => ({
    queue: { id, label },
    queueSeconds: 5,
  });
  const legs = [
    legOf('1', queue('11', 'Billing')),
    legOf('2', { masterContactId: '1', ...queue('12', 'Sales') }),
    legOf('3', queue('12', 'Sales')),
    legOf('4'),
  ];
  const startedWith = (asked: Record<string, unknown>): unknown => {
    const read = readJourneyFilter(asked);
    return 'filter' in read ? rowsOf(journeysOf(legs), { filter: read.filter })[0]?.['journeyStarted'] : read.refused;
  };
  assert.equal(startedWith({ queue: 'Sales' }), 1);
  assert.equal(startedWith({ queue: [11, null] }), 2);
  assert.equal(startedWith({ queue: 'Billing', channel: 'chat' }), 0);
  assert.deepEqual(startedWith({ region: 'emea', queue: {}, journeyId: '1', entryPoint: '2', team: [] }), [
    { name: 'region', reason: 'filters are channel, queue, campaign, team, entryPoint' },
    { name: 'queue', reason: 'its value is a text, a number, null, or a list of these' },
    { name: 'entryPoint', reason: 'entryPoint is filtered twice' },
    { name: 'team', reason: 'its value is a text, a number, null, or a list of these' },
  ]);
});

test('a rate brings what it divides, and how many journeys are open', () => {
  const plan = planMetrics(['journeyAnswerRate', 'medianJourneyDuration'], definitionOf());
  assert.deepEqual('metrics' in plan && plan.metrics.map(({ metric }) => metric), [
    'journeyQueued',
    'journeyAnswered',
    'journeyAnswerRate',
    'journeyStarted',
    'journeyOpen',
    'medianJourneyDuration',
  ]);
});

test('what needs `contained` is refused without it, with the reason', () => {
  assert.deepEqual(
    refusedMetrics(definitionOf()).map(({ name }) => name),
    ['journeyCompleted', 'journeyDroppedOff', 'journeyUnresolved', 'journeyCompletionRate', 'journeyDropOffRate'],
  );
  assert.match(refusedMetrics(definitionOf())[0]?.reason ?? '', /set `contained`/);
  assert.deepEqual(refusedMetrics(definitionOf({ contained: 'none' })), []);
  const unread = refusedMetrics(definitionOf({ contained: ['disposition:1', 'customData:a=b'] }));
  assert.deepEqual([unread.length, unread[0]?.name], [5, 'journeyCompleted']);
  assert.match(
    unread[0]?.reason ?? '',
    /"customData:a=b".*may hold what is personal; let the script set a disposition/,
  );
  assert.deepEqual(planMetrics(['journeyRepeatRate'], definitionOf()), {
    refused: [{ name: 'journeyRepeatRate', reason: 'it is no metric of journeys' }],
  });
});

test('journeyId is another name of the entry point', () => {
  assert.deepEqual(
    [dimensionNamed('journeyId'), dimensionNamed('queue'), dimensionNamed('region')],
    ['entryPoint', 'queue', undefined],
  );
});
