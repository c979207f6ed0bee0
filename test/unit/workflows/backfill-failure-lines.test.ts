import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { FAILURES_MOST } from '../../../src/contract/request/backfill-limits.js';
import type { SliceFailure } from '../../../src/contract/request/backfill.js';
import { sliceFailure } from '../../../src/workflows/backfill/slice-failure.js';

const SLICE = { from: '2026-10-31T23:00:00Z', to: '2026-11-01T23:00:00Z' };
const PAYLOAD_MOST = 16 * 1_024;

const bytesOf = (value: unknown): number => new TextEncoder().encode(JSON.stringify(value)).length;
const lineOf = (org: string, message: string): SliceFailure =>
  sliceFailure(SLICE, `journey-${org}-20261031T2300Z-20261101T2300Z-1a2b3c4d`, 'QueryDeadlineExceeded', message);

suite('a line of the table of failed slices', () => {
  test('has all of a short message', () => {
    assert.equal(lineOf('acme', 'no result within the deadline').message, 'no result within the deadline');
  });

  test('has 80 characters of a long one', () => {
    assert.equal(lineOf('acme', 'x'.repeat(2_000)).message, 'x'.repeat(80));
  });

  test('never cuts a character in two', () => {
    const { message } = lineOf('acme', '🙂'.repeat(100));
    assert.match(message, /^(🙂)+$/u);
  });

  for (const [what, org, message] of [
    ['the longest name of an organisation', 'a'.repeat(63), 'x'.repeat(80)],
    ['a message in a script of three bytes a character', 'acme', '満'.repeat(80)],
    ['a message that JSON escapes', 'acme', '"\n'.repeat(40)],
  ] as const) {
    test(`leaves room for the rest of a result, with ${what}`, () => {
      const line = lineOf(org, message);
      assert.ok(line.message.length > 0);
      assert.ok(bytesOf(Array<SliceFailure>(FAILURES_MOST).fill(line)) < PAYLOAD_MOST - 3_500);
    });
  }
});
