import type { DatasetStore, LedgerPart } from '../../ports/index.js';
import { DatasetError } from '../store/dataset-error.js';
import type { RowBatch, RowExport } from './export-rows.js';
import { payloadRows, type PayloadHead } from './payload-rows.js';

type Parts = readonly Pick<LedgerPart, 'body'>[];

/** What the parts of a revision say besides their rows: each says the same. */
export async function payloadHead(
  store: Pick<DatasetStore, 'get'>,
  [first]: Parts,
  signal: AbortSignal,
): Promise<PayloadHead> {
  if (first === undefined) throw new DatasetError('corrupt', 'A revision has no part.');
  return payloadRows(await store.get(first.body, signal)).head;
}

/** The rows of a revision as they were sent, a part at a time in memory. */
export function openDeliveredExport(
  store: Pick<DatasetStore, 'get'>,
  parts: Parts,
  signal: AbortSignal,
): Pick<RowExport, 'batches'> {
  return {
    async *batches(): AsyncGenerator<RowBatch> {
      for (const { body: part } of parts) {
        const body = await store.get(part, signal);
        const { starts, ends } = payloadRows(body);
        yield { body, starts, ends };
      }
    },
  };
}
