import { createHash } from 'node:crypto';
import { canonicalJson } from '../contract/canonical-json.js';
import { sha256Of } from './blob-store.js';
import type { OutputReport } from './output-manifest.js';

const MODULUS = 1n << 256n;

/**
 * Hash of a multiset of rows: the sum, modulo 2^256, of the SHA-256 of each. The order in which the source lists rows
 * does not matter, how often it lists one does.
 */
export interface RowMultisetHash {
  /** @param raw the bytes of one row as the source sent them: JSON */
  add(raw: Buffer): void;
  /** 64 hex digits. */
  hex(): string;
}

export function createRowMultisetHash(): RowMultisetHash {
  let sum = 0n;
  return {
    add(raw) {
      const digest = createHash('sha256').update(canonicalRow(raw)).digest('hex');
      sum = (sum + BigInt(`0x${digest}`)) % MODULUS;
    },
    hex: () => sum.toString(16).padStart(64, '0'),
  };
}

/**
 * Rows that differ only in the order of their keys have one canonical form. A row that does not come out of
 * `JSON.parse` as it went in (12345678901234567890, 1.0, a key twice) stands for itself: two numbers that are rounded
 * to one another must not look alike, and a correction that hides behind them must be delivered.
 */
function canonicalRow(raw: Buffer): string {
  const text = raw.toString();
  const row: unknown = JSON.parse(text);
  if (JSON.stringify(row) !== text) return text;
  // RFC 8785 has no form for half a surrogate pair, which JSON can write as an escape.
  return text.includes('\\ud') ? text : canonicalJson(row);
}

/**
 * Hash of everything in the payload that is a number or a row. Of warnings their counts, not their wording: better
 * prose in a later version is no new revision of every window.
 */
export function contentHashOf(
  rowsHash: RowMultisetHash,
  { rows, completeness, outliers, sampling, quality }: Omit<OutputReport, 'contentHash' | 'accuracyRate'>,
): string {
  const warnings = quality.warnings.map(({ kind, key, count }) => ({ kind, key, count }));
  const content = { completeness, outliers, sampling, quality: { ...quality, warnings } };
  return sha256Of(canonicalJson({ ...content, rows: rowsHash.hex(), summary: rows }));
}
