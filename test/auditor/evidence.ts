import { createHash } from 'node:crypto';
import { openFolder, parsed, type Folder } from './folder.js';
import { readReceiver, readSource, type ReceiverEntry, type SourceEntry } from './journals.js';
import { EvidenceError, Line, OBJECTS, TEXT, type JsonObject } from './line.js';
import type { Row } from './numbers.js';
import { readOperator, type Operator } from './operator.js';
import {
  readAuditRows,
  readLedgerParts,
  readOrphans,
  readRunRecords,
  readRuns,
  readSubmissions,
  type AuditRow,
  type LedgerPart,
  type Orphan,
  type Run,
  type RunRecord,
  type Submission,
} from './records.js';

/** Everything that was left behind, read and not yet judged. */
export interface Evidence {
  readonly operator: Operator;
  /** In the order in which the requests came; so is `receiver`. */
  readonly source: readonly SourceEntry[];
  readonly receiver: readonly ReceiverEntry[];
  readonly runs: readonly Run[];
  readonly runRecords: readonly RunRecord[];
  readonly submissions: readonly Submission[];
  readonly orphans: readonly Orphan[];
  readonly audit: readonly AuditRow[];
  readonly ledgerParts: readonly LedgerPart[];
  /** The true rows of runs that make journeys of contacts, by workflow id. */
  readonly journeys: ReadonlyMap<string, readonly Row[]>;
  /** The true rows of an accepted query; undefined where the source accepted no such query. */
  rowsOf(queryId: string): readonly Row[] | undefined;
  /** A body that the receiver took in. */
  bodyOf(sha256: string): Line;
}

/** Reads a folder. Rows and bodies are read when they are asked for: a long run has more of them than memory. @throws EvidenceError */
export function readEvidence(path: string): Evidence {
  const folder = openFolder(path);
  return {
    operator: readOperator(folder),
    source: readSource(folder),
    receiver: readReceiver(folder),
    runs: readRuns(folder),
    runRecords: readRunRecords(folder),
    submissions: readSubmissions(folder),
    orphans: readOrphans(folder),
    audit: readAuditRows(folder),
    ledgerParts: readLedgerParts(folder),
    journeys: journeys(folder),
    rowsOf: (queryId) => rows(folder, queryId),
    bodyOf: (sha256) => body(folder, sha256),
  };
}

/** Written by the attacker, out of what the source knows. Absent where no run was on contacts. */
function journeys(folder: Folder): ReadonlyMap<string, readonly Row[]> {
  const file = 'journeys.ndjson';
  const lines = folder.bytes(file) === undefined ? [] : folder.lines(file);
  return new Map(lines.map((line) => [line.must('workflowId', TEXT), line.must('rows', OBJECTS)]));
}

function rows(folder: Folder, queryId: string): readonly JsonObject[] | undefined {
  // The id is the product's word, and must lead nowhere else.
  if (!/^[\w-]+$/.test(queryId)) return undefined;
  const file = `results/${queryId}.json`;
  const text = folder.bytes(file)?.toString();
  if (text === undefined) return undefined;
  const found = parsed(file, text);
  if (!OBJECTS.is(found)) throw new EvidenceError(`${file}: not ${OBJECTS.called}`);
  return found;
}

function body(folder: Folder, sha256: string): Line {
  const file = `bodies/${sha256}.json`;
  const bytes = folder.bytes(file);
  if (bytes === undefined) throw new EvidenceError(`${file} is missing, and the receiver took it in`);
  if (createHash('sha256').update(bytes).digest('hex') !== sha256) {
    throw new EvidenceError(`${file}: its bytes have another hash`);
  }
  return Line.of(file, parsed(file, bytes.toString()));
}
