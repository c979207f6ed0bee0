/** One bit a row, the first row in the lowest bit of the first byte. */
export function packBits(flags: Uint8Array): Uint8Array {
  const bits = new Uint8Array(bitBytes(flags.length));
  for (let row = 0; row < flags.length; row += 1) {
    if (flags[row] === 1) bits[row >>> 3] = (bits[row >>> 3] ?? 0) | (1 << (row & 7));
  }
  return bits;
}

export function hasBit(bits: Uint8Array, row: number): boolean {
  return (((bits[row >>> 3] ?? 0) >>> (row & 7)) & 1) === 1;
}

/** Whether one is set from `first` up to `end`, exclusive. */
export function hasAnyBit(bits: Uint8Array, first: number, end: number): boolean {
  for (let row = first; row < end; row += 1) if (hasBit(bits, row)) return true;
  return false;
}

/** Bytes of this many bits. */
export function bitBytes(rows: number): number {
  return Math.ceil(rows / 8);
}
