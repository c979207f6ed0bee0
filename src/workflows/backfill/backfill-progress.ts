import { workflowInfo } from '@temporalio/workflow';
import type { BackfillPhase } from '../../contract/closed-sets.js';
import type { BackfillRequest, TimeRange } from '../../contract/request/backfill.js';
import type { BackfillProgress, SliceCounts, BackfillResult } from '../../contract/result/backfill-result.js';
import { isStopping, widthOf, type BackfillState } from './backfill-state.js';
import type { SliceQueue } from './slice-queue.js';

/** What can be told of a backfill at any moment. */
export interface BackfillView {
  readonly request: BackfillRequest;
  readonly state: BackfillState;
  /** Slices under way. */
  readonly running: ReadonlySet<TimeRange>;
  readonly finished: boolean;
}

export function progressOf(backfill: BackfillView): BackfillProgress {
  const { request, state, running } = backfill;
  const { rows, findings, failures, plan } = state;
  return {
    phase: phaseOf(backfill),
    width: widthOf(state, request),
    slices: countsOf(backfill),
    rows,
    findings,
    ...(plan && { timeZone: plan.timeZone, range: plan.range }),
    running: [...running],
    failures: failures.length,
  };
}

/** What does not run and has not ended waits, whether it is planned by now or not. */
function countsOf({ state: { counts }, running: { size: running } }: BackfillView): SliceCounts {
  const { total, completed, unchanged, undelivered, failed, halved } = counts;
  const waiting = total - completed - unchanged - undelivered - failed - running;
  return { total, completed, unchanged, undelivered, failed, running, waiting, halved };
}

function phaseOf({ state, finished }: BackfillView): BackfillPhase {
  if (finished) return 'finished';
  if (isStopping(state)) return 'stopping';
  if (state.paused) return 'paused';
  return state.plan === undefined ? 'planning' : 'running';
}

/** The backfill in a few lines of Markdown: what the Temporal UI shows above the history. */
export function backfillDetails({ phase, width, slices, range, timeZone, running }: BackfillProgress): string {
  const where = range === undefined ? '' : `: ${range.from} to ${range.to}, ${timeZone ?? 'UTC'}`;
  const { total, completed, unchanged, undelivered, failed, waiting, halved } = slices;
  const lines = [
    `**${phase}**${where}`,
    '',
    '| slices | completed | unchanged | undelivered | failed | running | waiting | halved |',
    '| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    `| ${total} | ${completed} | ${unchanged} | ${undelivered} | ${failed} | ${running.length} of ${width} | ${waiting} | ${halved} |`,
  ];
  return lines.join('\n');
}

/** What a backfill that ends returns. */
export function backfillResult(
  backfill: BackfillView & { readonly queue: SliceQueue },
  plan: NonNullable<BackfillState['plan']>,
): BackfillResult {
  const { workflowId, firstExecutionRunId: runId } = workflowInfo();
  const { rows, findings, failures, partsOfBuckets } = backfill.state;
  const slices = countsOf(backfill);
  return {
    workflowId,
    runId,
    outcome: failures.length === 0 && slices.waiting === 0 ? 'completed' : 'incomplete',
    timeZone: plan.timeZone,
    range: plan.range,
    slices,
    rows,
    findings,
    failures,
    left: leftOf(backfill, plan.range.to),
    partsOfBuckets,
  };
}

/** Windows of a lookback go back in time, so those that are left are no range. */
function leftOf(
  { request, state, queue: { rest } }: Pick<BackfillView, 'request' | 'state'> & { readonly queue: SliceQueue },
  to: string,
): BackfillResult['left'] {
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
