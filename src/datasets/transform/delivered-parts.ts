import type { DatasetStore, PartRows } from '../../ports/index.js';
import type { BlobRef } from '../../contract/result/blob-ref.js';
import { DatasetError } from '../store/dataset-error.js';
import { readDatasetManifest, readRows } from '../store/dataset-pages.js';
import { parseOutputManifest } from '../store/output-manifest.js';
import type { PackedPart } from './part-packing.js';
import { inTurn, placed } from '../store/page-walk.js';
import { bitBytes, hasAnyBit, hasBit } from '../store/row-bits.js';

const OPEN = Buffer.from('[');
const COMMA = Buffer.from(',');
const CLOSE = Buffer.from(']');

/**
 * Copies nothing: the parts are made of pieces of the pages. None is read that has no row to deliver. Throws `corrupt` rather than give a part that is not the one that was packed.
 */
export async function* deliveredParts(
  store: DatasetStore,
  output: BlobRef,
  signal: AbortSignal,
): AsyncGenerator<PartRows> {
  const { dataset, selection, parts } = parseOutputManifest(await store.get(output, signal));
  const { pages } = await readDatasetManifest(store, dataset, signal);
  const bits = await store.get(selection, signal);
  if (bits.byteLength !== bitBytes(dataset.rows)) throw notAsPacked();
  const left = parts.values();
  let part = left.next().value;
  let text = new ArrayText();
  const withSelected = placed(pages).filter(({ first, rows }) => hasAnyBit(bits, first, first + rows));
  for await (const { page, body, columns } of inTurn(withSelected, (each) => readRows(store, each, signal), signal)) {
    for (let row = 0; row < page.rows; row += 1) {
      if (!hasBit(bits, page.first + row)) continue;
      text.add(body, columns.starts[row] ?? 0, columns.ends[row] ?? 0);
      if (text.rows !== part?.rows) continue;
      yield text.finished(part);
      part = left.next().value;
      text = new ArrayText();
    }
  }
  if (part?.rows === 0) yield text.finished(part);
  else if (part !== undefined || text.rows > 0) throw notAsPacked();
}

/** The text of a JSON array of rows that lie in pages. Rows that follow one another are one piece, commas included. */
class ArrayText {
  rows = 0;
  readonly #pieces: Uint8Array[] = [OPEN];
  #body: Uint8Array = OPEN;
  #start = 0;
  #end = 0;

  add(body: Uint8Array, start: number, end: number): void {
    // The one byte between two rows can only be their comma.
    if (this.rows === 0 || body !== this.#body || start !== this.#end + COMMA.length) {
      this.#endPiece();
      if (this.rows > 0) this.#pieces.push(COMMA);
      this.#body = body;
      this.#start = start;
    }
    this.#end = end;
    this.rows += 1;
  }

  finished({ rows, bytes }: PackedPart): PartRows {
    this.#endPiece();
    this.#pieces.push(CLOSE);
    const found = this.#pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
    if (this.rows !== rows || found !== bytes) throw notAsPacked();
    return { rows, json: this.#pieces };
  }

  #endPiece(): void {
    if (this.rows > 0) this.#pieces.push(this.#body.subarray(this.#start, this.#end));
  }
}

function notAsPacked(): DatasetError {
  return new DatasetError(
    'corrupt',
    'The rows to deliver are not those that were packed into parts. Start the run again.',
  );
}
