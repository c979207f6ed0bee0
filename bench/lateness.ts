import type { Client } from '@temporalio/client';
import { recordedHistory, type HistoryEvent } from '../test/support/workflow/history-chain.js';

/** Of one poll, in milliseconds. */
export interface Lateness {
  /** From when the timer before it was due until it fired. */
  readonly timerMs: number;
  /** From then until the workflow had decided, and scheduled the poll. */
  readonly decisionMs: number;
  /** From its scheduling until a worker took it. */
  readonly pollMs: number;
  /** From when the timer was due until a worker took the poll. */
  readonly wholeMs: number;
}

/** How late the polls of these runs were whose timers were due from then on, by the server's clock. */
export async function latenessOf(client: Client, workflowIds: readonly string[], fromMs: number): Promise<Lateness[]> {
  const lateness: Lateness[] = [];
  for (const workflowId of workflowIds) {
    const { runId } = await client.workflow.getHandle(workflowId).describe();
    const { events } = await recordedHistory(client, workflowId, runId);
    lateness.push(...pollsOf(events, fromMs));
  }
  return lateness;
}

function* pollsOf(events: readonly HistoryEvent[], fromMs: number): Generator<Lateness> {
  let due = NaN;
  let fired = NaN;
  let scheduled = NaN;
  for (const event of events) {
    const at = timeOf(event);
    switch (event.eventType) {
      case 'EVENT_TYPE_TIMER_STARTED':
        due = at + timeoutOf(event);
        break;
      case 'EVENT_TYPE_TIMER_FIRED':
        fired = at;
        break;
      case 'EVENT_TYPE_ACTIVITY_TASK_SCHEDULED':
        scheduled = at;
        break;
      case 'EVENT_TYPE_ACTIVITY_TASK_STARTED':
        // Before the first timer there is no poll, and nothing compares with NaN.
        if (due >= fromMs)
          yield { timerMs: fired - due, decisionMs: scheduled - fired, pollMs: at - scheduled, wholeMs: at - due };
        break;
      default:
    }
  }
}

function timeOf({ eventTime }: HistoryEvent): number {
  return Date.parse(eventTime);
}

function timeoutOf(event: HistoryEvent): number {
  const { startToFireTimeout = '' } = event.timerStartedEventAttributes as { startToFireTimeout?: string };
  return Number.parseFloat(startToFireTimeout) * 1_000;
}
