import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCloser } from '../../../src/sources/contacts/closing.js';
import type { Reading } from '../../../src/sources/contacts/reading.js';
import { CxoneError, notAdmitted } from '../../../src/sources/http/errors.js';

const { signal } = new AbortController();
const DAY = Date.parse('2026-10-05T00:00:00Z');
const reading = { queryId: 'q', fromMs: DAY, toMs: DAY + 1, readUntilMs: DAY + 2 } as Reading; // The cast: a closer reads no more of it.
const place = { closes: true, firstDayMs: DAY, firstDataMs: DAY, readToMs: DAY + 2 } as const;

function closeAfter(error: Error): Promise<unknown> {
  const ask = () => Promise.reject(error);
  return createCloser({ ask, reason: () => undefined }).close(reading, place, signal);
}

test('what the tenant refuses costs the comparison', async () => {
  const refused = new CxoneError('Forbidden', 'No.', { operation: 'poll', effect: 'none' });
  assert.deepEqual(await closeAfter(refused), { summary: { refused: 'No.' } });
});

test('an outage of our own records costs nothing: the question is asked later', async () => {
  await assert.rejects(closeAfter(notAdmitted('poll')), { failureType: 'RecordsUnavailable' });
});
