import assert from 'node:assert/strict';
import { test } from 'node:test';
import { progressLine } from '../../../src/cli/runs/progress-line.js';
import { agoText, aheadText, durationText } from '../../../src/text/time-text.js';
import type { Progress } from '../../../src/contract/result/progress.js';

const NOW = Date.UTC(2026, 10, 9, 6);
const inMs = (ms: number): string => new Date(NOW + ms).toISOString();

const line = (change: Partial<Progress>): string =>
  progressLine(
    { phase: 'planning', polls: 0, pages: 0, rows: 0, deliveryAttempts: 0, partsDelivered: 0, parts: 0, ...change },
    NOW,
  );

test('says why it waits, how often it has polled and when it will again', () => {
  const waiting = { phase: 'waiting', polls: 3, waitingFor: 'running' } as const;
  assert.equal(
    line({ ...waiting, nextAt: inMs(4_000) }),
    'waiting for the source (running) · 3 polls · next poll in 4 s',
  );
  assert.equal(
    line({ ...waiting, nextAt: inMs(90_000) })
      .split(' · ')
      .at(-1),
    'next poll in 1 min 30 s',
  );
  assert.equal(
    line({ ...waiting, nextAt: inMs(-5) })
      .split(' · ')
      .at(-1),
    'now',
  );
});

test('counts pages and rows while they come', () => {
  assert.equal(
    line({ phase: 'fetching', polls: 3, pages: 1, rows: 10_000 }),
    'fetching the result · 1 page · 10,000 rows',
  );
});

test('says how far the delivery is, and what the receiver answered', () => {
  const delivering = { phase: 'delivering', parts: 5, partsDelivered: 2, deliveryAttempts: 1 } as const;
  assert.equal(
    line({ ...delivering, waitingFor: 'receiver answered 503', nextAt: inMs(300_000) }),
    'delivering (receiver answered 503) · 2 of 5 parts · 1 attempt · next attempt in 5 min',
  );
});

test('says so when nobody answers, and before anybody was asked', () => {
  assert.match(progressLine('no answer', NOW), /no worker answers/);
  assert.equal(progressLine(undefined, NOW), 'started');
});

test('lets no escape sequence through', () => {
  assert.equal(line({ phase: 'submitting', waitingFor: 'a\u001B[2Jb' }), 'submitting the query (a [2Jb)');
});

test('tells lengths of time in their two largest units', () => {
  const told = [0, 850, 1_000, 59_600, 92_000, 3_600_000, 93_784_000].map((ms) => durationText(ms));
  assert.deepEqual(told, ['0 ms', '850 ms', '1 s', '1 min', '1 min 32 s', '1 h', '1 d 2 h']);
  assert.equal(agoText(inMs(-93_784_000), NOW), '1 d ago');
  assert.equal(agoText(inMs(5_000), NOW), '1 s ago', 'clocks differ: nothing has started in the future');
  assert.equal(aheadText(inMs(40_000_000), NOW), 'in 11 h');
  assert.equal(aheadText(inMs(-5_000), NOW), 'in 1 s');
});
