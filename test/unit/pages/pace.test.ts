import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sha256InTurns, sha256Of } from '../../../src/datasets/blobs/blob-store.js';
import { atOnce, ROWS_A_STRETCH, withPauses, type Stretches } from '../../../src/pages/pace.js';
import { digesting } from '../../../src/pages/row-digests.js';
import { scanningPage } from '../../../src/pages/scan-page.js';

const ROWS = 20 * ROWS_A_STRETCH;
const KEYS = { metrics: ['rate'], texts: ['date'], others: [] };

/** How often work gives others their turn. */
function stretchesOf(work: Stretches<unknown>): number {
  let count = 0;
  while (work.next().done !== true) count += 1;
  return count;
}

describe('work on many rows', () => {
  const rows = Array.from({ length: ROWS }, (_, rate) => ({ date: '2026-11-01', rate }));
  const page = Buffer.from(JSON.stringify({ data: rows }));

  it('is done in stretches of a few hundred rows, scanning and hashing alike', () => {
    assert.equal(stretchesOf(scanningPage(page, KEYS, new Set())), ROWS / ROWS_A_STRETCH);
    const scanned = atOnce(scanningPage(page, KEYS, new Set()))?.columns;
    assert.ok(scanned);
    assert.equal(stretchesOf(digesting(page, scanned)), ROWS / ROWS_A_STRETCH);
  });

  it('lets timers have their turn in between, and says the same', async () => {
    const busy = function* (): Stretches<string> {
      for (let stretch = 0; stretch < 20; stretch += 1) {
        const until = performance.now() + 2;
        while (performance.now() < until);
        yield;
      }
      return 'done';
    };
    let turns = 0;
    const others = setInterval(() => (turns += 1), 1);
    assert.equal(await withPauses(busy()), 'done');
    clearInterval(others);
    assert.ok(turns > 0, 'nobody had a turn');
    assert.equal(atOnce(busy()), 'done');
  });

  it('hashes the same bytes to the same name, in one piece or in stretches', async () => {
    for (const bytes of [0, 1, 2_097_152, 5_000_001].map((length) => Buffer.alloc(length, 7))) {
      assert.equal(await sha256InTurns(bytes), sha256Of(bytes));
    }
  });
});
