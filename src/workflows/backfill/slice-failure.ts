import type { SliceFailure } from '../../contract/result/backfill-result.js';
import type { TimeRange } from '../../contract/request/backfill.js';

const MESSAGE_CHARACTERS = 80;
/** Of JSON: `FAILURES_MOST` of them leave room for the rest of a result in 16 KiB, however long the ids are. */
const FAILURE_BYTES = 250;

/** A line of the table of failures. The message is cut to what there is room for: the run has it all. */
export function sliceFailure(
  { from, to }: TimeRange,
  workflowId: string,
  type: SliceFailure['type'],
  message: string,
): SliceFailure {
  const characters = Array.from(message).slice(0, MESSAGE_CHARACTERS);
  const failure = (): SliceFailure => ({ from, to, workflowId, type, message: characters.join('') });
  while (characters.length > 0 && bytesOf(failure()) > FAILURE_BYTES) characters.pop();
  return failure();
}

function bytesOf(failure: SliceFailure): number {
  return new TextEncoder().encode(JSON.stringify(failure)).length;
}
