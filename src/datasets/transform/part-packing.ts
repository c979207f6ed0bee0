import type { PartLimits } from '../../contract/request/request.js';

/**
 * Bytes of a part that are left for what the payload says besides its rows (counts, completeness with up to 100
 * labels, quality, window): about 10 kB at most. Of a small part it is half.
 */
const ENVELOPE_BYTES = 32 * 1024;

const EMPTY_ARRAY_BYTES = 2;

/** Where one part ends: as many rows as follow those of the part before. */
export interface PackedPart {
  readonly rows: number;
  /** Of the text of the JSON array. */
  readonly bytes: number;
}

/** Packs rows, one after the other, into parts: each is the text of a JSON array. */
export interface PartPacking {
  /** A row goes into an empty part whatever its size. */
  add(rowBytes: number): void;
  /** All parts. No rows at all are one empty part. */
  parts(): readonly PackedPart[];
}

export function createPartPacking(limits: PartLimits): PartPacking {
  const mostBytes = limits.maxBytes - Math.min(ENVELOPE_BYTES, Math.floor(limits.maxBytes / 2));
  const full: PackedPart[] = [];
  let rows = 0;
  // A bracket or comma in front of every row, and a bracket behind the last.
  let bytes = 1;
  return {
    add(rowBytes) {
      if (rows > 0 && (rows === limits.maxRows || bytes + rowBytes + 1 > mostBytes)) {
        full.push({ rows, bytes });
        rows = 0;
        bytes = 1;
      }
      rows += 1;
      bytes += rowBytes + 1;
    },
    parts: () => [...full, { rows, bytes: Math.max(bytes, EMPTY_ARRAY_BYTES) }],
  };
}
