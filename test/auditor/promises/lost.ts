import { leavesOpen, strikes } from '../answers.js';
import type { Evidence } from '../evidence.js';
import type { Requested } from '../operator.js';
import type { Run } from '../records.js';
import { submissionTraces, type SubmissionTrace } from '../submissions.js';
import { findingsOf, grouped, type Judgement } from '../verdict.js';

/** After so many submissions that nobody answered, the product may give a run up. */
const UNANSWERED_ENOUGH = 5;

/** Every run that was requested ran once and is closed, as it had to; and nothing else ran. */
export function judgeLost(evidence: Evidence): Judgement {
  const { requested } = evidence.operator;
  const { found, find } = findingsOf('lost');
  const byId = grouped(evidence.runs, ({ workflowId }) => workflowId);
  const traces = submissionTraces(evidence);
  for (const wish of requested.values()) {
    const runs = byId.get(wish.workflowId) ?? [];
    if (runs.length === 0) find(wish.workflowId, 'was requested, and is not among the runs');
    if (runs.length > 1) find(wish.workflowId, `was requested once, and ran ${runs.length} times`);
    for (const run of runs) {
      if (mayEndSo(run, wish, evidence, traces.get(run) ?? [])) continue;
      const why = run.failureType === undefined ? '' : ` (${run.failureType})`;
      find(wish.workflowId, `is ${run.status}${why}, where ${wish.expect} was expected`);
    }
  }
  for (const workflowId of byId.keys()) {
    if (!requested.has(workflowId)) find(workflowId, 'ran, and nobody had requested it');
  }
  const counts: Record<string, number> = { requested: requested.size };
  for (const [status, runs] of grouped(evidence.runs, (run) => run.status)) counts[status] = runs.length;
  return { findings: found, counts };
}

function mayEndSo(
  { status, failureType }: Run,
  { workflowId, expect }: Requested,
  { operator }: Evidence,
  traces: readonly SubmissionTrace[],
): boolean {
  switch (status) {
    case 'completed':
      // Whoever wants to end it may come too late; but then no termination was acknowledged.
      return expect !== 'failed' && !operator.terminated.has(workflowId);
    case 'failed':
      if (expect === 'failed' || expect === 'any') return true;
      return failureType === 'SubmissionAmbiguous' && unanswered(traces, operator) >= UNANSWERED_ENOUGH;
    case 'cancelled':
      return (expect === 'cancelled' || expect === 'any') && operator.cancelAsked.has(workflowId);
    case 'terminated':
      return (expect === 'terminated' || expect === 'any') && operator.terminated.has(workflowId);
    default:
      return false;
  }
}

/** Submissions of one generation that may have been accepted unseen. A crash in the middle of one may leave no other trace than the kill. */
function unanswered(traces: readonly SubmissionTrace[], { outages }: Evidence['operator']): number {
  const counts = traces.map(({ sent, begunAtMs, changedAtMs }) => {
    const crashes = outages.filter((outage) => strikes(outage, begunAtMs, changedAtMs));
    return sent.filter(leavesOpen).length + crashes.length;
  });
  return Math.max(0, ...counts);
}
