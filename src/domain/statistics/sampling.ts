/**
 * Picks exactly `min(of, most)` of `of` rows, evenly spaced, the first one among them: the rows ⌊i × of ÷ kept⌋.
 * Call it once per row, in order: true for a row to keep. Integers only, so that no row is lost to rounding.
 */
export function evenSample(of: number, most: number): () => boolean {
  const kept = Math.min(of, most);
  let untilNext = 0;
  return () => {
    const keep = untilNext < kept;
    untilNext += (keep ? of : 0) - kept;
    return keep;
  };
}
