export interface Quartiles {
  readonly q1: number;
  readonly q3: number;
}

/**
 * The seed's quartiles: of n sorted values those at ⌊n/4⌋ and ⌊3n/4⌋, without interpolation; undefined for none.
 * @param values without NaN; they are put in another order
 */
export function quartilesInPlace(values: Float64Array): Quartiles | undefined {
  values.sort();
  const q1 = values[Math.floor(values.length / 4)];
  const q3 = values[Math.floor((3 * values.length) / 4)];
  return q1 === undefined || q3 === undefined ? undefined : { q1, q3 };
}
