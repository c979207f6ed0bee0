import assert from 'node:assert/strict';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import {
  DAY_MS,
  MONDAY,
  readingOf,
  rowsOf,
  simulatedTenant,
  type Asked,
  type SimulatedTenant,
} from '../../support/sources/journey-source.js';
import { createFileBlobStore } from '../../../src/datasets/blobs/file-blob-store.js';
import { createDaySheets } from '../../../src/datasets/store/day-sheets.js';
import type { DaySheets } from '../../../src/ports/index.js';
import { pagesGiven } from '../../support/sources/contacts-window.js';
import { temporaryFolder } from '../../unit/datasets/datasets-fixtures.js';
import { definitionOf } from '../../unit/journeys/journeys-fixtures.js';

const definition = definitionOf({ contained: 'none' });
const QUIET = { late: 0, restated: 0, journeysPerDay: 40 } as const;
const WEEK = { dateFrom: '2026-10-05', dateTo: '2026-10-12' };

async function emptySheets(t: TestContext): Promise<DaySheets> {
  return createDaySheets(createFileBlobStore(await temporaryFolder(t)));
}

test('a settled day is asked for once, whatever zone, definition or window wants it', async (t) => {
  const tenant = await simulatedTenant(t, definition, QUIET);
  await rowsOf(tenant.source(), { dateFrom: '2026-09-25', dateTo: '2026-10-20' });
  const asked = tenant.asked().length;
  const other = definitionOf({ contained: ['disposition:1'], horizon: '90 minutes', minTalk: 30 });
  for (const timeZone of ['UTC', 'Asia/Kolkata', 'America/Chicago']) {
    await rowsOf(tenant.source(), { ...WEEK, timeZone });
    await rowsOf(tenant.source({ definition: other }), { ...WEEK, timeZone });
    await rowsOf(tenant.source(), { dateFrom: '2026-10-07', dateTo: '2026-10-08', timeZone, dimension: ['queue'] });
  }
  assert.deepEqual(tenant.asked().slice(asked), []);
});

test('rows of settled days are those of the days as they were first read', async (t) => {
  const tenant = await simulatedTenant(t, definition, { ...QUIET, topCap: 17, wideIds: true });
  const ask = { ...WEEK, dimension: ['queue', 'channel'], metric: ['journeyCompletionRate', 'averageWaitTime'] };
  const bare = tenant.source();
  const [first, again] = [await rowsOf(bare, ask), await rowsOf(tenant.source(), ask)];
  assert.ok(first.length > 20);
  assert.deepEqual(again, first);
});

test('a backfill of many windows reads each day once, also where windows run side by side', async (t) => {
  const tenant = await simulatedTenant(t, definition, { ...QUIET, topCap: 30, only: ['answered', 'transferred'] });
  const source = tenant.source();
  const days = Array.from({ length: 10 }, (_, day) => new Date(MONDAY + day * DAY_MS).toISOString().slice(0, 10));
  const readings = days.slice(1).map((dateTo, day) => readingOf({ dateFrom: days[day] ?? '', dateTo }));
  let open = readings.map((reading) => ({ reading, more: true }));
  while (open.length > 0) {
    const stepped = await Promise.all(open.map(async ({ reading }) => ({ reading, more: await reading.step(source) })));
    open = stepped.filter(({ more }) => more);
  }
  const pages = new Map<string, number>();
  for (const entry of tenant.cxone.journal.entries()) {
    if (!('skip' in entry) || entry.top === 1) continue;
    const page = `${entry.startDate ?? ''} ${entry.skip ?? ''}`;
    pages.set(page, (pages.get(page) ?? 0) + 1);
  }
  assert.ok(pages.size >= 11);
  assert.deepEqual([...new Set(pages.values())], [1]);
});

test('two processes that read the same days at once give the rows of one alone, and ask for no page more than twice', async (t) => {
  const tenant = await simulatedTenant(t, definition, { ...QUIET, topCap: 15, wideIds: true });
  const other = definitionOf({ contained: ['disposition:901'], horizon: '2 hours' });
  const asks = [
    { change: {}, ask: { dateFrom: '2026-10-05', dateTo: '2026-10-08', dimension: ['queue'] } },
    { change: { definition: other }, ask: { dateFrom: '2026-10-06', dateTo: '2026-10-07', timeZone: 'Asia/Kolkata' } },
  ];
  const expected = await Promise.all(
    asks.map(async ({ change, ask }) => rowsOf(tenant.source({ ...change, sheets: await emptySheets(t) }), ask)),
  );
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.nat({ max: 2 })), async (turns) => {
      const sheets = await emptySheets(t);
      const from = tenant.cxone.journal.entries().length;
      const open = asks.map(({ change, ask }) => ({
        source: tenant.source({ ...change, sheets }),
        reading: readingOf(ask),
        more: true,
      }));
      for (const turn of turns) {
        // Now one, now the other, now both at the same time.
        const stepping = open.filter(({ more }, index) => more && (turn === 2 || turn === index));
        await Promise.all(stepping.map(async (each) => (each.more = await each.reading.step(each.source))));
        if (!open.some(({ more }) => more)) break;
      }
      const found = await Promise.all(open.map(({ reading, source }) => reading.rows(source)));
      assert.deepEqual(found, expected);
      const pages = pagesGiven(tenant.cxone.journal, from);
      assert.ok([...pages.values()].every((times) => times <= 2));
      const asked = tenant.asked().length;
      assert.deepEqual(await rowsOf(tenant.source({ sheets }), asks[0]?.ask ?? WEEK), expected[0]);
      assert.equal(tenant.asked().length, asked, 'one whole sheet a day is left');
    }),
    { numRuns: 8 },
  );
});

