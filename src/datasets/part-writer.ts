import type { PartLimits } from '../contract/request.js';

/**
 * Bytes of a part that are left for what the payload says besides its rows (counts, completeness with up to 100
 * labels, quality, window): about 10 kB at most. Of a small part it is half.
 */
const ENVELOPE_BYTES = 32 * 1024;

const FIRST_CAPACITY = 64 * 1024;
const OPEN = 0x5b;
const COMMA = 0x2c;
const CLOSE = 0x5d;

/** Packs rows into parts: each is the text of a JSON array. */
export interface PartWriter {
  /** Whether the row goes into the part at hand; a row goes into an empty part whatever its size. */
  fits(raw: Uint8Array): boolean;
  /** Copies the row's bytes. */
  add(raw: Uint8Array): void;
  /** Writes the part at hand and begins another. */
  flush(): Promise<void>;
  /** Writes what is left. No rows at all are one empty part. */
  finish(): Promise<void>;
}

/** @param write stores one part; it may keep the bytes */
export function createPartWriter(
  limits: PartLimits,
  write: (json: Uint8Array, rows: number) => Promise<void>,
): PartWriter {
  const mostBytes = limits.maxBytes - Math.min(ENVELOPE_BYTES, Math.floor(limits.maxBytes / 2));
  let bytes: Buffer = Buffer.allocUnsafe(FIRST_CAPACITY);
  let length = 0;
  let rows = 0;
  let written = 0;

  const flush = async (): Promise<void> => {
    if (rows === 0) bytes[length++] = OPEN;
    bytes[length++] = CLOSE;
    await write(bytes.subarray(0, length), rows);
    bytes = Buffer.allocUnsafe(FIRST_CAPACITY);
    length = 0;
    rows = 0;
    written += 1;
  };

  return {
    fits: (raw) => rows === 0 || (rows < limits.maxRows && length + raw.length + 2 <= mostBytes),
    add(raw) {
      bytes = withRoomFor(bytes, length, raw.length + 2);
      bytes[length++] = rows === 0 ? OPEN : COMMA;
      bytes.set(raw, length);
      length += raw.length;
      rows += 1;
    },
    flush,
    async finish() {
      if (rows > 0 || written === 0) await flush();
    },
  };
}

function withRoomFor(bytes: Buffer, length: number, more: number): Buffer {
  if (length + more <= bytes.length) return bytes;
  const larger = Buffer.allocUnsafe(Math.max(length + more, bytes.length * 2));
  larger.set(bytes.subarray(0, length));
  return larger;
}
