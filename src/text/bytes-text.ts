const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** A size for people: `512 B`, `3.1 MB`. */
export function bytesText(bytes: number): string {
  let size = bytes;
  let unit = 0;
  for (; size >= 999.5 && unit < UNITS.length - 1; unit += 1) size /= 1_000;
  return `${unit === 0 || size >= 99.95 ? Math.round(size) : size.toFixed(1)} ${UNITS[unit] ?? ''}`;
}
