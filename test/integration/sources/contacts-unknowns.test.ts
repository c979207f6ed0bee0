import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ReportingSettingsInput } from '../../../simulator/reporting/settings.js';
import { readingOf, rowsOf, simulatedTenant, type SimulatedTenant } from '../../support/sources/journey-source.js';
import { definitionOf } from '../../unit/journeys/journeys-fixtures.js';

const definition = definitionOf({ contained: ['disposition:901'] });
const DATA = { late: 0, restated: 0, journeysPerDay: 60, wideIds: true } as const;
const ASKED = {
  dateFrom: '2026-10-05',
  dateTo: '2026-10-07',
  timeZone: 'America/Chicago',
  metric: ['journeyCompletionRate', 'averageWaitTime', 'medianJourneyDuration', 'journeyEscalationRate'],
  dimension: ['queue', 'channel', 'team'],
};

/** What no document settles, as tenants may have it. Whatever they have, the rows are the same. */
const WIRES: readonly (readonly [string, ReportingSettingsInput])[] = [
  ['the names of the specification', { names: 'spec' }],
  ['both generations of names side by side', { names: 'both' }],
  ['every value a text', { values: 'text' }],
  ['thousands with commas', { values: 'commas' }],
  ['the wrapper of old versions', { wrapper: true }],
  ['links of this version', { links: 'own' }],
  ['links to another host, which are not followed', { links: 'elsewhere', topCap: 40 }],
  ['no links', { links: 'absent' }],
  ['no totals', { totals: false, topCap: 40 }],
  ['a small cap on a page', { topCap: 23 }],
  ['an end that is inclusive', { endInclusive: true }],
  ['no order that may be asked for', { orderBy: 'refused' }],
  ['fields that are unknown and ignored', { unknownFields: 'ignored' }],
  ['large pages that time out', { timeoutAboveRows: 5_000 }],
  ['long windows that time out', { timeoutAboveRows: 5_000, timeoutAboveHours: 13 }],
  ['sums as numbers', { summaryValues: 'json' }],
  ['sums that are refused', { forbidden: ['skills/summary'] }],
  ['refusals as the gateway words them', { errors: 'gateway' }],
];

async function rowsWith(tenant: SimulatedTenant): Promise<readonly Record<string, unknown>[]> {
  return rowsOf(tenant.source(), ASKED);
}

test('however a tenant writes its answers, the rows are the same', async (t) => {
  const expected = await rowsWith(await simulatedTenant(t, definition, DATA));
  assert.ok(expected.length > 20);
  for (const [name, settings] of WIRES) {
    assert.deepEqual(await rowsWith(await simulatedTenant(t, definition, { ...DATA, ...settings })), expected, name);
  }
});

test('hang-ups in a menu are read as they are flagged: dropped where they are, unresolved where not', async (t) => {
  const only = { ...DATA, only: ['ivr-hang-up' as const] };
  const metric = ['journeyDropOffRate', 'journeyUnresolved'];
  const sums = async (hangUpsAbandoned: boolean): Promise<readonly number[]> => {
    const rows = await rowsOf((await simulatedTenant(t, definition, { ...only, hangUpsAbandoned })).source(), {
      ...ASKED,
      metric,
      dimension: [],
    });
    return ['journeyDroppedOff', 'journeyUnresolved'].map((name) =>
      rows.reduce((sum, row) => sum + Number(row[name]), 0),
    );
  };
  const [dropped = 0, none] = await sums(true);
  assert.ok(dropped > 50);
  assert.deepEqual([none, await sums(false)], [0, [0, dropped]]);
});

test('a key that sees less gives fewer journeys and no error, and orphans show it', async (t) => {
  const facts = async (visible: number) => {
    const tenant = await simulatedTenant(t, definition, { ...DATA, visible });
    const reading = readingOf(ASKED);
    await reading.finish(tenant.source());
    const [first] = await reading.derived(tenant.source());
    assert.ok(first?.facts);
    return first.facts;
  };
  const [all, some] = [await facts(1), await facts(0.6)];
  assert.ok(some.legs < all.legs && some.orphans > all.orphans);
});

test('nothing personal is asked for by name, kept, or made into rows', async (t) => {
  const tenant = await simulatedTenant(t, definition, DATA);
  const source = tenant.source();
  const reading = readingOf(ASKED);
  await reading.finish(source);
  const derived = await reading.derived(source);
  const kept = await readdir(join(tenant.folder, 'legs'), { recursive: true, withFileTypes: true });
  const files = kept.filter((entry) => entry.isFile());
  assert.ok(files.length > 4);
  const texts = [
    ...(await Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'latin1')))),
    ...reading.bodies.map((body) => Buffer.from(body).toString('latin1')),
    ...derived.flatMap(({ body, details, facts }) => [Buffer.from(body).toString(), JSON.stringify([details, facts])]),
    JSON.stringify(tenant.cxone.journal.entries()),
  ];
  for (const text of texts) assert.ok(!/personal-/i.test(text));
  const asked = tenant.cxone.journal.entries().flatMap((entry) => ('fields' in entry ? [entry.fields] : []));
  assert.ok(asked.length > 2 && !asked.some((fields) => /address|addr|firstName|lastName|notes/i.test(fields)));
});

test('the version of the API that was read stands in what is known of the journeys', async (t) => {
  const tenant = await simulatedTenant(t, definition, DATA);
  const source = tenant.source({ apiVersion: 'v33.0' });
  const reading = readingOf(ASKED);
  await reading.finish(source);
  const [first] = await reading.derived(source);
  assert.equal(first?.facts?.apiVersion, 'v33.0');
});

test('a short page that promises more and links to nothing is refused, never taken for all', async (t) => {
  const tenant = await simulatedTenant(t, definition, { ...DATA, links: 'absent', topCap: 40 });
  await assert.rejects(rowsWith(tenant), /did not add up three times \(40 contacts came where \d+ were promised\)/);
});
