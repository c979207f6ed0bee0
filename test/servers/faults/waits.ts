import type { Operation } from '../../../simulator/faults/fault.js';
import type { RecordedHistory } from '../../support/workflow/history-chain.js';

interface Started {
  readonly activityTaskStartedEventAttributes?: {
    readonly lastFailure?: { readonly applicationFailureInfo?: { readonly nextRetryDelay?: string } };
  };
}
interface Timer {
  readonly timerStartedEventAttributes?: { readonly startToFireTimeout?: string };
  readonly userMetadata?: { readonly summary?: { readonly data?: string } };
}

/** Milliseconds that a run waited because an operation was answered with 429, as its history has it. */
export function waitOf(
  { events }: RecordedHistory,
  operation: Operation,
  operations: readonly Operation[],
): number | undefined {
  if (operation === 'token') {
    return (events as readonly Started[])
      .map((event) => event.activityTaskStartedEventAttributes?.lastFailure?.applicationFailureInfo?.nextRetryDelay)
      .map(millisecondsOf)
      .find((wait) => wait !== undefined);
  }
  const waits = (reason: RegExp): (number | undefined)[] =>
    (events as readonly Timer[])
      .filter((event) => reason.test(Buffer.from(event.userMetadata?.summary?.data ?? '', 'base64').toString()))
      .map((event) => millisecondsOf(event.timerStartedEventAttributes?.startToFireTimeout));
  if (operation === 'webhook') return waits(/receiver/)[0];
  return waits(/rate limited/)[operations.filter((one) => one !== 'token').indexOf(operation)];
}

/** `7s`, `1.250s`. */
function millisecondsOf(duration: string | undefined): number | undefined {
  return duration === undefined ? undefined : Math.round(Number(duration.replace(/s$/, '')) * 1_000);
}
