import { createHash } from 'node:crypto';
import type { RecordedEntry } from '../../contract/audit-entry.js';
import { canonicalJson } from '../../contract/values/json.js';
import { storable } from '../postgres/storable.js';

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

/** How the column of each field is kept: one without a line here does not compile. A window has columns of its own,
 * a report is in the table of its series, and a reading in that of windows. */
const KINDS: Readonly<
  Record<Exclude<keyof RecordedEntry, 'window' | 'report' | 'reading' | 'credential'>, ColumnKind>
> = {
  seq: 'plain',
  effectId: 'plain',
  recordedAt: 'instant',
  timestamp: 'instant',
  queryId: 'plain',
  latency_ms: 'plain',
  accuracy_rate: 'plain',
  rows_processed: 'plain',
  status: 'plain',
  kind: 'plain',
  org: 'plain',
  workflowId: 'plain',
  runKey: 'plain',
  requester: 'plain',
  queryHash: 'plain',
  series: 'plain',
  rows: 'json',
  delivery: 'json',
  deliveries: 'json',
  failureType: 'plain',
  failureMessage: 'plain',
};

/** Every column that mirrors the entry. Writing, reading and verifying all go by this table, so none can be forgotten. */
export const MIRRORS: readonly Column[] = [
  // `entries` forgets which keys these are.
  ...(Object.entries(KINDS) as [keyof typeof KINDS, ColumnKind][]).map(([field, kind]): Column => ({
    name: columnName(field),
    kind,
    of: (entry) => entry[field],
  })),
  { name: 'window_from', kind: 'instant', of: (entry) => entry.window?.from ?? null },
  { name: 'window_to', kind: 'instant', of: (entry) => entry.window?.to ?? null },
  { name: 'delivery_id', kind: 'plain', of: (entry) => entry.delivery?.deliveryId ?? null },
  { name: 'revision', kind: 'plain', of: (entry) => entry.delivery?.revision ?? null },
];

function columnName(field: string): string {
  return field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

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
