import { webhookIdOf } from '../../contract/ids.js';
import { payloadBytes, type PayloadSubject } from './payload.js';
import type { DatasetStore, LedgerPart, RowPipeline } from '../../ports/index.js';

/** Payloads that are written at the same time, and so are in memory: a disk or a service takes several as fast as one. */
const WRITES_AT_ONCE = 8;

type PayloadPart = Omit<LedgerPart, 'deliveredAt'>;

/** Builds the payloads of a revision out of the rows to deliver, stores them, and names them, in order. */
export async function storePayloads(
  { pipeline, datasets }: { pipeline: Pick<RowPipeline, 'parts' | 'rollup'>; datasets: Pick<DatasetStore, 'put'> },
  subject: PayloadSubject,
  revision: number,
  signal: AbortSignal,
): Promise<readonly PayloadPart[]> {
  const { deliveryId } = subject.plan;
  const store = async (part: number, rows: number, bytes: Uint8Array): Promise<PayloadPart> => {
    const body = await datasets.put(`deliveries/${deliveryId}`, bytes, signal);
    return { part, webhookId: webhookIdOf(deliveryId, revision, part), body, rows };
  };
  const rollup = await pipeline.rollup(subject.output, signal);
  const writes: Promise<PayloadPart>[] = [];
  for await (const { rows, json } of pipeline.parts(subject.output, signal)) {
    await writes.at(-WRITES_AT_ONCE);
    const part = writes.length;
    const write = store(part, rows, payloadBytes(subject, revision, part, json, rollup));
    // Whether it failed is asked in its turn. Until then a failure that nobody asks for would end the process.
    write.catch(() => undefined);
    writes.push(write);
  }
  return Promise.all(writes);
}
