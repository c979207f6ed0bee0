/** One call of an activity, as history has it. */
export interface Step {
  /** The activity: `planRun`, `pollResult`, … */
  readonly name: string;
  /** What it was called with and what it answered; undefined where that cannot be read, or is not there. */
  readonly input: unknown;
  readonly answer: unknown;
  /** ISO 8601. */
  readonly scheduledAt: string;
  /** Null while it is under way. */
  readonly endedAt: string | null;
  readonly end: 'completed' | 'failed' | 'timed out' | 'cancelled' | null;
  /** Times Temporal has begun it; 1 unless a worker went away or it was retried. */
  readonly attempts: number;
}

/** What happened to a run besides its steps. */
export interface Happening {
  readonly at: string;
  readonly kind: 'started' | 'woken' | 'cancel requested' | 'continued as new' | 'ended';
  /** Of the end: how. */
  readonly how?: string;
}

/** The events of one execution, put together. */
export interface RunEvents {
  /** Type of the workflow: that of an aggregation, or of something else that goes by an id. */
  readonly workflowType: string;
  readonly steps: readonly Step[];
  readonly happenings: readonly Happening[];
  /** What the workflow was started with, argument by argument. */
  readonly input: readonly unknown[];
  /** It is not the first execution of the run: the events before are in another history. */
  readonly continued: boolean;
}

/** An event as Temporal's own JSON has it: as far as it is read here. */
interface HistoryEvent {
  readonly eventId?: string;
  readonly eventTime?: string;
  readonly eventType?: string;
  readonly workflowExecutionStartedEventAttributes?: {
    readonly workflowType?: { readonly name?: string };
    readonly input?: Payloads;
    readonly continuedExecutionRunId?: string;
  };
  readonly activityTaskScheduledEventAttributes?: { readonly activityType?: { name?: string }; input?: Payloads };
  readonly activityTaskStartedEventAttributes?: ActivityEvent & { readonly attempt?: number };
  readonly activityTaskCompletedEventAttributes?: ActivityEvent & { readonly result?: Payloads };
  readonly activityTaskFailedEventAttributes?: ActivityEvent;
  readonly activityTaskTimedOutEventAttributes?: ActivityEvent;
  readonly activityTaskCanceledEventAttributes?: ActivityEvent;
}

interface ActivityEvent {
  readonly scheduledEventId?: string;
}

interface Payloads {
  readonly payloads?: readonly { readonly data?: string; readonly metadata?: { readonly encoding?: string } }[];
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Puts a history together as `RunHandle.history` answers it. What is unknown of it, or encrypted, is passed over. */
export function readEvents(events: readonly unknown[]): RunEvents {
  const steps = new Map<string, Writable<Step>>();
  const happenings: Happening[] = [];
  let started: HistoryEvent['workflowExecutionStartedEventAttributes'];
  // Temporal's types, printed by `historyToJSON`; every field is looked at before it is used.
  for (const event of events as readonly HistoryEvent[]) {
    started ??= event.workflowExecutionStartedEventAttributes;
    const happened = happeningOf(event);
    if (happened) happenings.push(happened);
    addStep(steps, event);
  }
  return {
    workflowType: started?.workflowType?.name ?? '',
    steps: [...steps.values()],
    happenings,
    input: valuesOf(started?.input),
    continued: (started?.continuedExecutionRunId ?? '') !== '',
  };
}

function addStep(steps: Map<string, Writable<Step>>, event: HistoryEvent): void {
  const { eventId = '' } = event;
  const at = instantOf(event);
  const scheduled = event.activityTaskScheduledEventAttributes;
  if (scheduled) {
    const [input] = valuesOf(scheduled.input);
    const name = scheduled.activityType?.name ?? '';
    const begun = { name, input, answer: undefined, scheduledAt: at, endedAt: null, end: null, attempts: 1 };
    steps.set(eventId, begun);
    return;
  }
  const begun = event.activityTaskStartedEventAttributes;
  const step = steps.get(begun?.scheduledEventId ?? '');
  if (step) step.attempts = begun?.attempt ?? 1;
  for (const [end, attributes] of endsOf(event)) {
    const ended = steps.get(attributes?.scheduledEventId ?? '');
    if (ended === undefined) continue;
    Object.assign(ended, { endedAt: at, end });
    [ended.answer] = valuesOf(event.activityTaskCompletedEventAttributes?.result);
  }
}

function endsOf(event: HistoryEvent): readonly (readonly [Step['end'], ActivityEvent | undefined])[] {
  return [
    ['completed', event.activityTaskCompletedEventAttributes],
    ['failed', event.activityTaskFailedEventAttributes],
    ['timed out', event.activityTaskTimedOutEventAttributes],
    ['cancelled', event.activityTaskCanceledEventAttributes],
  ];
}

const HAPPENINGS: Readonly<Record<string, Omit<Happening, 'at'>>> = {
  STARTED: { kind: 'started' },
  SIGNALED: { kind: 'woken' },
  CANCEL_REQUESTED: { kind: 'cancel requested' },
  CONTINUED_AS_NEW: { kind: 'continued as new' },
  COMPLETED: { kind: 'ended', how: 'completed' },
  FAILED: { kind: 'ended', how: 'failed' },
  CANCELED: { kind: 'ended', how: 'cancelled' },
  TERMINATED: { kind: 'ended', how: 'terminated from outside' },
  TIMED_OUT: { kind: 'ended', how: 'ended by a timeout' },
};

function happeningOf(event: HistoryEvent): Happening | undefined {
  const happening = HAPPENINGS[event.eventType?.replace('EVENT_TYPE_WORKFLOW_EXECUTION_', '') ?? ''];
  return happening && { ...happening, at: instantOf(event) };
}

/** Temporal counts nanoseconds; nobody else does. */
function instantOf({ eventTime = '' }: HistoryEvent): string {
  return eventTime.replace(/(\.\d{3})\d+/, '$1');
}

function valuesOf(payloads: Payloads | undefined): unknown[] {
  return (payloads?.payloads ?? []).map(({ data = '' }) => {
    try {
      return JSON.parse(Buffer.from(data, 'base64').toString()) as unknown;
    } catch {
      return undefined;
    }
  });
}
