import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Evidence } from '../evidence.js';
import { parsed } from '../folder.js';
import { EvidenceError, Line, oneOf, TEXT } from '../line.js';
import type { AuditRow, Run } from '../records.js';
import { findingsOf, grouped, type Judgement } from '../verdict.js';

/** Columns that must say what the hashed text says, and under which key it says it. */
const MIRRORED = [
  ['seq', 'seq'],
  ['effect_id', 'effectId'],
  ['kind', 'kind'],
  ['status', 'status'],
  ['workflow_id', 'workflowId'],
  ['run_key', 'runKey'],
  ['query_id', 'queryId'],
  ['rows_processed', 'rows_processed'],
  ['accuracy_rate', 'accuracy_rate'],
  ['latency_ms', 'latency_ms'],
  ['failure_type', 'failureType'],
  ['org', 'org'],
  ['requester', 'requester'],
] as const;

const GENESIS = '0'.repeat(64);
const KIND = oneOf('run', 'redelivery', 'reconciled', 'refused', 'fenced');

/** One entry for each run, and it agrees with how the run ended; no entry without its run; nothing of the trail was changed. */
export function judgeAudit(evidence: Evidence): Judgement {
  const { found, find } = findingsOf('audit');
  const entries: Line[] = [];
  let before: AuditRow | undefined;
  for (const row of evidence.audit) {
    const subject = `entry ${row.seq}`;
    for (const problem of brokenLink(row, before)) find(subject, problem);
    before = row;
    const entry = readEntry(row);
    if (entry === undefined) find(subject, 'is not readable');
    else {
      entries.push(entry);
      for (const problem of brokenColumns(row, entry)) find(subject, problem);
    }
  }
  const ofRuns = entries.filter((entry) => !['redelivery', 'refused'].includes(entry.must('kind', KIND)));
  const byId = grouped(ofRuns, (entry) => entry.must('workflowId', TEXT));
  const runs = grouped(evidence.runs, ({ workflowId }) => workflowId);
  for (const [workflowId, same] of runs) {
    const own = byId.get(workflowId) ?? [];
    if (own.length !== same.length) find(workflowId, `has ${own.length} audit entries for ${same.length} runs`);
    const [run] = same;
    const [entry] = own;
    if (run === undefined || entry === undefined || own.length > 1) continue;
    for (const problem of disagreements(run, entry, evidence)) find(workflowId, problem);
  }
  for (const workflowId of byId.keys()) {
    if (!runs.has(workflowId)) find(workflowId, 'has an audit entry, and is not among the runs');
  }
  return { findings: found, counts: { auditEntries: entries.length } };
}

function brokenLink(row: AuditRow, before: AuditRow | undefined): readonly string[] {
  const { seq, prevHash, hash, entry } = row;
  const problems: string[] = [];
  if (seq !== (before?.seq ?? 0) + 1) problems.push(`comes after entry ${before?.seq ?? 0}`);
  if (prevHash !== (before?.hash ?? GENESIS)) problems.push('does not carry the hash of the one before');
  const right = createHash('sha256').update(prevHash).update('\n').update(entry).digest('hex');
  if (hash !== right) problems.push('is not what was hashed');
  return problems;
}

function readEntry({ seq, entry }: AuditRow): Line | undefined {
  try {
    const line = Line.of(`entry ${seq}`, parsed(`entry ${seq}`, entry));
    line.must('kind', KIND);
    line.must('workflowId', TEXT);
    return line;
  } catch (error) {
    if (error instanceof EvidenceError) return undefined;
    throw error;
  }
}

function brokenColumns({ columns }: AuditRow, { value }: Line): readonly string[] {
  return MIRRORED.filter(([column, key]) => (columns[column] ?? null) !== (value[key] ?? null)).map(
    ([column]) => `says something else in column ${column} than in its text`,
  );
}

function disagreements(run: Run, { value: entry }: Line, { runRecords }: Evidence): readonly string[] {
  const problems: string[] = [];
  const record = runRecords.find(({ workflowId, runId }) => workflowId === run.workflowId && runId === run.runId);
  if (record && record.runKey !== entry['runKey']) problems.push('is audited under the key of another run');
  const endedFromOutside = run.status === 'terminated' || run.status === 'timed-out';
  if (endedFromOutside) {
    // One that was about to end may have written its own entry just before.
    const right = entry['kind'] === 'run' || entry['status'] === run.status;
    return right ? problems : [...problems, `is audited as ${String(entry['status'])}, and was ${run.status}`];
  }
  const status = run.status === 'completed' ? run.result?.['outcome'] : run.status;
  if (entry['kind'] !== 'run') problems.push(`has an entry of kind ${String(entry['kind'])}, and ended by itself`);
  if (entry['status'] !== status) {
    problems.push(`is audited as ${String(entry['status'])}, and ended as ${String(status)}`);
  }
  if ((entry['failureType'] ?? undefined) !== run.failureType) {
    problems.push(`is audited with failure ${String(entry['failureType'])}, and has ${String(run.failureType)}`);
  }
  if (run.status === 'completed' && !sameNumbers(run, entry)) {
    problems.push('is audited with another query or other row counts than its result has');
  }
  return problems;
}

function sameNumbers({ result }: Run, entry: Line['value']): boolean {
  const rows = result?.['rows'];
  return isDeepStrictEqual(
    [entry['queryId'], entry['rows'], entry['accuracy_rate']],
    [result?.['queryId'], rows, result?.['accuracyRate']],
  );
}
