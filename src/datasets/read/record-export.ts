import type { BlobRef } from '../../contract/result/blob-ref.js';
import type { MadeOf } from '../../contract/result/dataset.js';
import type { DatasetStore } from '../../ports/index.js';
import { parseOutputManifest } from '../store/output-manifest.js';
import type { RowBatch, RowExport } from './export-rows.js';

const RECORDS_A_BATCH = 1_000;

/** What the rows of a run were made of; undefined where they are as the source sent them. */
export async function readMadeOf(
  store: Pick<DatasetStore, 'get'>,
  output: BlobRef,
  signal: AbortSignal,
): Promise<MadeOf | undefined> {
  return parseOutputManifest(await store.get(output, signal)).made;
}

/** Records as rows that can be written, a batch at a time in memory. @param records makes them; may be called again */
export function recordExport(records: () => AsyncIterable<object>): Pick<RowExport, 'batches'> {
  return {
    async *batches() {
      let texts: string[] = [];
      for await (const record of records()) {
        texts.push(JSON.stringify(record));
        if (texts.length < RECORDS_A_BATCH) continue;
        yield batchOf(texts);
        texts = [];
      }
      if (texts.length > 0) yield batchOf(texts);
    },
  };
}

function batchOf(texts: readonly string[]): RowBatch {
  const rows = texts.map((text) => Buffer.from(text));
  const starts: number[] = [];
  const ends: number[] = [];
  let at = 0;
  for (const { byteLength } of rows) {
    starts.push(at);
    ends.push((at += byteLength));
  }
  return { body: Buffer.concat(rows, at), starts, ends };
}
