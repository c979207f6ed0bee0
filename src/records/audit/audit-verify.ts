import { canonicalJson } from '../../contract/values/json.js';
import { disagreement, GENESIS_HASH, linkHash } from './audit-entry.js';
import type { RecordedEntry } from '../../contract/audit-entry.js';

/** The end of the trail at an instant. Kept elsewhere, it proves later that nothing up to it was cut off or rewritten. */
export interface Checkpoint {
  readonly version: 1;
  /** Entries in the trail; 0 when it was empty. */
  readonly seq: number;
  /** Hash of the last one, 64 hex digits. */
  readonly hash: string;
  /** When it was taken. */
  readonly at: string;
}

/** `seq` is that of the first bad entry. */
export type Verification =
  | { readonly ok: true; readonly entries: number; readonly head: Pick<Checkpoint, 'seq' | 'hash'> }
  | { readonly ok: false; readonly seq: number; readonly problem: string };

/** A row of the trail: text, links, and the mirrored columns by name. */
export interface AuditRow extends Readonly<Record<string, unknown>> {
  readonly seq: number;
  readonly entry: string;
  readonly prev_hash: string;
  readonly hash: string;
}

/** Whether a saved file is a checkpoint. */
export function isCheckpoint(value: unknown): value is Checkpoint {
  if (typeof value !== 'object' || value === null) return false;
  const { version, seq, hash, at } = value as Partial<Record<keyof Checkpoint, unknown>>;
  const counted = typeof seq === 'number' && Number.isSafeInteger(seq) && seq >= 0;
  return version === 1 && counted && typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash) && typeof at === 'string';
}

/** The entry in a row's text; null when the text is not a JSON object. */
export function readEntry(text: string): RecordedEntry | null {
  try {
    const value: unknown = JSON.parse(text);
    // What else it must be is a matter of the hash: only what `append` wrote has the right one.
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as RecordedEntry) : null;
  } catch {
    return null;
  }
}

/**
 * Reads the trail from its first entry to its last and stops at the first that is not what was written: text, chain,
 * numbering, columns and, with a checkpoint, the part that it vouches for.
 */
export async function verifyTrail(rows: AsyncIterable<AuditRow>, checkpoint?: Checkpoint): Promise<Verification> {
  let head = { seq: 0, hash: GENESIS_HASH };
  let fence: RecordedEntry | undefined;
  if (checkpoint?.seq === 0 && checkpoint.hash !== head.hash)
    return bad(0, 'the checkpoint is not one of an empty trail');
  for await (const row of rows) {
    const seq = head.seq + 1;
    if (row.seq !== seq) return bad(seq, `the entry is missing: the next one is ${row.seq}`);
    const problem = problemOf(row, head.hash);
    if (problem !== null) return bad(seq, problem);
    if (checkpoint?.seq === seq && checkpoint.hash !== row.hash) {
      return bad(
        seq,
        `the checkpoint has another hash: ${setBack('the trail was rewritten at this entry or before it', fence)}`,
      );
    }
    head = { seq, hash: row.hash };
    fence = fenceIn(row) ?? fence;
  }
  if (checkpoint && head.seq < checkpoint.seq) {
    const cut = `the trail is cut off (the checkpoint of ${checkpoint.at} has ${checkpoint.seq} entries)`;
    return bad(head.seq + 1, setBack(cut, fence));
  }
  return { ok: true, entries: head.seq, head };
}

function fenceIn({ entry }: AuditRow): RecordedEntry | undefined {
  const said = readEntry(entry);
  return said?.kind === 'fenced' ? said : undefined;
}

const GO_ON =
  'run `journey-metrics audit reconcile`, which writes the entries of runs that ended since, and take a new checkpoint';

/** A restore of Postgres looks like a manipulation: nobody but the operator can tell the two apart. */
function setBack(otherwise: string, fence: RecordedEntry | undefined): string {
  if (fence)
    return `${otherwise}, or set back: entry ${fence.seq} says that the records were restored before ${fence.timestamp}; ${GO_ON}`;
  return `${otherwise}, or Postgres was restored from an older backup: then ${GO_ON}`;
}

function problemOf(row: AuditRow, prevHash: string): string | null {
  if (row.prev_hash !== prevHash) return 'the entry does not follow the one before it: its prev_hash differs';
  if (row.hash !== linkHash(prevHash, row.entry)) return 'the text was changed: its hash differs';
  const entry = readEntry(row.entry);
  if (!entry || !isCanonical(entry, row.entry)) return 'the text is not canonical JSON';
  const differing = disagreement(entry, row);
  return differing === null ? null : `the column ${differing} differs from the text`;
}

function isCanonical(value: unknown, text: string): boolean {
  try {
    return canonicalJson(value) === text;
  } catch {
    // Lone surrogates have no canonical form.
    return false;
  }
}

function bad(seq: number, problem: string): Verification {
  return { ok: false, seq, problem };
}
