/** What happened to the sheet of a settled day while nobody looked: its rows are right, or the reading fails by name. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { DatasetError } from '../../../src/datasets/store/dataset-error.js';
import { readingOf, rowsOf, simulatedTenant } from '../../support/sources/journey-source.js';
import { definitionOf } from '../../unit/journeys/journeys-fixtures.js';

const definition = definitionOf({ contained: 'none' });
const DATA = { late: 0, restated: 0, journeysPerDay: 40, topCap: 20, only: ['answered', 'transferred'] as const };
const ASKED = { dateFrom: '2026-10-05', dateTo: '2026-10-06', dimension: ['queue'] };

type Harm = (file: string) => Promise<unknown>;
interface Cell {
  readonly of: 'blobs' | 'notes';
  readonly kind: string;
  readonly harm: Harm;
  /** The type of the failure; without one the rows are right. */
  readonly fails?: string;
}

const changed: Harm = async (file) => {
  const text = await readFile(file, 'utf8');
  await writeFile(
    file,
    text.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 1) % 10)),
  );
};
const cut: Harm = async (file) => truncate(file, (await readFile(file)).length >> 1);
/** Still a list, and of fewer contacts. */
const shorter: Harm = async (file) => {
  await writeFile(file, (await readFile(file, 'utf8')).replace(/\{"bytes"[^}]*\},/, ''));
};
const gone: Harm = (file) => rm(file);
const otherFormat: Harm = async (file) => {
  const json = (await readFile(file, 'utf8')).slice(65).replace('"version":1', '"version":99');
  await writeFile(file, `${createHash('sha256').update(json).digest('hex')}\n${json}`);
};

const CELLS: readonly Cell[] = [
  { of: 'blobs', kind: 'truncated', harm: cut, fails: 'DatasetCorrupt' },
  { of: 'blobs', kind: 'changed', harm: changed, fails: 'DatasetCorrupt' },
  { of: 'blobs', kind: 'missing', harm: gone, fails: 'DatasetExpired' },
  { of: 'notes', kind: 'truncated', harm: cut, fails: 'DatasetCorrupt' },
  { of: 'notes', kind: 'changed', harm: changed, fails: 'DatasetCorrupt' },
  { of: 'notes', kind: 'without their first page', harm: shorter, fails: 'DatasetCorrupt' },
  { of: 'notes', kind: 'missing', harm: gone },
  { of: 'notes', kind: 'of another format', harm: otherFormat, fails: 'DatasetUnavailable' },
];

/** Files of all sheets: the pages of days, or their lists. */
async function filesOf(folder: string, of: Cell['of']): Promise<readonly string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found
    .filter((each) => each.isFile() && each.parentPath.split('/').includes(of))
    .map((each) => join(each.parentPath, each.name));
}

for (const { of, kind, harm, fails } of CELLS) {
  const what = of === 'blobs' ? 'pages' : 'lists of pages';
  test(`${what} of settled days, ${kind}: ${fails === undefined ? 'the rows are right' : `fails as ${fails}`}`, async (t) => {
    const tenant = await simulatedTenant(t, definition, { ...DATA, only: [...DATA.only] });
    const expected = await rowsOf(tenant.source(), ASKED);
    const files = await filesOf(tenant.folder, of);
    assert.ok(files.length > 1);
    await Promise.all(files.map(harm));
    const again = rowsOf(tenant.source(), ASKED);
    if (fails === undefined) assert.deepEqual(await again, expected);
    else await assert.rejects(again, (error) => error instanceof DatasetError && error.failureType === fails);
  });
}

test('a stored page that is cut, changed or of another kind makes no rows', async (t) => {
  const tenant = await simulatedTenant(t, definition, { ...DATA, only: [...DATA.only] });
  const source = tenant.source();
  const reading = readingOf(ASKED);
  await reading.finish(source);
  const [whole] = reading.bodies;
  assert.ok(whole);
  for (const harmed of [whole.subarray(0, whole.length >> 1), Buffer.from('<html></html>'), Buffer.from('{}')]) {
    reading.bodies[0] = harmed;
    await assert.rejects(reading.rows(source), String(harmed.length));
  }
});
