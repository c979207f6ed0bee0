import type { SourceQuery } from '../../src/contract/request/request.js';
import { parseOption } from '../invalid-option.js';
import { hashText, mix, uniform } from '../seeded.js';
import { bucketsOf, type Bucket } from './buckets.js';
import { ODD_NAMES, valueAt, valuesOf } from './dimensions.js';
import { layOut } from './layout.js';
import { measure, measureOfPart, metricReader } from './measures.js';
import { dataSettingsSchema, type DataSettings, type DataSettingsInput } from './settings.js';

/** `date`, the dimensions and metrics as asked for, then `journeyName` and `updatedAt`, which nobody asked for. */
export type Row = Readonly<Record<string, string | number | null>>;

/** The rows of one query, each computed from its index alone, so that millions of them take no memory. */
export interface RowSource {
  readonly total: number;
  /** Buckets that have rows, oldest first. */
  readonly buckets: readonly Bucket[];
  /** Rows `[from, to)`, cut at `total`. */
  rows(from: number, to: number): readonly Row[];
}

/** The same rows for the same seed, organisation and query; `limit` plays no part. */
export function createRowSource(input: { org: string; query: SourceQuery; data?: DataSettingsInput }): RowSource {
  const settings = parseOption(dataSettingsSchema, input.data ?? {}, 'data settings');
  const { query } = input;
  const buckets = bucketsOf(query, input.org, settings);
  const dimensions = query.dimension.map((name) => ({ name, values: valuesOf(name, query.filter) }));
  const combinations = dimensions.reduce((product, { values }) => product * values.length, 1);
  const isEmpty = buckets.length === 0 || combinations === 0;
  const layout = layOut(isEmpty ? 0 : (settings.rows ?? buckets.length * combinations), buckets, settings);
  const { total } = layout;
  const toRow = rowBuilder(query, dimensions, hashText(settings.seed, input.org, 'group'), settings);

  return {
    total,
    buckets,
    rows: (from, to) => {
      const rows: Row[] = [];
      let at = Math.max(0, from);
      const end = Math.min(to, total);
      for (let position = at < end ? layout.bucketOf(at) : 0; at < end; position += 1) {
        const bucket = buckets[position];
        if (bucket === undefined) break;
        for (const stop = Math.min(end, layout.firstOf(position + 1)); at < stop; at += 1)
          rows.push(toRow(bucket, layout.numberOf(at, position)));
      }
      return rows;
    },
  };
}

interface Dimension {
  readonly name: string;
  readonly values: readonly string[];
}

/** Salts of what befalls a row. */
const OUTLIER = hashText('outlier');
const ODD = hashText('odd text');
const CORRECTED = hashText('corrected');
const PROVISIONAL = hashText('provisional values');

/** Builds the `index`-th row of a bucket: its number and whether it has settled, and nothing of the rows before it, decide what is in it. */
function rowBuilder(query: SourceQuery, dimensions: readonly Dimension[], base: number, settings: DataSettings) {
  const metrics = query.metric.map((name) => ({ name, salt: hashText('value', name), read: metricReader(name) }));
  const spoilt = spoiler(settings);

  return (bucket: Bucket, index: number): Row => {
    const salt = mix(bucket.salt, index);
    const { values, group } = dimensionsAt(dimensions, index);
    const awaitsCorrection = bucket.provisional && uniform(mix(salt, CORRECTED)) < settings.corrected;
    const drawn = awaitsCorrection ? mix(salt, PROVISIONAL) : salt;
    const whole = measure(drawn, mix(base, group), bucket.volume, uniform(mix(drawn, OUTLIER)) < settings.outliers);
    const measures = measureOfPart(whole, bucket.part);
    const row: Record<string, string | number | null> = { date: bucket.date };
    for (const [position, { name }] of dimensions.entries()) row[name] = values[position] ?? null;
    for (const { name, salt: metric, read } of metrics) {
      const value = spoilt(read(measures, drawn), mix(drawn, metric));
      if (value !== undefined) row[name] = value;
    }
    const odd = uniform(mix(salt, ODD)) < settings.oddText;
    row['journeyName'] = odd ? (ODD_NAMES[salt % ODD_NAMES.length] ?? null) : titleOf(row['journeyId']);
    row['updatedAt'] = bucket.end;
    return row;
  };
}

/** Counts through the values, the last dimension fastest; the first grows new values when its own are used up. */
function dimensionsAt(dimensions: readonly Dimension[], index: number): { values: readonly string[]; group: number } {
  const values: string[] = [];
  let rest = index;
  for (let position = dimensions.length - 1; position >= 0; position -= 1) {
    const choice = dimensions[position]?.values ?? [];
    values[position] = valueAt(choice, position === 0 ? rest : rest % choice.length);
    if (position > 0) rest = Math.floor(rest / choice.length);
  }
  return { values, group: rest };
}

function titleOf(journeyId: string | number | null | undefined): string {
  if (typeof journeyId !== 'string') return 'All journeys';
  return journeyId.charAt(0).toUpperCase() + journeyId.slice(1).replaceAll('-', ' ');
}

/** What is sent in place of a value; undefined: nothing, not even the key. Of several defects the first one that is drawn. */
function spoiler(settings: DataSettings): (value: number, salt: number) => string | number | null | undefined {
  const { nulls, absentKeys, words, numericStrings } = settings;
  return (value, salt) => {
    let chance = uniform(salt);
    if (chance < nulls) return null;
    chance -= nulls;
    if (chance < absentKeys) return undefined;
    chance -= absentKeys;
    if (chance < words) return 'n/a';
    return chance - words < numericStrings ? String(value) : value;
  };
}
