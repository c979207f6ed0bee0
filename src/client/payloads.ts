/** Payloads as Temporal keeps them, read by the client's own data converter: what it encodes, it also decodes here. */
import { Client } from '@temporalio/client';
import type { ConverterHint, LoadedDataConverter, Payload, SerializationContext } from '@temporalio/common';
import { decode, decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow/codec-helpers.js';
import {
  visit,
  walkGetWorkflowExecutionHistoryResponse,
} from '@temporalio/common/lib/internal-non-workflow/payload-visitor.js';
import type { History } from '@temporalio/common/lib/proto-utils.js';

/** Values in the order in which they were given. Rejects where one cannot be read. */
export function readPayloads(client: Client, payloads: Payload[] | null | undefined): Promise<readonly unknown[]> {
  return decodeArrayFromPayloads(client.options.loadedDataConverter, payloads);
}

/** Undoes the payload codecs of a history, in place; what they cannot read stays as it is. */
export async function decodeHistory(history: History, { payloadCodecs }: LoadedDataConverter): Promise<History> {
  if (payloadCodecs.length === 0) return history;
  const plain = (payloads: Payload[]): Promise<Payload[]> => decode(payloadCodecs, payloads).catch(() => payloads);
  await visit({ history }, walkGetWorkflowExecutionHistoryResponse, {
    transformPayloads: plain,
    transformPayload: async (payload) => (await plain([payload]))[0] ?? payload,
    // Temporal reads them itself, so no codec encodes them.
    skipSearchAttributes: true,
  });
  return history;
}

/**
 * The client for lists and descriptions, whose memos anybody writes: one that cannot be read counts as none, where it
 * would end the whole list. Not for results: there it would hide that a codec is missing.
 */
export function readingAnyMemo({ connection, options }: Client): Client {
  const { namespace, loadedDataConverter } = options;
  const { payloadConverter } = loadedDataConverter;
  const dataConverter: LoadedDataConverter = {
    ...loadedDataConverter,
    payloadConverter: {
      toPayload: (value, context, hint) => payloadConverter.toPayload(value, context, hint),
      fromPayload<T>(payload: Payload, context?: SerializationContext, hint?: ConverterHint<T>): T {
        try {
          return payloadConverter.fromPayload(payload, context, hint);
        } catch {
          // The SDK's type for what a memo has: anything.
          return undefined as T;
        }
      },
    },
  };
  return new Client({ connection, namespace, dataConverter });
}
