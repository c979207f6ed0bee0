import { mayAskAgain } from '../answers.js';
import type { Evidence } from '../evidence.js';
import { created, submissionTraces, submits, type SubmissionTrace } from '../submissions.js';
import { findingsOf, grouped, type Judgement } from '../verdict.js';

/** A second query runs upstream only where the answer to the first submission was lost, and is on record; none runs unknown. */
export function judgeOrphans(evidence: Evidence): Judgement {
  const { found, find } = findingsOf('orphans');
  const onRecord = grouped(evidence.orphans, ({ runKey, generation }) => `${runKey} ${generation}`);
  const keys = new Set(evidence.submissions.map(({ idempotencyKey }) => idempotencyKey));
  const queries = created(submits(evidence));
  for (const { queryId, idempotencyKey, place } of queries) {
    if (idempotencyKey !== undefined && keys.has(idempotencyKey)) continue;
    find(queryId ?? place, 'was submitted under a key that is on no record');
  }
  for (const [{ workflowId }, traces] of submissionTraces(evidence)) {
    for (const trace of traces) {
      const extra = Math.max(0, created(trace.sent).length - 1);
      const recorded = onRecord.get(`${trace.runKey} ${trace.generation}`)?.length ?? 0;
      const unforced = extra - forcedAgain(trace, evidence);
      if (unforced > 0) find(workflowId, `made ${unforced} more queries than there were lost answers`);
      if (recorded < extra) find(workflowId, `made ${extra} queries beside the one it used, and recorded ${recorded}`);
      if (trace.generation > 1 && !wasGone(traces, trace.generation - 1, evidence)) {
        find(workflowId, `submitted generation ${trace.generation}, and the query before it was not gone`);
      }
    }
  }
  return { findings: found, counts: { queries: queries.length, orphansOnRecord: evidence.orphans.length } };
}

/** Queries that were made although there was one, for a good reason. */
function forcedAgain({ sent }: SubmissionTrace, { operator }: Evidence): number {
  const made = created(sent);
  return made.slice(1).filter((again, index) => {
    const before = made[index];
    return before !== undefined && mayAskAgain(before, again, operator.outages);
  }).length;
}

function wasGone(traces: readonly SubmissionTrace[], generation: number, { source }: Evidence): boolean {
  const sent = traces.filter((trace) => trace.generation === generation).flatMap((trace) => trace.sent);
  const ids = new Set(sent.map(({ queryId }) => queryId));
  return source.some(
    ({ operation, queryId, status, fault }) =>
      (operation === 'poll' || operation === 'page') &&
      ids.has(queryId) &&
      (status === 404 || status === 410 || fault === 'expired'),
  );
}
