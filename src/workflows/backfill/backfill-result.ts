import { workflowInfo } from '@temporalio/workflow';
import type { BackfillResult } from '../../contract/result/backfill-result.js';
import type { TimeRange } from '../../contract/request/backfill.js';
import { countsOf } from './backfill-progress.js';
import type { BackfillState } from './backfill-state.js';
import type { Backfill } from './backfill.js';

/** What a backfill that ends returns. */
export function resultOf(backfill: Backfill, plan: NonNullable<BackfillState['plan']>): BackfillResult {
  const { workflowId, firstExecutionRunId: runId } = workflowInfo();
  const { rows, failures, partsOfBuckets } = backfill.state;
  const slices = countsOf(backfill);
  return {
    workflowId,
    runId,
    outcome: failures.length === 0 && slices.waiting === 0 ? 'completed' : 'incomplete',
    timeZone: plan.timeZone,
    range: plan.range,
    slices,
    rows,
    failures,
    left: leftOf(backfill, plan.range.to),
    partsOfBuckets,
  };
}

/** Windows of a lookback go back in time, so those that are left are no range. */
function leftOf({ request, state, queue: { rest } }: Backfill, to: string): BackfillResult['left'] {
  const single = [...joined(rest.halves), ...rest.listed];
  if (request.lookback !== undefined) return { slices: [...single, ...rest.planned] };
  const from = rest.planned[0]?.from ?? state.next;
  return { slices: single, ...(from !== undefined && { range: { from, to } }) };
}

/** Halves that touch become one again: there are a few, whatever was halved, and nothing of them has been delivered. */
function joined(halves: readonly TimeRange[]): TimeRange[] {
  const sorted = halves.toSorted((one, other) => Date.parse(one.from) - Date.parse(other.from));
  const whole: TimeRange[] = [];
  for (const half of sorted) {
    const before = whole.at(-1);
    if (before?.to === half.from) whole.splice(-1, 1, { from: before.from, to: half.to });
    else whole.push(half);
  }
  return whole;
}
