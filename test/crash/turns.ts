import assert from 'node:assert/strict';
import type { AggregateResult } from '../../src/client.js';
import { mostAtOnce, shortestGapMs, spansOf } from '../support/fleet.js';
import type { Product } from '../support/product.js';
import type { Ordeal } from './ordeal.js';

/** Limits of the organisation whose workers die in the middle of a turn. */
export const ONE_SLOT = { queriesAtOnce: 1, gap: '1 s', requestsPerMinute: 10_000 };
const GAP_MS = 1_000;

/** Two runs had one slot in turn, whatever was struck: never both at once, never without the gap, and both gave it back. */
export async function assertInTurn(
  { records, simulator, request }: Product,
  { rows }: Ordeal,
  results: readonly AggregateResult[],
): Promise<void> {
  const { org = '' } = request();
  for (const result of results) assert.deepEqual([result.outcome, result.rows.returned], ['completed', rows]);
  assert.equal(simulator.receiver.windows().size, results.length);
  const spans = spansOf(simulator, org);
  assert.equal(spans.length, results.length, 'one query a run');
  assert.equal(mostAtOnce(spans), ONE_SLOT.queriesAtOnce);
  assert.ok(shortestGapMs(spans) >= GAP_MS, `${shortestGapMs(spans)} ms between submissions`);
  const signal = AbortSignal.timeout(10_000);
  const [state] = await records.gateState.states([org], signal);
  assert.deepEqual([state?.holders, state?.waiting], [[], 0], 'slots that are held, runs that wait');
  const entries = await records.auditLog.list({ limit: 10 }, signal);
  assert.deepEqual(
    entries.map(({ kind, status }) => `${kind} ${status}`),
    results.map(() => 'run completed'),
  );
}
