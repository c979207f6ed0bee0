import { isDeepStrictEqual } from 'node:util';
import type { Evidence } from '../evidence.js';
import { holdings, reassembled } from '../holdings.js';
import type { SourceEntry } from '../journals.js';
import { EvidenceError, Line, NUMBER, TEXT, WHOLE } from '../line.js';
import type { Run } from '../records.js';
import { findingsOf, grouped, type Judgement } from '../verdict.js';

/** The name of a source whose rows are journeys. */
const JOURNEYS = 'journeys';

export function isOnContacts({ operator }: Evidence, workflowId: string): boolean {
  return operator.requested.get(workflowId)?.request['source'] === JOURNEYS;
}

/**
 * Rows made of contacts are those of the journeys that the source knows; CXone's own sums leave nothing unexplained; and
 * a day that was read whole is not asked for by runs that came later.
 */
export function judgeJourneys(evidence: Evidence): Judgement {
  const { found, find } = findingsOf('journeys');
  const counts = { journeysCompared: 0, contactDays: 0 };
  const own = evidence.runs.filter(({ workflowId }) => isOnContacts(evidence, workflowId));
  for (const run of own.filter(({ status }) => status === 'completed')) {
    for (const problem of problemsOf(run, evidence)) find(run.workflowId, problem);
    counts.journeysCompared += 1;
  }
  const days = grouped(evidence.source, ({ operation, startDate }) =>
    operation === 'contacts' ? startDate : undefined,
  );
  counts.contactDays = days.size;
  for (const [day, asked] of days) {
    for (const problem of askedAgain(asked, own, evidence)) find(day, problem);
  }
  return { findings: found, counts };
}

function problemsOf(run: Run, evidence: Evidence): readonly string[] {
  const right = evidence.journeys.get(run.workflowId);
  if (right === undefined) return ['has no rows to be compared with'];
  try {
    const result = Line.of(`the result of ${run.workflowId}`, run.result);
    const journeys = result.within('journeys');
    const bridge = journeys.within('reconciliation');
    const problems: string[] = [];
    if (bridge.must('state', TEXT) !== 'reconciled') problems.push('is not reconciled');
    else if (bridge.must('unexplained', NUMBER) !== 0) problems.push('leaves contacts unexplained');
    if (journeys.must('state', TEXT) !== 'final') problems.push('is provisional, and its days have settled');
    return [...problems, ...wrongRows(result, right, evidence)];
  } catch (error) {
    if (error instanceof EvidenceError) return [error.message];
    throw error;
  }
}

function wrongRows(result: Line, right: readonly object[], evidence: Evidence): readonly string[] {
  const delivery = result.within('delivery');
  const [id, revision] = [delivery.must('deliveryId', TEXT), delivery.must('revision', WHOLE)];
  const held = (holdings(evidence).get(id) ?? []).find((one) => one.revision === revision);
  if (held === undefined) return [`delivered revision ${revision} of ${id}, which the receiver does not hold`];
  const { rows } = reassembled(evidence, held);
  const first = right.findIndex((row, index) => !isDeepStrictEqual(row, rows[index]));
  if (rows.length === right.length && first === -1) return [];
  return [`has ${rows.length} rows where ${right.length} are right, and differs from row ${first} on`];
}

/** @param asked all questions for one day, in order */
function askedAgain(asked: readonly SourceEntry[], runs: readonly Run[], evidence: Evidence): readonly string[] {
  const last = asked.find((page) => isGiven(page) && (page.skip ?? 0) + (page.rows ?? 0) >= (page.total ?? Infinity));
  if (last === undefined) return [];
  const late = asked.filter(
    ({ atMs }) => atMs > last.atMs && !runs.some((run) => spans(run, last.atMs, atMs, evidence)),
  );
  return late.length === 0 ? [] : [`was read whole, and asked for ${late.length} times by runs that came later`];
}

function isGiven({ status, fault }: SourceEntry): boolean {
  return status === 200 && fault === undefined;
}

/** Whether a run was there before the day was read whole, and still when it was asked for again. */
function spans({ workflowId, runId }: Run, fromMs: number, toMs: number, { runRecords }: Evidence): boolean {
  const record = runRecords.find((one) => one.workflowId === workflowId && one.runId === runId);
  return record === undefined || (record.startedAtMs <= fromMs && record.endedAtMs >= toMs);
}
