import { rowsNoteSchema, type RowsNote } from '../../contract/result/rows-note.js';
import type { DatasetStore, LedgerPart } from '../../ports/index.js';
import { DatasetError } from '../store/dataset-error.js';
import { openRowExport, type RowBatch, type RowExport } from './export-rows.js';
import { payloadRows, type PayloadHead } from './payload-rows.js';

type Parts = readonly Pick<LedgerPart, 'body'>[];

/** What the parts of a revision say besides their rows: each says the same. */
export async function payloadHead(
  store: Pick<DatasetStore, 'get'>,
  [first]: Parts,
  signal: AbortSignal,
): Promise<PayloadHead> {
  if (first === undefined) throw new DatasetError('corrupt', 'A revision has no part.');
  const body = await store.get(first.body, signal);
  const note = noteIn(body);
  return note ? headOf(note) : payloadRows(body).head;
}

/** The rows of a revision as they were sent or written, a part or page at a time in memory. */
export function openDeliveredExport(
  store: Pick<DatasetStore, 'get'>,
  parts: Parts,
  signal: AbortSignal,
): Pick<RowExport, 'batches'> {
  return {
    async *batches(): AsyncGenerator<RowBatch> {
      for (const { body: part } of parts) {
        const body = await store.get(part, signal);
        const note = noteIn(body);
        if (note) {
          yield* (await openRowExport(store, note.output, 'delivered', signal)).batches();
          continue;
        }
        const { starts, ends } = payloadRows(body);
        yield { body, starts, ends };
      }
    },
  };
}

/** Canonical JSON: its keys are in order. A payload begins otherwise. */
const NOTE_START = Buffer.from('{"header":');

/** A destination that takes rows has a note in place of payloads: it names the rows. */
function noteIn(body: Uint8Array): RowsNote | undefined {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (!bytes.subarray(0, NOTE_START.length).equals(NOTE_START)) return undefined;
  return rowsNoteSchema.safeParse(JSON.parse(bytes.toString())).data;
}

function headOf({ header: { report, sampling } }: RowsNote): PayloadHead {
  return { summary: { isSample: sampling.sampled }, report };
}
