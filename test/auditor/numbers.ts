/**
 * What the product promises to make of rows, as a textbook would put it: slow, short, whole lists in memory. Nothing of
 * it is taken from the product, so that a slip there is not repeated here.
 */
import { Line, NUMBER, OBJECT, oneOf, TEXTS, WHOLE, type JsonObject } from './line.js';

export type Row = JsonObject;

/** What a request says, or leaves to the defaults, about its numbers. */
export interface Processing {
  readonly maxRows: number;
  readonly outliers: 'remove' | 'flag' | 'off';
  readonly outlierMetrics: readonly string[];
}

/** The interquartile rule on one metric. */
export interface MetricFences {
  readonly metric: string;
  /** Numbers that were looked at. */
  readonly considered: number;
  readonly outliers: number;
  /** Absent where the rule does not apply: fewer than four numbers, or no spread. */
  readonly lower?: number;
  readonly upper?: number;
}

/** What must be delivered, and what must be said about it. */
export interface Expected {
  readonly rows: readonly Row[];
  readonly returned: number;
  readonly kept: number;
  readonly outliers: number;
  readonly fences: readonly MetricFences[];
}

/** @param request as a caller sends it; the seed's flat form too */
export function processingOf(request: JsonObject): Processing {
  const query = queryOf(request);
  const given = new Line('the request, processing', OBJECT.is(request['processing']) ? request['processing'] : {});
  return {
    maxRows: given.may('maxRows', WHOLE) ?? 5_000,
    outliers: given.may('outliers', oneOf('remove', 'flag', 'off')) ?? 'remove',
    outlierMetrics: given.may('outlierMetrics', TEXTS) ?? query.must('metric', TEXTS),
  };
}

export function queryOf(request: JsonObject): Line {
  const whole = new Line('the request', request);
  return OBJECT.is(request['query']) ? whole.within('query') : whole;
}

/** First outliers, then the sample of what is left. */
export function textbook(rows: readonly Row[], { maxRows, outliers: mode, outlierMetrics }: Processing): Expected {
  let left = rows;
  const fences: MetricFences[] = [];
  for (const metric of mode === 'off' ? [] : outlierMetrics) {
    const found = fencesOf(left, metric);
    const { lower = -Infinity, upper = Infinity } = found;
    const inside = left.filter((row) => {
      const value = numberOf(row[metric]);
      return value === undefined || (lower <= value && value <= upper);
    });
    fences.push({ ...found, outliers: left.length - inside.length });
    left = inside;
  }
  const kept = mode === 'flag' ? rows : left;
  const outliers = rows.length - left.length;
  return { rows: evenSample(kept, maxRows), returned: rows.length, kept: kept.length, outliers, fences };
}

function fencesOf(rows: readonly Row[], metric: string): MetricFences {
  const values = rows
    .map((row) => numberOf(row[metric]))
    .filter((value) => value !== undefined)
    .toSorted((a, b) => a - b);
  const n = values.length;
  const none = { metric, considered: n, outliers: 0 };
  const q1 = values[Math.floor(n / 4)];
  const q3 = values[Math.floor((3 * n) / 4)];
  if (n < 4 || q1 === undefined || q3 === undefined || q1 === q3) return none;
  const iqr = q3 - q1;
  return { ...none, lower: q1 - 1.5 * iqr, upper: q3 + 1.5 * iqr };
}

/** The source sends some numbers as text. */
function numberOf(value: unknown): number | undefined {
  const decimal = typeof value === 'string' && /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(value);
  const number = decimal ? Number(value) : value;
  return NUMBER.is(number) ? number : undefined;
}

/** `most` rows at even distances, the first among them. */
function evenSample(rows: readonly Row[], most: number): readonly Row[] {
  if (rows.length <= most) return rows;
  const chosen = new Set(Array.from({ length: most }, (_, index) => Math.floor((index * rows.length) / most)));
  return rows.filter((_, index) => chosen.has(index));
}
