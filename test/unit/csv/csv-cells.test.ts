import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dimensionJson, metricJson } from '../../../src/sources/csv/cells.js';
import { dateReader, dayIn } from '../../../src/sources/csv/local-time.js';

test('a number keeps every digit that it came with', () => {
  const cases: Readonly<Record<string, string>> = {
    '0.50': '0.50',
    '12345678901234567890.123456789': '12345678901234567890.123456789',
    '1,234.50': '1234.50',
    '1,234,567': '1234567',
    '-3': '-3',
    '+3.0': '3.0',
    '007': '7',
    '.5': '0.5',
    '-.5': '-0.5',
    '0': '0',
    '000': '0',
    ' 4 ': '4',
  };
  for (const [cell, json] of Object.entries(cases)) assert.equal(metricJson(cell), json, cell);
});

test('a metric is null where its cell is empty, a flag is 1 or 0, a duration is seconds', () => {
  assert.deepEqual(['', '  ', 'Y', 'N', 'True', 'false', '00:01:30', 'PT2M', '01:00:00.5'].map(metricJson), [
    'null',
    'null',
    '1',
    '0',
    '1',
    '0',
    '90',
    '120',
    '3600.5',
  ]);
});

test('what is no number stays the text that it is', () => {
  for (const cell of ['n/a', '85%', '1.2.3', '1,23', '12,34,567', '.', '-', '1e5', 'NaN', '"', '1 2']) {
    assert.equal(metricJson(cell), JSON.stringify(cell));
  }
});

test('any decimal is written as JSON that has its value', () => {
  const decimal = fc.tuple(
    fc.constantFrom('', '-', '+'),
    fc.stringMatching(/^\d{1,25}$/),
    fc.option(fc.stringMatching(/^\d{1,12}$/), { nil: '' }),
  );
  fc.assert(
    fc.property(decimal, ([sign, whole, fraction]) => {
      const json = metricJson(`${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`);
      assert.equal(JSON.parse(json), Number(`${sign}${whole}.${fraction || '0'}`));
      assert.equal(json.replace(/^-/, '').replace(/^0+(?=\d)/, ''), json.replace(/^-/, ''), 'no zero in front');
      assert.equal(json.endsWith(fraction), true, 'no zero at the end is lost');
    }),
  );
});

test('an id of many digits stays text', () => {
  assert.equal(dimensionJson('0012345678901234567890'), '"0012345678901234567890"');
  assert.equal(dimensionJson(''), 'null');
  assert.equal(dimensionJson('a"b\n'), '"a\\"b\\n"');
});

test('dates of every known form are the instants that the clocks of the zone mean', () => {
  const utc = dateReader('UTC');
  const chicago = dateReader('America/Chicago');
  const fixed = dateReader('-06:00');
  const iso = (ms: number | null | undefined): string => new Date(ms ?? NaN).toISOString();
  assert.equal(iso(utc('2026-10-05')), '2026-10-05T00:00:00.000Z');
  assert.equal(iso(utc('2026-10-05 07:08:09')), '2026-10-05T07:08:09.000Z');
  assert.equal(iso(utc('2026-10-05T07:08:09.1234567Z')), '2026-10-05T07:08:09.123Z');
  assert.equal(iso(chicago('2026-10-05T07:08+02:00')), '2026-10-05T05:08:00.000Z');
  assert.equal(iso(chicago('10/05/2026 12:30:00 AM')), '2026-10-05T05:30:00.000Z');
  assert.equal(iso(chicago('10/05/2026 12:30 PM')), '2026-10-05T17:30:00.000Z');
  assert.equal(iso(chicago('1/5/2026 13:30')), '2026-01-05T19:30:00.000Z');
  assert.equal(iso(fixed('07/05/2026 13:30:01')), '2026-07-05T19:30:01.000Z', 'a fixed offset knows no summer time');
});

test('an hour that the clocks show twice is the first, one that they skip is as far behind the change', () => {
  const chicago = dateReader('America/Chicago');
  assert.equal(chicago('2026-11-01 01:30'), Date.parse('2026-11-01T06:30:00Z'));
  assert.equal(chicago('2026-03-08 02:30'), Date.parse('2026-03-08T08:30:00Z'));
});

test('an empty date is none, and any other form is not guessed', () => {
  const utc = dateReader('UTC');
  assert.equal(utc(' '), null);
  for (const text of [
    '2026-13-01',
    '2026-02-30',
    '13/01/2026',
    '5.10.2026',
    '2026-10-05 25:00',
    '20261005',
    'today',
    '1796000000',
    '0/1/2026 13:00 PM',
    '10/05/2026 13:00 AM',
    '2026-10-05T07:08+99:00',
  ]) {
    assert.equal(utc(text), undefined, text);
  }
});

test('a day is the one that the clocks of the zone show', () => {
  const instant = Date.parse('2026-10-05T02:00:00Z');
  assert.deepEqual(
    ['UTC', 'America/Chicago', '+05:30', '-06:00'].map((zone) => dayIn(zone, instant)),
    ['2026-10-05', '2026-10-04', '2026-10-05', '2026-10-04'],
  );
});