test('a day is asked for again until its horizon has passed, and then never', async (t) => {
  const tenant = await simulatedTenant(t, definition, { ...QUIET, only: ['answered'] });
  const ask = { dateFrom: '2026-10-05', dateTo: '2026-10-06' };
  const askedFor = async (hours: number): Promise<boolean> => {
    const before = tenant.asked().length;
    tenant.clock.now = MONDAY + DAY_MS + hours * 3_600_000;
    await rowsOf(tenant.source(), ask);
    return tenant.asked().slice(before).includes('2026-10-05');
  };
  assert.deepEqual(
    [await askedFor(1), await askedFor(3.9), await askedFor(4), await askedFor(4.1)],
    [true, true, true, false],
  );
});

test('where a tenant has email, its days settle after the longer horizon', async (t) => {
  const tenant = await simulatedTenant(t, definition, { ...QUIET, journeysPerDay: 400 });
  const ask = { dateFrom: '2026-10-05', dateTo: '2026-10-06' };
  const askedFor = async (days: number): Promise<boolean> => {
    const before = tenant.asked().length;
    tenant.clock.now = MONDAY + DAY_MS + days * DAY_MS;
    await rowsOf(tenant.source(), ask);
    return tenant.asked().slice(before).includes('2026-10-05');
  };
  assert.deepEqual([await askedFor(1), await askedFor(7), await askedFor(8)], [true, true, false]);
});

test('a reading that breaks off among pages and among days goes on where it was', async (t) => {
  const tenant = await simulatedTenant(t, definition, { ...QUIET, topCap: 25, wideIds: true });
  const whole = readingOf(WEEK);
  const keepsNothing = { find: () => Promise.resolve(undefined), settle: () => Promise.resolve() };
  const untouched = tenant.source({ sheets: { ...tenant.sheets, ...keepsNothing } });
  await whole.finish(untouched);
  const expected = await whole.rows(untouched);
  const asked = tenant.asked().length;
  const broken = readingOf(WEEK);
  // Another process for every page.
  for (let more = true; more;) more = await broken.step(tenant.source());
  assert.deepEqual(await broken.rows(tenant.source()), expected);
  const pages = tenant.cxone.journal
    .entries()
    .slice(-1_000)
    .flatMap((entry) => ('skip' in entry && entry.top !== 1 ? [`${entry.startDate ?? ''} ${entry.skip ?? ''}`] : []));
  const later = pages.slice(pages.length / 2);
  assert.equal(pages.length % 2, 0, 'as many pages as without a break');
  assert.equal(new Set(later).size, later.length, 'no page came twice');
  assert.ok(tenant.asked().length > asked);
});

test('a sheet that retention lets go in the middle is read from the source again', async (t) => {
  const tenant = await simulatedTenant(t, definition, { ...QUIET, topCap: 25, only: ['answered'] });
  const first = await rowsOf(tenant.source(), WEEK);
  const reading = readingOf(WEEK);
  const source = tenant.source();
  await reading.step(source);
  for (const scope of await readdir(join(tenant.folder, 'legs'))) {
    await rm(join(tenant.folder, 'legs', scope), { recursive: true });
  }
  await reading.finish(source);
  assert.deepEqual(await reading.rows(source), first);
});

/** Rows of a range of days, and of its days in any parts. */
async function assertPartitions(
  tenant: SimulatedTenant,
  [first, last]: readonly [number, number],
  ask: Pick<Asked, 'timeZone' | 'dimension' | 'metric'>,
): Promise<void> {
  const source = tenant.source();
  const dates = Array.from({ length: last - first + 1 }, (_, day) => `2026-10-${first + day}`);
  const [begin = '', end = ''] = [dates[0], dates.at(-1)];
  const whole = await rowsOf(source, { ...ask, dateFrom: begin, dateTo: end });
  assert.ok(whole.length >= last - first);
  await fc.assert(
    fc.asyncProperty(fc.subarray(dates.slice(1, -1)), async (cuts) => {
      const bounds = [begin, ...cuts, end];
      const parts: Record<string, unknown>[] = [];
      for (const [place, dateTo] of bounds.slice(1).entries()) {
        parts.push(...(await rowsOf(source, { ...ask, dateFrom: bounds[place] ?? '', dateTo })));
      }
      assert.deepEqual(parts, whole);
    }),
    { numRuns: 12 },
  );
}

test('any partition of a range gives the same rows, over a change of clocks', async (t) => {
  const tenant = await simulatedTenant(t, definition, { ...QUIET, journeysPerDay: 60 });
  const metric = ['journeyCompletionRate', 'medianJourneyDuration'];
  await assertPartitions(tenant, [21, 29], { timeZone: 'Europe/Berlin', dimension: ['queue'], metric });
});

test('any partition gives the same rows where callbacks are made after the last hour, and nobody writes', async (t) => {
  const only = ['callback-reached', 'callback-missed'] as const;
  const tenant = await simulatedTenant(t, definition, { ...QUIET, journeysPerDay: 200, only: [...only] });
  await assertPartitions(tenant, [12, 17], { timeZone: 'UTC', metric: ['journeyCompleted', 'totalJourneyDuration'] });
});
