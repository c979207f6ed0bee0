import { createWriteStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline as streamed } from 'node:stream/promises';
import { createFileBlobStore } from '../src/datasets/blobs/file-blob-store.js';
import { createDatasetStore } from '../src/datasets/store/dataset-store.js';
import { createRowPipeline } from '../src/datasets/transform/row-pipeline.js';
import { FORMATS } from '../src/destinations/files/formats/formats.js';
import type { RowTable, TableColumn } from '../src/ports/index.js';
import { pageFiles } from './bench-files.js';
import { readPages, transformInput } from './pipeline.js';

export interface ParquetInput {
  readonly out: string;
  readonly rows?: number;
  readonly pages?: string;
}

export interface ParquetFigures {
  readonly rows: number;
  readonly bytes: number;
  readonly wallMs: number;
  readonly cpuMs: number;
  /** Of the process since it started. */
  readonly peakRssMiB: number;
}

const ROWS = 1_000_000;
const BATCH_ROWS = 10_000;
const DAY_MS = 86_400_000;
const idle = new AbortController().signal;

/** Writes one file of Parquet, of a made table or of the rows of page files. */
export async function measureParquet({ out, rows = ROWS, pages }: ParquetInput): Promise<ParquetFigures> {
  const [working, file] = [join(out, '.working-store'), join(out, 'part-0.parquet')];
  await mkdir(out, { recursive: true });
  await rm(working, { recursive: true, force: true });
  const cpu = process.cpuUsage();
  const start = performance.now();
  const table = pages === undefined ? madeTable(rows) : await tableOfPages(pages, working);
  await streamed(FORMATS.parquet(table, idle), createWriteStream(file));
  const wallMs = Math.round(performance.now() - start);
  const { user, system } = process.cpuUsage(cpu);
  const { size } = await stat(file);
  await rm(working, { recursive: true, force: true });
  return {
    rows: table.rows,
    bytes: size,
    wallMs,
    cpuMs: Math.round((user + system) / 1_000),
    peakRssMiB: Math.round(process.resourceUsage().maxRSS / 1_024),
  };
}

async function tableOfPages(pages: string, working: string): Promise<RowTable> {
  const store = createDatasetStore(createFileBlobStore(working));
  const rows = createRowPipeline(store);
  const dataset = await readPages(await pageFiles(pages), store);
  const input = transformInput(dataset, {});
  // All rows, as a program without rules for outliers has them.
  const processing = { ...input.processing, outliers: 'off' } as const;
  const output = await rows.transform({ ...input, processing }, idle, () => undefined);
  const dateOf = (text: string): number => Date.parse(text) / DAY_MS;
  return { ...(await rows.table(output.manifest, { dateType: 'date', dateOf, labelled: false }, idle)), constants: [] };
}

/** A day, two ids and three metrics, of which some are null. */
function madeTable(rows: number): RowTable {
  const columns: readonly TableColumn[] = [
    { name: 'date', type: 'date' },
    { name: 'journeyId', type: 'text' },
    { name: 'channel', type: 'text' },
    { name: 'journeyStarted', type: 'number' },
    { name: 'journeyCompletionRate', type: 'number' },
    { name: 'journeyDropOffRate', type: 'number' },
  ];
  async function* batches() {
    for (let first = 0; first < rows; first += BATCH_ROWS) {
      const count = Math.min(BATCH_ROWS, rows - first);
      const each = <T>(of: (row: number) => T): T[] => Array.from({ length: count }, (_, index) => of(first + index));
      const cells = [
        each((row) => 20_000 + (row % 365)),
        each((row) => `journey-${row % 50_000}`),
        each((row) => ['voice', 'chat', 'email'][row % 3] ?? null),
        each((row) => row % 977),
        each((row) => (row % 50 === 0 ? null : (row * 7_919) % 100_003)),
        each((row) => ((row * 104_729) % 100_003) / 1_000),
      ];
      yield await Promise.resolve({ rows: count, cells });
    }
  }
  return { rows, columns, constants: [], batches };
}
