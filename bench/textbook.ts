import { createHash, type Hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { pageFiles, payloadFiles } from './bench-files.js';
import { QUERY_KEYS } from './bench-query.js';
import { ALL_ROWS, type PipelineInput } from './pipeline.js';

type Row = Readonly<Record<string, unknown>>;

/**
 * Holds the payloads against a program as one would write it for a small result: everything parsed into objects, sorted,
 * filtered, sampled. Throws when the rows are not the same ones in the same order. Needs about 1 kB of memory a row.
 */
export async function checkAgainstTextbook({ pages, out, maxRows = ALL_ROWS }: PipelineInput): Promise<void> {
  let expected = await rowsOf(await pageFiles(pages), 'data');
  for (const metric of QUERY_KEYS.metrics) expected = withoutOutliers(expected, metric);
  const kept = Math.min(expected.length, maxRows);
  const hash = createHash('sha256');
  for (let index = 0; index < kept; index += 1) {
    addRow(hash, expected[Math.floor((index * expected.length) / kept)]);
  }
  const found = createHash('sha256');
  for (const file of await payloadFiles(out)) for (const row of await rowsOf([file], 'metrics')) addRow(found, row);
  if (found.digest('hex') !== hash.digest('hex')) {
    throw new Error(`The rows of the payloads are not the ${kept} rows that the textbook program finds.`);
  }
}

function addRow(hash: Hash, row: Row | undefined): void {
  hash.update(`${JSON.stringify(row)}\n`);
}

async function rowsOf(files: readonly string[], key: 'data' | 'metrics'): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const file of files) {
    const document = JSON.parse(await readFile(file, 'utf8')) as Readonly<Record<typeof key, readonly Row[]>>;
    for (const row of document[key]) rows.push(row);
  }
  return rows;
}

function withoutOutliers(rows: readonly Row[], metric: string): readonly Row[] {
  const values = rows.map((row) => row[metric]).filter((value) => typeof value === 'number');
  if (values.length < 4) return rows;
  values.sort((one, other) => one - other);
  const [q1 = 0, q3 = 0] = [values[Math.floor(values.length / 4)], values[Math.floor((values.length * 3) / 4)]];
  const margin = 1.5 * (q3 - q1);
  if (margin === 0) return rows;
  return rows.filter((row) => {
    const value = row[metric];
    return typeof value !== 'number' || (value >= q1 - margin && value <= q3 + margin);
  });
}
