import { isDeepStrictEqual } from 'node:util';
import { isOnContacts } from './journeys.js';
import { askedOtherwise } from '../asked.js';
import type { Evidence } from '../evidence.js';
import { holdings, reassembled, type HeldRevision, type Reassembled } from '../holdings.js';
import { EvidenceError, Line, NUMBER, OBJECTS, oneOf, TEXT, WHOLE, type JsonObject } from '../line.js';
import { processingOf, textbook, type Expected, type Processing, type Row } from '../numbers.js';
import type { Run } from '../records.js';
import { created, submissionTraces, type SubmissionTrace } from '../submissions.js';
import { findingsOf, grouped, type Judgement } from '../verdict.js';

/** What a completed run says of itself. */
interface Claim {
  readonly outcome: 'completed' | 'unchanged' | 'undelivered';
  readonly queryId: string;
  readonly deliveryId: string;
  readonly revision: number;
  readonly parts: number;
  readonly result: Line;
}

const GONE = 410;
const ATTEMPTS = 10;

/** What every completed run returned, and what the receiver holds of it, is what the textbook makes of the source's rows. */
export function judgeResults(evidence: Evidence): Judgement {
  const { found, find } = findingsOf('results');
  const held = holdings(evidence);
  const traces = submissionTraces(evidence);
  const counts = { deliveriesCompared: 0, rowsCompared: 0 };
  const compared = (rows: number): void => {
    counts.deliveriesCompared += 1;
    counts.rowsCompared += rows;
  };
  const onAnalytics = evidence.runs.filter(({ workflowId }) => !isOnContacts(evidence, workflowId));
  for (const run of onAnalytics.filter(({ status }) => status === 'completed')) {
    const problems = problemsOf(run, evidence, held, traces.get(run) ?? [], compared);
    for (const problem of problems) find(run.workflowId, problem);
  }
  return { findings: found, counts };
}

function problemsOf(
  run: Run,
  evidence: Evidence,
  held: ReturnType<typeof holdings>,
  traces: readonly SubmissionTrace[],
  compared: (rows: number) => void,
): readonly string[] {
  const request = evidence.operator.requested.get(run.workflowId)?.request;
  if (request === undefined) return [];
  try {
    const claim = readClaim(run);
    const query = traces.flatMap(({ sent }) => created(sent)).find(({ queryId }) => queryId === claim.queryId);
    const rows = evidence.rowsOf(claim.queryId);
    if (query === undefined || rows === undefined) return [`names a query that it never submitted: ${claim.queryId}`];
    const processing = processingOf(request);
    const expected = textbook(rows, processing);
    const problems = [...askedOtherwise(request, query.query), ...wrongClaim(claim.result, expected)];
    if (claim.outcome === 'undelivered') return [...problems, ...wrongfullyGivenUp(claim, evidence)];
    compared(expected.rows.length);
    return [...problems, ...wrongDelivery(claim, expected, processing, held.get(claim.deliveryId) ?? [], evidence)];
  } catch (error) {
    if (error instanceof EvidenceError) return [error.message];
    throw error;
  }
}

function readClaim({ workflowId, result }: Run): Claim {
  const line = Line.of(`the result of ${workflowId}`, result);
  const delivery = line.within('delivery');
  return {
    outcome: line.must('outcome', oneOf('completed', 'unchanged', 'undelivered')),
    queryId: line.must('queryId', TEXT),
    deliveryId: delivery.must('deliveryId', TEXT),
    revision: delivery.must('revision', WHOLE),
    parts: delivery.must('parts', WHOLE),
    result: line,
  };
}

/** Pairs of what is said and what is right, compared as JSON values. */
function differences(
  place: string,
  pairs: readonly (readonly [what: string, said: unknown, right: unknown])[],
): string[] {
  return pairs
    .filter(([, said, right]) => !isDeepStrictEqual(said, right))
    .map(([what, said, right]) => `${place} ${what} ${JSON.stringify(said)}, where ${JSON.stringify(right)} is right`);
}

