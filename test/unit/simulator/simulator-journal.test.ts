import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Journal } from '../../../simulator/journal.js';

interface Entry {
  readonly what: string;
  readonly effect: boolean;
}

test('numbers and dates its entries, and finds them by their fields', () => {
  const journal = new Journal<Entry>({ now: () => 0 });
  journal.append({ what: 'a', effect: true });
  journal.append({ what: 'b', effect: true });
  journal.append({ what: 'a', effect: false });
  assert.deepEqual(journal.entries({ what: 'b' }), [
    { seq: 2, at: '1970-01-01T00:00:00.000Z', what: 'b', effect: true },
  ]);
  assert.equal(journal.count({ what: 'a', effect: true }), 1);
  assert.equal(journal.count(), 3);
});

test('has every entry in its file at once, and goes on where an earlier process left it', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'journal-'));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  const file = join(folder, 'journal.ndjson');
  new Journal<Entry>({ now: () => 0, file }).append({ what: 'a\nb', effect: true });
  new Journal<Entry>({ now: () => 0, file }).append({ what: 'c', effect: true });
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  assert.deepEqual(
    lines.map((line) => JSON.parse(line) as unknown),
    [
      { seq: 1, at: '1970-01-01T00:00:00.000Z', what: 'a\nb', effect: true },
      { seq: 2, at: '1970-01-01T00:00:00.000Z', what: 'c', effect: true },
    ],
  );
});
