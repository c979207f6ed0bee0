import { createHash } from 'node:crypto';
import type { AuditEntry } from '../../ports/index.js';
import { canonicalJson } from '../../contract/canonical-json.js';
import { storable } from '../postgres/storable.js';

/** An entry as it is hashed: with its place in the trail, its effect id and when Postgres got it. */
export interface RecordedEntry extends AuditEntry {
  readonly seq: number;
  readonly effectId: string;
  readonly recordedAt: string;
}

/** What the first entry's `prev_hash` is. */
export const GENESIS_HASH = '0'.repeat(64);

/** The text that is stored and hashed. Strings are made {@link storable} first, or text and columns would differ. */
export function entryText(entry: RecordedEntry): string {
  const plain: unknown = JSON.parse(JSON.stringify(entry, (_key, value: unknown) => storable(value)));
  return canonicalJson(plain);
}

/** Link of the chain: SHA-256 over the hash before, a line feed, and the entry's text; 64 hex digits. */
export function linkHash(prevHash: string, text: string): string {
  return createHash('sha256').update(`${prevHash}\n${text}`).digest('hex');
}

type ColumnKind = 'plain' | 'instant' | 'json';

interface Column {
  readonly name: string;
  readonly kind: ColumnKind;
  /** Its value, from the entry: for `json` any JSON value, for `instant` ISO 8601. */
  readonly of: (entry: RecordedEntry) => unknown;
}

function column(name: string, of: Column['of'], kind: ColumnKind = 'plain'): Column {
  return { name, kind, of };
}

/** Every column that mirrors the entry. Writing, reading and verifying all go by this table, so none can be forgotten. */
export const MIRRORS: readonly Column[] = [
  column('seq', (entry) => entry.seq),
  column('effect_id', (entry) => entry.effectId),
  column('recorded_at', (entry) => entry.recordedAt, 'instant'),
  column('timestamp', (entry) => entry.timestamp, 'instant'),
  column('query_id', (entry) => entry.queryId),
  column('latency_ms', (entry) => entry.latency_ms),
  column('accuracy_rate', (entry) => entry.accuracy_rate),
  column('rows_processed', (entry) => entry.rows_processed),
  column('status', (entry) => entry.status),
  column('kind', (entry) => entry.kind),
  column('org', (entry) => entry.org),
  column('workflow_id', (entry) => entry.workflowId),
  column('run_key', (entry) => entry.runKey),
  column('requester', (entry) => entry.requester),
  column('query_hash', (entry) => entry.queryHash),
  column('window_from', (entry) => entry.window?.from ?? null, 'instant'),
  column('window_to', (entry) => entry.window?.to ?? null, 'instant'),
  column('rows', (entry) => entry.rows, 'json'),
  column('delivery_id', (entry) => entry.delivery?.deliveryId ?? null),
  column('revision', (entry) => entry.delivery?.revision ?? null),
  column('delivery', (entry) => entry.delivery, 'json'),
  column('failure_type', (entry) => entry.failureType),
  column('failure_message', (entry) => entry.failureMessage),
];

/** Values to insert, in the order of {@link MIRRORS}. */
export function mirroredValues(entry: RecordedEntry): readonly unknown[] {
  return MIRRORS.map(({ kind, of }) => {
    const value = of(entry) ?? null;
    return kind === 'json' && value !== null ? JSON.stringify(value) : value;
  });
}

/**
 * Select list for {@link disagreement}. Instants with microseconds and their era, and JSON as text: what the driver makes of
 * them would hide a change below the millisecond, by two thousand years, or in a number's last digits.
 */
export const MIRROR_COLUMNS = MIRRORS.map(({ name, kind }) => {
  switch (kind) {
    case 'plain':
      return name;
    case 'instant':
      // What is infinite has no form; without the second one it would look like NULL.
      return `coalesce(to_char(${name} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z" AD'), ${name}::text) AS ${name}`;
    case 'json':
      return `${name}::text AS ${name}`;
  }
}).join(', ');

/** The first column that does not say what the entry says; null when all agree. */
export function disagreement(entry: RecordedEntry, row: Readonly<Record<string, unknown>>): string | null {
  return MIRRORS.find((mirror) => (row[mirror.name] ?? null) !== selected(mirror, entry))?.name ?? null;
}

/** What {@link MIRROR_COLUMNS} gives for a column that says what the entry says. */
export function selected({ kind, of }: Column, entry: RecordedEntry): unknown {
  const value = of(entry) ?? null;
  if (value === null || kind === 'plain') return value;
  return kind === 'json' ? jsonbText(value) : microseconds(value);
}

function microseconds(instant: unknown): unknown {
  const parsed = new Date(typeof instant === 'string' ? instant : NaN);
  return Number.isNaN(parsed.getTime()) ? instant : parsed.toISOString().replace('Z', '000Z AD');
}

/** As Postgres prints `jsonb`: the shorter key first, then by bytes. Its numbers here are counts, written alike by both. */
function jsonbText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(jsonbText).join(', ')}]`;
  const members = Object.entries(value).map(([key, member]) => [Buffer.from(key), key, member] as const);
  members.sort(([a], [b]) => a.length - b.length || a.compare(b));
  return `{${members.map(([, key, member]) => `${JSON.stringify(key)}: ${jsonbText(member)}`).join(', ')}}`;
}
