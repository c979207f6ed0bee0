import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { renderTable } from '../../../src/cli/terminal/table.js';
import { truncate, widthOf } from '../../../src/text/text-width.js';
import { wrap } from '../../../src/cli/terminal/wrap.js';

const COLUMNS = [{ head: 'RUN', whole: true }, { head: 'STATE' }, { head: 'ROWS', align: 'right' }] as const;
const RUN = 'journey-acme-20261101T0000Z-20261108T0000Z-1a2b3c4d';

test('pads every column to its widest cell', () => {
  const table = renderTable(COLUMNS, [
    ['a', 'completed', '7'],
    ['longer', 'ok', '12,000'],
  ]);
  assert.deepEqual(table.split('\n'), [
    'RUN     STATE        ROWS',
    'a       completed       7',
    'longer  ok         12,000',
  ]);
});

test('leaves the last columns out before it cuts the others beyond reading, and cuts an id last of all', () => {
  const row = [RUN, 'a state that takes its room', '12'];
  assert.equal(renderTable(COLUMNS, [row], 75).split('\n')[1], `${RUN}  a state that ta…    12`);
  assert.equal(renderTable(COLUMNS, [row], 74).split('\n')[1], `${RUN}  a state that takes i…`);
  assert.equal(renderTable(COLUMNS, [row], 60).split('\n')[1], `${RUN}  a stat…`);
  assert.equal(renderTable(COLUMNS, [row], 52).split('\n')[1], RUN);
  assert.equal(renderTable(COLUMNS, [row], 10).split('\n')[1], 'journey-a…');
});

test('never is wider than it may be, and is as wide as it gets where nothing limits it', () => {
  const cell = fc.string({ unit: 'grapheme', maxLength: 40 });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(cell, cell, cell), { maxLength: 5 }),
      fc.integer({ min: 1, max: 90 }),
      (rows, width) => {
        const lines = renderTable(COLUMNS, rows, width).split('\n');
        assert.equal(lines.length, rows.length + 1);
        for (const line of lines) assert.ok(widthOf(line) <= width, line);
        assert.ok(!renderTable(COLUMNS, rows).replaceAll(rows.flat().join(''), '').split('\n')[0]?.includes('…'));
      },
    ),
  );
});

test('lets no escape sequence of a cell reach the terminal', () => {
  const table = renderTable(COLUMNS, [['\u001B[2Ja\nb', '\u009B31mred', '\0']]);
  assert.ok(!/[^\P{Cc}\n]/u.test(table), JSON.stringify(table));
  assert.equal(table.split('\n').length, 2);
});

test('truncates by columns, between characters as people count them', () => {
  assert.equal(truncate('🙂🙂🙂', 6), '🙂🙂🙂');
  assert.equal(truncate('🙂🙂🙂', 5), '🙂🙂…');
  assert.equal(truncate('🙂🙂🙂', 4), '🙂…');
  assert.equal(truncate('東京支店', 7), '東京支…');
  assert.equal(truncate('cafe\u0301s', 5), 'cafe\u0301s');
  assert.equal(truncate('👩‍👩‍👧 at home', 4), '👩‍👩‍👧 …');
});

test('wraps between words and keeps every one of them', () => {
  assert.deepEqual(wrap('one two three', 7), ['one two', 'three']);
  assert.deepEqual(wrap('an-id-that-is-too-long ok', 5), ['an-id-that-is-too-long', 'ok']);
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^\S{1,12}$/), { minLength: 1 }),
      fc.integer({ min: 12, max: 40 }),
      (words, width) => {
        const lines = wrap(words.join(' '), width);
        assert.equal(lines.join(' '), words.join(' '));
        for (const line of lines) assert.ok(Array.from(line).length <= width);
      },
    ),
  );
});
