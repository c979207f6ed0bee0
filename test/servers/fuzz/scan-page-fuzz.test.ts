import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scanPage, type ScannedPage } from '../../../src/pages/scan-page.js';
import { fuzzPage } from '../../support/pages/page-fuzz.js';

// All of them, and with other seeds: `npm run fuzz`.
const PAGES = 5000;
const SEED = 'tests';

test('the scanner and JSON.parse say the same of made pages, mutated or not', () => {
  const counts = { json: 0, other: 0 };
  for (let number = 0; number < PAGES; number += 1) {
    const { page, isJson, difference } = fuzzPage(SEED, number);
    assert.equal(difference, undefined, `page ${number}, base64 ${page.toString('base64')}`);
    counts[isJson ? 'json' : 'other'] += 1;
  }
  assert.ok(Math.min(counts.json, counts.other) > PAGES / 4, `both kinds are among them: ${JSON.stringify(counts)}`);
});

/** Scanners that are wrong in one way, as a change of the real one could be. */
const WRONG: Readonly<Record<string, typeof scanPage>> = {
  'takes what stands behind the document': (page, ...keys) =>
    scanPage(page.subarray(0, page.lastIndexOf(0x7d) + 1), ...keys),
  'takes any white space': (page, ...keys) =>
    scanPage(
      page.map((byte) => (byte === 0x0b ? 0x20 : byte)),
      ...keys,
    ),
  'takes tabs in strings': (page, ...keys) =>
    scanPage(
      page.map((byte) => (byte === 0x09 ? 0x20 : byte)),
      ...keys,
    ),
  'takes unknown escapes': (page, ...keys) =>
    scanPage(
      Buffer.from(
        Buffer.from(page)
          .toString('latin1')
          .replaceAll(/\\[^"\\/bfnrtu]/gs, '\\n'),
        'latin1',
      ),
      ...keys,
    ),
  'drops what is no UTF-8': (page, ...keys) => scanPage(Buffer.from(Buffer.from(page).toString('utf8')), ...keys),
  'rejects a lone surrogate': (page, ...keys) =>
    /\\ud800/i.test(Buffer.from(page).toString('latin1')) ? undefined : scanPage(page, ...keys),
  'loses the sign of zero': (page, ...keys) => withMetrics(scanPage(page, ...keys), (value) => value + 0),
  'rounds to single precision': (page, ...keys) => withMetrics(scanPage(page, ...keys), Math.fround),
  'ends a row too late': (page, ...keys) => {
    const scanned = scanPage(page, ...keys);
    scanned?.columns?.ends.forEach((end, row, ends) => (ends[row] = Math.min(end + 1, page.length)));
    return scanned;
  },
};

function withMetrics(scanned: ScannedPage | undefined, change: (value: number) => number): ScannedPage | undefined {
  for (const { values } of scanned?.columns?.metrics.values() ?? []) values.set(values.map(change));
  return scanned;
}

for (const [mistake, scan] of Object.entries(WRONG)) {
  test(`made pages find a scanner that ${mistake}`, () => {
    const numbers = Array.from({ length: PAGES }, (_, number) => number);
    assert.ok(numbers.some((number) => fuzzPage(SEED, number, scan).difference !== undefined));
  });
}
