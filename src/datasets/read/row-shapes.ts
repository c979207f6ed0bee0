import type { RollupGroup } from '../../contract/result/rollup.js';
import { numberInText } from '../../domain/numeric.js';
import { QUOTE } from '../../pages/json-cursor.js';
import type { RowBatch } from './export-rows.js';
import { eachField } from './row-fields.js';

const PARTS = /^([+-]?)(\d*)(?:\.(\d*))?((?:[eE][+-]?\d+)?)$/;
const SPACES = new Set(Buffer.from(' \n\r\t'));
const COMMA = Buffer.from(',');
const CLOSE = Buffer.from('}');

/**
 * The number that a text holds, as JSON writes it, digit by digit: no double in between. Undefined for a text that
 * verification takes for no number either.
 */
export function jsonNumberIn(text: string): string | undefined {
  const trimmed = text.trim();
  const [, sign, whole = '', decimals = '', exponent = ''] = PARTS.exec(trimmed) ?? [];
  if (sign === undefined || Number.isNaN(numberInText(trimmed))) return undefined;
  const digits = whole.replace(/^0+(?=\d)/, '') || '0';
  return `${sign === '-' ? '-' : ''}${digits}${decimals && `.${decimals}`}${exponent}`;
}

/**
 * The same rows with numbers in place of texts that hold one, under these keys. Other texts stay, and are told.
 * @param onText called once for each text under these keys that is no number
 */
export function typedRows(batch: RowBatch, metrics: readonly string[], onText: () => void): RowBatch {
  const body = Buffer.from(batch.body.buffer, batch.body.byteOffset, batch.body.byteLength);
  const rows: Uint8Array[][] = [];
  let pieces: Uint8Array[] = [];
  let written = batch.starts[0] ?? 0;
  eachField(batch, {
    placeOf: (key) => metrics.indexOf(key),
    visit(place, cursor, start) {
      if (place < 0 || body[start] !== QUOTE) return;
      const number = jsonNumberIn(cursor.text(start, cursor.at));
      if (number === undefined) {
        onText();
        return;
      }
      pieces.push(body.subarray(written, start), Buffer.from(number));
      written = cursor.at;
    },
    endRow(row) {
      const end = batch.ends[row] ?? 0;
      pieces.push(body.subarray(written, end));
      rows.push(pieces);
      pieces = [];
      written = batch.starts[row + 1] ?? 0;
    },
  });
  return batchOf(rows);
}

/** The same rows with further fields at their end. @param fields members of an object, without its brackets */
export function rowsWith({ body, starts, ends }: RowBatch, fields: Uint8Array): RowBatch {
  const rows = starts.map((start, row) => {
    const last = (ends[row] ?? 0) - 1;
    let at = start + 1;
    while (at < last && SPACES.has(body[at] ?? 0)) at += 1;
    return [body.subarray(start, last), ...(at < last ? [COMMA] : []), fields, CLOSE];
  });
  return batchOf(rows);
}

/** Groups of a rollup as rows of a table: bucket, dimensions, rows, and a column for each figure of each metric. */
export function flatGroups({ body, starts, ends }: RowBatch): RowBatch {
  const rows = starts.map((start, row) => {
    // As `row-rollup.ts` wrote it: numbers are doubles there, and what no double holds is a text.
    const group = JSON.parse(Buffer.from(body.subarray(start, ends[row])).toString()) as RollupGroup;
    return [Buffer.from(JSON.stringify(Object.fromEntries(cellsOf(group))))];
  });
  return batchOf(rows);
}

const FIGURES = ['mean', 'count', 'nulls', 'sum', 'min', 'max', 'weight'] as const;

function cellsOf({ bucket, dimensions, rows, metrics }: RollupGroup): ReadonlyMap<string, unknown> {
  const figures = Object.entries(metrics).flatMap(([metric, of]) =>
    FIGURES.flatMap((figure) => (of[figure] === undefined ? [] : [[`${metric}_${figure}`, of[figure]] as const])),
  );
  const taken = new Set(['bucket', 'rows', ...figures.map(([name]) => name)]);
  const named = Object.entries(dimensions).map(
    ([name, value]) => [taken.has(name) ? `${name}_dimension` : name, value] as const,
  );
  return new Map<string, unknown>([
    ...(bucket === undefined ? [] : [['bucket', bucket] as const]),
    ...named,
    ['rows', rows],
    ...figures,
  ]);
}

function batchOf(rows: readonly (readonly Uint8Array[])[]): RowBatch {
  const starts: number[] = [];
  const ends: number[] = [];
  let at = 0;
  for (const pieces of rows) {
    starts.push(at);
    for (const { byteLength } of pieces) at += byteLength;
    ends.push(at);
  }
  return { body: Buffer.concat(rows.flat(), at), starts, ends };
}
