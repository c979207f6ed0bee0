import type { BlobRef } from '../../contract/result/blob-ref.js';
import type { Cell, DatasetStore, RowTable, TableBatch, TableColumn, TableReading } from '../../ports/index.js';
import type { PageColumns } from '../../pages/columns.js';
import type { PageKeys } from '../../pages/rows-scan.js';
import { eachField } from '../read/row-fields.js';
import { DatasetError } from '../store/dataset-error.js';
import { readDatasetManifest, readPage, readRows } from '../store/dataset-pages.js';
import { parseOutputManifest, type OutputManifest } from '../store/output-manifest.js';
import { inTurn, placed, type PlacedPage } from '../store/page-walk.js';
import { bitBytes, hasAnyBit, hasBit } from '../store/row-bits.js';
import { CellReaders, type KeyedColumn } from './cell-readers.js';

/** Begins the names of our own columns: a field of a row that begins so gets another name. */
const OURS = '_';

type Keys = NonNullable<OutputManifest['keys']>;

/**
 * The delivered rows as typed columns, made of the columns that are there already: the date, dimensions and their labels as
 * texts, metrics as doubles, whether the row is an outlier where those stay, and every further field as its JSON.
 * Reads the pages twice: a table must say its columns first, and only the rows know their further fields.
 */
export async function openRowTable(
  store: DatasetStore,
  output: BlobRef,
  reading: TableReading,
  signal: AbortSignal,
): Promise<Omit<RowTable, 'constants'>> {
  const manifest = parseOutputManifest(await store.get(output, signal));
  const { dataset, keys } = manifest;
  if (keys === undefined) throw unusable('The rows were stored by a version that delivered no tables.');
  const { pages } = await readDatasetManifest(store, dataset, signal);
  const bits = await store.get(manifest.selection, signal);
  const flagged = manifest.flagged && (await store.get(manifest.flagged, signal));
  for (const each of [bits, flagged ?? bits]) {
    if (each.byteLength !== bitBytes(dataset.rows)) throw unusable('The list of rows does not belong to these rows.');
  }
  const selected = placed(pages).filter(({ first, rows }) => hasAnyBit(bits, first, first + rows));
  const walk: TableWalk = { store, keys, pages: selected, bits, ...(flagged && { flagged }) };
  const known = knownColumns(keys, reading, flagged !== undefined);
  const extras = await extraFields(walk, new Set(known.map(({ key }) => key)), signal);
  const columns = [...known, ...extras];
  return {
    rows: manifest.parts.reduce((sum, part) => sum + part.rows, 0),
    columns: columns.map(({ key: _key, ...column }) => column),
    batches: (bound) => batchesOf(walk, columns, reading, bound),
  };
}

interface TableWalk {
  readonly store: DatasetStore;
  readonly keys: Keys;
  readonly pages: readonly PlacedPage[];
  readonly bits: Uint8Array;
  readonly flagged?: Uint8Array;
}

function knownColumns(
  { dateKey, metrics, dimensions }: Keys,
  { dateType, labelled }: TableReading,
  flagged: boolean,
): readonly KeyedColumn[] {
  const columns = new Map<string, KeyedColumn>();
  const add = (key: string, type: TableColumn['type']): void => {
    if (!columns.has(key)) columns.set(key, { key, name: key, type });
  };
  add(dateKey, dateType);
  for (const key of dimensions) {
    add(key, 'text');
    if (labelled) add(labelOf(key), 'text');
  }
  for (const key of metrics) add(key, 'number');
  return [
    ...columns.values(),
    ...(flagged ? [{ key: '_outlier', name: '_outlier', type: 'boolean', ofBits: true } as const] : []),
  ];
}

function labelOf(dimension: string): string {
  return `${dimension}Label`;
}

/** Fields that nobody asked for, in the order in which they are first seen. */
async function extraFields(
  { store, pages, bits }: TableWalk,
  known: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<readonly KeyedColumn[]> {
  const seen = new Set<string>();
  const placeOf = (key: string): number => {
    if (!known.has(key) || key.startsWith(OURS)) seen.add(key);
    return 0;
  };
  const nothing = (): undefined => undefined;
  for await (const { page, body, columns } of inTurn(pages, (each) => readRows(store, each, signal), signal)) {
    eachField({ body, ...selectedRows(columns, page, bits) }, { placeOf, visit: nothing, endRow: nothing });
  }
  return [...seen].map((key) => ({ key, name: key.startsWith(OURS) ? `field${key}` : key, type: 'json' }));
}

function pageKeys({ dateKey, metrics, dimensions }: Keys): PageKeys {
  return { metrics, texts: [dateKey], others: dimensions };
}

function selectedRows({ starts, ends, rows }: PageColumns, { first }: PlacedPage, bits: Uint8Array) {
  const selected: number[] = [];
  for (let row = 0; row < rows; row += 1) if (hasBit(bits, first + row)) selected.push(row);
  return { selected, starts: selected.map((row) => starts[row] ?? 0), ends: selected.map((row) => ends[row] ?? 0) };
}

async function* batchesOf(
  { store, keys, pages, bits, flagged }: TableWalk,
  columns: readonly KeyedColumn[],
  reading: TableReading,
  signal: AbortSignal,
): AsyncGenerator<TableBatch> {
  const readers = new CellReaders(keys, reading);
  const wanted = pageKeys(keys);
  for await (const { page, body, columns: cells } of inTurn(
    pages,
    (each) => readPage(store, each, wanted, signal),
    signal,
  )) {
    const { selected, ...places } = selectedRows(cells, page, bits);
    const batch = { body, ...places };
    const fields = readers.fieldsOf(batch, columns);
    yield {
      rows: selected.length,
      cells: columns.map((column): readonly Cell[] =>
        column.ofBits
          ? selected.map((row) => flagged !== undefined && hasBit(flagged, page.first + row))
          : (fields.get(column.key) ?? readers.cellsOf(column, { cells, body, selected })),
      ),
    };
  }
}

function unusable(why: string): DatasetError {
  return new DatasetError('corrupt', `${why} Start the run again.`);
}
