import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { remembered, schemaChanges, type FoundShape, type RowShape } from '../../../src/domain/schema-memory.js';
import { scanPage } from '../../../src/pages/scan-page.js';

const KEYS = { metrics: ['m'], texts: ['date'], others: ['d'] };

/** The shape of rows, as a page of them is scanned. */
function shapeOf(rows: readonly object[]): FoundShape {
  const page = scanPage(Buffer.from(JSON.stringify({ data: rows })), KEYS, new Set());
  return { rows: rows.length, fields: page?.columns?.fields ?? new Map() };
}

/** What each run says that is different, one run after the other. */
function told(...runs: readonly (readonly object[])[]): readonly (readonly string[])[] {
  let known: RowShape | null = null;
  return runs.map((rows) => {
    const found = shapeOf(rows);
    const changes = known === null ? [] : schemaChanges(known, found);
    known = remembered(known, found);
    return changes.map(({ field, change }) => `${change} ${field}`);
  });
}

const ROW = { date: '2026-10-01', d: 'x', m: 1 };

test('the first run is remembered, and rows that look the same say nothing', () => {
  assert.deepEqual(told([ROW], [ROW, { ...ROW, m: 2 }]), [[], []]);
});

test('no change: null, whole numbers among decimals, a number as a text under a metric, another order', () => {
  const alike = [
    { ...ROW, m: null },
    { ...ROW, m: 0.5 },
    { ...ROW, m: '0.5' },
    { m: 1, d: 'x', date: 'y' },
  ];
  for (const row of alike) assert.deepEqual(told([ROW], [row]), [[], []], JSON.stringify(row));
});

test('no change: a field that some rows lack, and none of them later', () => {
  assert.deepEqual(told([ROW, { ...ROW, e: 1 }], [ROW], [{ ...ROW, e: 1 }]), [[], [], []]);
  const { m: _m, ...without } = ROW;
  assert.deepEqual(told([ROW], [ROW, without], [without]), [[], [], []]);
});

test('a run without rows says nothing, and forgets nothing', () => {
  assert.deepEqual(told([ROW], [], [{ ...ROW, e: 1 }]), [[], [], ['new e']]);
});

test('a new field is told once, and one that was in every row and is in none', () => {
  assert.deepEqual(told([ROW], [{ ...ROW, e: 'a' }], [{ ...ROW, e: 'b' }], [ROW], [ROW]), [
    ...[[], ['new e'], [], ['gone e'], []],
  ]);
  assert.deepEqual(told([ROW], [{ ...ROW, e: null }], [{ ...ROW, e: 1 }]), [[], [], ['new e']]);
});

test('another type is told, the way back as well; a mixture is told once', () => {
  const number = [{ ...ROW, e: 1 }];
  const text = [{ ...ROW, e: 'a' }];
  assert.deepEqual(told(number, text, number), [[], ['type e'], ['type e']]);
  assert.deepEqual(told(number, [...number, ...text], number, text), [[], ['type e'], [], []]);
  for (const other of [true, { a: 1 }, [1], '7']) {
    assert.deepEqual(told(number, [{ ...ROW, e: other }]), [[], ['type e']], JSON.stringify(other));
  }
  assert.deepEqual(told([ROW], [{ ...ROW, m: 'n/a' }]), [[], ['type m']], 'a word under a metric is no number');
});

test('names are only names', () => {
  const hostile = JSON.parse('{"date":"2026-10-01","__proto__":1,"constructor":"x","a\\u0000b":true}') as object;
  const known = remembered(null, shapeOf([hostile]));
  assert.deepEqual(Object.keys(known), ['__proto__', 'a\u0000b', 'constructor', 'date']);
  assert.deepEqual(schemaChanges(JSON.parse(JSON.stringify(known)) as RowShape, shapeOf([hostile])), []);
  assert.deepEqual(told([ROW], [{ ...ROW, constructor: 1 }]), [[], ['new constructor']]);
});

test('fields and types are those that `JSON.parse` finds', () => {
  const value = fc.oneof(fc.double({ noNaN: true }), fc.string(), fc.boolean(), fc.constant(null), fc.array(fc.nat()));
  const rows = fc.array(fc.dictionary(fc.constantFrom('a', 'b', 'é"\\', ''), value), { maxLength: 5 });
  const typeOf = (each: unknown): string =>
    ({ number: 'number', string: 'text', boolean: 'boolean' })[typeof each as string] ?? 'json';
  fc.assert(
    fc.property(rows, (data) => {
      const { fields } = shapeOf(data);
      const names = new Set(data.flatMap((row) => Object.keys(row)));
      assert.deepEqual([...fields.keys()].sort(), [...names].sort());
      for (const [name, found] of fields) {
        const having = data.filter((row) => Object.hasOwn(row, name));
        const types = new Set(having.flatMap((row) => (row[name] === null ? [] : [typeOf(row[name])])));
        assert.deepEqual(found, { rows: having.length, types: [...types].sort() });
      }
    }),
  );
});
