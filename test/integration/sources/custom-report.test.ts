import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CALLS,
  accepted,
  customReportOf,
  question,
  readAll,
  rowsIn,
  submit,
} from '../../support/sources/csv-source.js';
import { startReal } from '../../support/sources/cxone-real.js';

const DAY = question(CALLS, '2026-10-05T00:00:00Z', '2026-10-06T00:00:00Z');

/** Long enough for the contacts of journeys that began on an earlier day. */
const days = (first: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, day) => new Date(Date.parse(first) + day * 86_400_000).toISOString().slice(0, 10));

test('a report has the contacts of the window, in the zone that is configured, with ids as digits', async (t) => {
  const cxone = await startReal(t, { settings: { wideIds: true, late: 0, restated: 0 } });
  const source = customReportOf(t, cxone);
  const { pages, end } = await readAll(source, DAY, await accepted(source, DAY));
  assert.equal(end, 'done');
  const [fromMs, toMs] = [Date.parse(DAY.query.dateFrom), Date.parse(DAY.query.dateTo)];
  const legs = days('2026-09-27', 9).flatMap((day) =>
    [...cxone.reporting.journeysOf(day)].flatMap((journey) => journey.legs),
  );
  const expected = legs.filter(({ startMs }) => startMs >= fromMs && startMs < toMs).map(({ contactId }) => contactId);
  assert.ok(expected.length > 300);
  assert.deepEqual(
    rowsIn(pages)
      .map(({ contact }) => contact)
      .sort(),
    expected.sort(),
  );
});

test('where the report ends a second later than asked, what is too much is left out and counted', async (t) => {
  const cxone = await startReal(t, { settings: { journeysPerDay: 50_000, only: ['answered'], late: 0 } });
  const source = customReportOf(t, cxone);
  const minute = question(CALLS, '2026-10-05T12:00:00Z', '2026-10-05T12:01:00Z');
  const { pages } = await readAll(source, minute, await accepted(source, minute));
  const outside = pages.reduce((sum, page) => sum + (page.outside ?? 0), 0);
  assert.ok(outside > 0);
  assert.ok(rowsIn(pages).every(({ date }) => String(date).startsWith('2026-10-05T12:00:')));
});

test('no data is no rows: a 204, and a header row alone', async (t) => {
  const cxone = await startReal(t, { settings: { journeysPerDay: 0 } });
  const source = customReportOf(t, cxone);
  const { pages, end } = await readAll(source, DAY, await accepted(source, DAY));
  assert.deepEqual([rowsIn(pages), end], [[], 'done']);
  assert.equal(cxone.journal.entries().find(({ operation }) => operation === 'download')?.status, 204);
});

test('a 200 that refuses fails with its own sentence', async (t) => {
  const cxone = await startReal(t);
  const source = customReportOf(t, cxone, { reportId: '540' });
  await assert.rejects(readAll(source, DAY, await accepted(source, DAY)), (error: Error & { failureType?: string }) => {
    assert.equal(error.failureType, 'QueryRejected');
    assert.match(error.message, /does not exist or is not permitted/);
    return true;
  });
});

test('a report that is larger than an answer may be asks for a shorter window', async (t) => {
  const cxone = await startReal(t);
  const source = customReportOf(t, cxone, { limits: { bodyCapBytes: 10_000 } });
  await assert.rejects(readAll(source, DAY, await accepted(source, DAY)), (error: Error & { failureType?: string }) => {
    assert.equal(error.failureType, 'ResponseTooLarge');
    assert.match(error.message, /shorter window/);
    return true;
  });
});

test('a report with another header row is not taken for the one that was configured', async (t) => {
  const cxone = await startReal(t);
  const mapping = { ...CALLS, dimensions: { direction: 'Direction' } };
  const source = customReportOf(t, cxone, { mapping });
  const asked = question(mapping, DAY.query.dateFrom, DAY.query.dateTo);
  const ticket = await accepted(source, asked);
  await assert.rejects(readAll(source, asked, ticket), /has no column "Direction"/);
  cxone.reporting.change({ reportDirection: true });
  const { pages } = await readAll(source, asked, ticket);
  assert.deepEqual([...new Set(rowsIn(pages).map(({ direction }) => direction))].sort(), ['Inbound', 'Outbound']);
});

test('what CXone cannot answer now is asked for again; a missing right is named', async (t) => {
  const cxone = await startReal(t);
  const source = customReportOf(t, cxone);
  const ticket = await accepted(source, DAY);
  const once = async (fault: '429' | '503'): Promise<string> => {
    cxone.faults.add({ script: [{ on: 'download', fault }] });
    return (await readAll(source, DAY, ticket)).end;
  };
  assert.deepEqual([await once('429'), await once('503')], ['rate limited', 'unavailable']);
  cxone.faults.add({ script: [{ on: 'download', fault: '403' }] });
  await assert.rejects(readAll(source, DAY, ticket), /right "Data Download"/);
  for (const fault of ['wrong-json', 'html', 'cut-json'] as const) {
    cxone.faults.add({ script: [{ on: 'download', fault }] });
    await assert.rejects(readAll(source, DAY, ticket), { failureType: 'MalformedResponse' });
  }
});

test('submitting asks nobody anything, and a report without a direction says so', async (t) => {
  const cxone = await startReal(t);
  const source = customReportOf(t, cxone);
  assert.equal((await submit(source, DAY)).state, 'accepted');
  assert.equal(cxone.journal.entries().length, 0);
  assert.match(source.rules.caveat ?? '', /inbound and outbound contacts count together/);
  const directed = customReportOf(t, cxone, { mapping: { ...CALLS, dimensions: { direction: 'Direction' } } });
  assert.equal(directed.rules.caveat, undefined);
});
