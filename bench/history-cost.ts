import type { HistoryEvent, RecordedHistory } from '../test/support/workflow/history-chain.js';

/** What a run costs the server, and its owner. */
export interface HistoryCost {
  readonly events: number;
  readonly workflowTasks: number;
  readonly activities: number;
  /**
   * What Temporal Cloud bills, by kind, heartbeats aside (https://docs.temporal.io/cloud/actions): an execution started,
   * an activity started or retried, a timer started, a signal, an upsert of search attributes. Attributes that come with
   * the start cost nothing, nor does the marker of a patched version.
   */
  readonly billed: Readonly<Record<'starts' | 'activities' | 'timers' | 'upserts' | 'signals', number>>;
  /** The sum of `billed`. */
  readonly actions: number;
  /** Bytes of the largest payload. */
  readonly largestPayload: number;
}

/** Counts a run: every execution that it continued as. */
export function costOf(chain: readonly RecordedHistory[]): HistoryCost {
  const events = chain.flatMap((execution) => execution.events);
  const count = (type: string): number => ofType(events, type).length;
  const started = ofType(events, 'ACTIVITY_TASK_STARTED');
  const billed = {
    starts: count('WORKFLOW_EXECUTION_STARTED'),
    // Only the last attempt is an event; it says which one it was.
    activities: started.reduce((sum, event) => sum + attemptOf(event), 0),
    timers: count('TIMER_STARTED'),
    upserts: ofType(events, 'UPSERT_WORKFLOW_SEARCH_ATTRIBUTES').filter((event) => !isOfVersions(event)).length,
    signals: count('WORKFLOW_EXECUTION_SIGNALED'),
  };
  return {
    events: events.length,
    workflowTasks: count('WORKFLOW_TASK_COMPLETED'),
    activities: count('ACTIVITY_TASK_SCHEDULED'),
    billed,
    actions: Object.values(billed).reduce((sum, number) => sum + number, 0),
    largestPayload: Math.max(0, ...chain.flatMap(({ json }) => payloadBytes(json))),
  };
}

function ofType(events: readonly HistoryEvent[], type: string): readonly HistoryEvent[] {
  return events.filter(({ eventType }) => eventType === `EVENT_TYPE_${type}`);
}

function attemptOf(event: HistoryEvent): number {
  const { attempt = 1 } = event['activityTaskStartedEventAttributes'] as { attempt?: number };
  return attempt;
}

/** What `patched()` upserts on its own account. */
function isOfVersions(event: HistoryEvent): boolean {
  const { searchAttributes } = event['upsertWorkflowSearchAttributesEventAttributes'] as {
    searchAttributes?: { indexedFields?: Readonly<Record<string, unknown>> };
  };
  return Object.keys(searchAttributes?.indexedFields ?? {}).every((name) => name === 'TemporalChangeVersion');
}

function payloadBytes(json: string): readonly number[] {
  return [...json.matchAll(/"data": ?"([^"]*)"/g)].map(([, data = '']) => Buffer.byteLength(data, 'base64'));
}
