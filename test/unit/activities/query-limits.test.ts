import assert from 'node:assert/strict';
import { test } from 'node:test';
import { queryLimits } from '../../../src/activities/aggregate/query/take-turn.js';
import { aSource } from '../../support/sources/directory.js';

const { rules } = aSource();
const ONE_JOB = { ...rules, limits: { queriesAtOnce: 1, gapMs: 31_000 } };

test('what a vendor allows at once is never loosened by the limits of an organisation, only tightened', () => {
  assert.deepEqual(queryLimits(ONE_JOB, { queriesAtOnce: 5 }), { queriesAtOnce: 1, gapMs: 31_000 });
  const three = { ...rules, limits: { queriesAtOnce: 3 } };
  assert.deepEqual(queryLimits(three, { queriesAtOnce: 2 }), { queriesAtOnce: 2 });
});

test('a vendor has its rules without any limits, and where neither says anything nobody waits', () => {
  assert.deepEqual(queryLimits(ONE_JOB, undefined), { queriesAtOnce: 1, gapMs: 31_000 });
  assert.deepEqual(queryLimits(rules, { queriesAtOnce: 4 }), { queriesAtOnce: 4 });
  assert.equal(queryLimits(rules, { requestsPerMinute: 9 }), undefined);
});
