import {
  defaultPayloadConverter,
  type ConverterHint,
  type Payload,
  type PayloadConverter,
  type SerializationContext,
} from '@temporalio/common';
import { workflowInfo } from '@temporalio/workflow';

/** Stands for a value that somebody sent in a form that cannot be read. */
export class UnreadablePayload {
  readonly isReadable = false;
}

/**
 * Reads what came to this workflow from outside. A value that cannot be read becomes an {@link UnreadablePayload}: thrown
 * here, its error would fail the workflow task again and again. Answers of activities and children stay strict.
 */
export const payloadConverter: PayloadConverter = {
  toPayload: (value, context, hint) => defaultPayloadConverter.toPayload(value, context, hint),
  fromPayload<T>(payload: Payload, context?: SerializationContext, hint?: ConverterHint<T>): T {
    try {
      return defaultPayloadConverter.fromPayload(payload, context, hint);
    } catch (error) {
      if (!isFromOutside(context)) throw error;
      // Typed by the SDK as what the caller hopes for; entries check what they get.
      return new UnreadablePayload() as T;
    }
  },
};

function isFromOutside(context: SerializationContext | undefined): boolean {
  return context?.type === 'workflow' && context.workflowId === workflowInfo().workflowId;
}
