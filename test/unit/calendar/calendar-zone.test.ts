import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { IANAZone } from 'luxon';
import { resolveWindow } from '../../../src/calendar/windows.js';
import { instantOf, localOf, openZone } from '../../../src/calendar/zone.js';
import { moments } from './calendar-fixtures.js';

function offsetOf(name: string, instant: number): number | undefined {
  return openZone(name)?.offset(instant);
}

test('the offset of every zone is the one that luxon knows, also where it is remembered', () => {
  const names = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
  const instants = fc.array(fc.integer({ min: Date.UTC(1970, 0, 1), max: Date.UTC(2040, 0, 1) }), { minLength: 20 });
  fc.assert(
    fc.property(names, instants, (name, anywhere) => {
      const zone = openZone(name);
      const year = anywhere.map((instant) => Date.UTC(2026, 0, 1) + (instant % (366 * 86_400_000)));
      for (const instant of [...anywhere, ...year])
        assert.equal(zone?.offset(instant), IANAZone.create(name).offset(instant));
    }),
  );
});

test('a zone has one name, whatever its alias and its case', () => {
  const same = [
    ['UTC', 'utc', 'Etc/UTC', 'etc/utc', 'GMT', 'Etc/GMT', 'Etc/GMT0', 'GMT0', 'Zulu', 'Etc/Universal', 'Etc/UCT'],
    ['Asia/Kolkata', 'asia/kolkata', 'Asia/Calcutta', 'ASIA/CALCUTTA'],
    ['Europe/Kyiv', 'Europe/Kiev'],
    ['America/New_York', 'US/Eastern', 'us/eastern'],
    ['Asia/Ho_Chi_Minh', 'Asia/Saigon'],
    ['America/Argentina/Buenos_Aires', 'America/Buenos_Aires'],
    ['Europe/Berlin', 'europe/berlin', 'EUROPE/BERLIN'],
  ];
  for (const names of same)
    assert.deepEqual([...new Set(names.map((name) => openZone(name)?.name))], names.slice(0, 1));
});

test('of every zone the canonical name, in any case, names the same zone, with the same offsets', () => {
  const names = new Map<string, string>();
  for (const name of Intl.supportedValuesOf('timeZone')) {
    const canonical = openZone(name)?.name ?? '';
    assert.equal(openZone(canonical)?.name, canonical, name);
    for (const spelling of [name.toLowerCase(), name.toUpperCase(), canonical.toLowerCase()]) {
      assert.equal(openZone(spelling)?.name, canonical, `${spelling} is ${name}`);
    }
    for (const month of [0, 6]) {
      const instant = Date.UTC(2026, month, 1);
      assert.equal(offsetOf(canonical, instant), IANAZone.create(name).offset(instant));
    }
    assert.ok(!names.has(canonical), `${names.get(canonical)} and ${name} are two zones`);
    names.set(canonical, name);
  }
});

test('the offset is right to the minute on the days on which it changes', () => {
  fc.assert(
    fc.property(moments, ({ zone, instant }) => {
      assert.equal(offsetOf(zone, instant), IANAZone.create(zone).offset(instant));
    }),
    { numRuns: 1_000 },
  );
});

test('a local time is shown when the clocks show it: once, twice, or not at all', () => {
  fc.assert(
    fc.property(moments, ({ zone: name, instant }) => {
      const zone = openZone(name);
      assert.ok(zone !== undefined);
      const local = localOf(instant, zone);
      const found = instantOf(local, zone);
      assert.equal(localOf(found.instant, zone), local);
      assert.ok(found.instant === instant || (found.shown === 'twice' && found.instant < instant));
    }),
    { numRuns: 1_000 },
  );
});

test('a time that the clocks skip is as far behind the change as it is behind the skipped hour’s start', () => {
  const zone = openZone('Europe/Berlin');
  assert.ok(zone !== undefined);
  assert.deepEqual(instantOf(Date.UTC(2026, 2, 29, 2, 30), zone), {
    instant: Date.UTC(2026, 2, 29, 1, 30),
    again: Date.UTC(2026, 2, 29, 1, 30),
    shown: 'skipped',
  });
  assert.deepEqual(instantOf(Date.UTC(2026, 9, 25, 2, 30), zone), {
    instant: Date.UTC(2026, 9, 25, 0, 30),
    again: Date.UTC(2026, 9, 25, 1, 30),
    shown: 'twice',
  });
});

test('a zone has one name, however its case was written', () => {
  const named = (timeZone: string): string =>
    resolveWindow({ dateFrom: '2025-11-01', dateTo: '2025-11-02', timeZone }, Date.parse('2025-12-01')).timeZone;
  assert.equal(named('europe/berlin'), 'Europe/Berlin');
  assert.equal(named('utc'), 'UTC');
  assert.equal(named('Asia/Kolkata'), 'Asia/Kolkata', 'not the name that the runtime prefers');
});