function wrongClaim(result: Line, { rows, returned, kept, outliers }: Expected): readonly string[] {
  const accuracy = returned === 0 ? 100 : (rows.length / returned) * 100;
  return differences('returned', [
    ['rows', result.within('rows').value, { returned, kept, delivered: rows.length }],
    ['accuracyRate', result.must('accuracyRate', NUMBER), accuracy],
    ['outliers', result.within('outliers').must('total', WHOLE), outliers],
  ]);
}

/** A receiver may be given up after a 410, or ten attempts at a part. */
function wrongfullyGivenUp({ deliveryId, revision }: Claim, { ledgerParts, receiver }: Evidence): readonly string[] {
  const own = ledgerParts.filter((part) => part.deliveryId === deliveryId && part.revision === revision);
  const ids = new Set(own.map(({ webhookId }) => webhookId));
  const attempts = grouped(receiver, ({ webhookId }) => (ids.has(webhookId ?? '') ? webhookId : undefined));
  const justified = [...attempts.values()].some(
    (tried) => tried.length >= ATTEMPTS || tried.some(({ status }) => status === GONE),
  );
  return justified ? [] : ['is undelivered, and its receiver had neither said 410 nor failed ten times'];
}

function wrongDelivery(
  { deliveryId, revision, parts, queryId }: Claim,
  expected: Expected,
  processing: Processing,
  held: readonly HeldRevision[],
  evidence: Evidence,
): readonly string[] {
  const latest = held.at(-1)?.revision ?? 0;
  if (latest < revision) {
    return [`delivered revision ${revision} of ${deliveryId}, and the receiver holds no complete one after ${latest}`];
  }
  const own = held.find((one) => one.revision === revision);
  // A later one was complete first: the receiver leaves the older one aside.
  if (own === undefined) return [];
  const whole = reassembled(evidence, own);
  const place = `revision ${revision} of ${deliveryId}`;
  return [
    ...differences(place, [['has parts', own.parts.length, parts]]),
    ...wrongRows(place, whole, expected.rows, whole.queryId === queryId),
    ...wrongSummary(place, whole, expected, processing),
  ];
}

/** @param ordered whether it was made of this very query: a run that adopts another's bytes has the same rows, in any order */
function wrongRows(place: string, { rows }: Reassembled, right: readonly Row[], ordered: boolean): readonly string[] {
  const came = texts(rows, ordered);
  const expected = texts(right, ordered);
  if (isDeepStrictEqual(came, expected)) return [];
  const first = expected.findIndex((text, index) => text !== came[index]);
  return [`${place} has ${rows.length} rows where ${right.length} are right, and differs from row ${first} on`];
}

function texts(rows: readonly Row[], ordered: boolean): readonly string[] {
  if (ordered) return rows.map((row) => JSON.stringify(row));
  return rows.map((row) => JSON.stringify(Object.entries(row).toSorted(([a], [b]) => (a < b ? -1 : 1)))).toSorted();
}

function wrongSummary(
  place: string,
  { head, summaries }: Reassembled,
  { rows, returned, kept, outliers, fences }: Expected,
  { maxRows, outliers: mode }: Processing,
): readonly string[] {
  if (summaries.size > 1) return [`${place} says different things in its parts`];
  const found = head.within('quality').within('outliers');
  const sampled = kept > maxRows;
  return differences(`${place} says`, [
    [
      'summary',
      withoutRollup(head.within('summary').value),
      { total: returned, sampled: rows.length, kept, isSample: sampled },
    ],
    ['sampling', head.within('sampling').value, { sampled, kept: rows.length, of: kept, maxRows }],
    ['outliers', [found.must('mode', TEXT), found.must('total', WHOLE)], [mode, outliers]],
    ['outliers by metric', found.must('metrics', OBJECTS).map(withoutReason), fences],
  ]);
}

/** The rollup is not computed anew here. */
function withoutRollup({ rollup, ...counts }: JsonObject): JsonObject {
  return counts;
}

function withoutReason({ skipped, ...fences }: JsonObject): JsonObject {
  return fences;
}
