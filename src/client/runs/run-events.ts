import type { PayloadConverter } from '@temporalio/common';
import type { History, Payload } from '@temporalio/common/lib/proto-utils.js';

type HistoryEvent = NonNullable<History['events']>[number];

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

/** The events of a run, put together. */
export interface RunEvents {
  /** Type of the workflow: that of an aggregation, or of something else that goes by an id. */
  readonly workflowType: string;
  readonly steps: readonly Step[];
  readonly happenings: readonly Happening[];
  /** What the workflow was started with, argument by argument. */
  readonly input: readonly unknown[];
  /** Its first execution is not among them: the events before are in a history that is too old, or one too many. */
  readonly continued: boolean;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/**
 * Puts the histories of a chain of executions together, oldest first. What cannot be read of them is passed over.
 * @param histories with payloads that no codec hides any more
 */
export function readEvents(histories: readonly History[], converter: PayloadConverter): RunEvents {
  const [first, ...others] = histories.map((history) => eventsOf(history, converter));
  if (first === undefined) throw new RangeError('a run has a history');
  // An execution that goes on has begun nothing: that the one before continued is said already.
  const further = others.flatMap(({ happenings }) => happenings.filter(({ kind }) => kind !== 'started'));
  return {
    ...first,
    steps: [...first.steps, ...others.flatMap(({ steps }) => steps)],
    happenings: [...first.happenings, ...further],
  };
}

/** The execution that this one goes on from; undefined of the first. */
export function executionBefore({ events }: History): string | undefined {
  const started = events?.[0]?.workflowExecutionStartedEventAttributes;
  const before = started?.continuedExecutionRunId ?? '';
  return before === '' ? undefined : before;
}

function eventsOf({ events }: History, converter: PayloadConverter): RunEvents {
  const steps = new Map<string, Writable<Step>>();
  const happenings: Happening[] = [];
  let started: HistoryEvent['workflowExecutionStartedEventAttributes'];
  for (const event of events ?? []) {
    started ??= event.workflowExecutionStartedEventAttributes;
    const happening = happeningIn(event);
    if (happening) happenings.push({ ...happening, at: instantOf(event) });
    addStep(steps, event, converter);
  }
  return {
    workflowType: started?.workflowType?.name ?? '',
    steps: [...steps.values()],
    happenings,
    input: valuesOf(started?.input, converter),
    continued: (started?.continuedExecutionRunId ?? '') !== '',
  };
}

function addStep(steps: Map<string, Writable<Step>>, event: HistoryEvent, converter: PayloadConverter): void {
  const at = instantOf(event);
  const scheduled = event.activityTaskScheduledEventAttributes;
  if (scheduled) {
    const [input] = valuesOf(scheduled.input, converter);
    const name = scheduled.activityType?.name ?? '';
    const begun = { name, input, answer: undefined, scheduledAt: at, endedAt: null, end: null, attempts: 1 };
    steps.set(String(event.eventId), begun);
    return;
  }
  const begun = event.activityTaskStartedEventAttributes;
  const step = steps.get(String(begun?.scheduledEventId));
  if (step) step.attempts = begun?.attempt ?? 1;
  for (const [end, attributes] of endsOf(event)) {
    const ended = steps.get(String(attributes?.scheduledEventId));
    if (ended === undefined) continue;
    Object.assign(ended, { endedAt: at, end });
    [ended.answer] = valuesOf(event.activityTaskCompletedEventAttributes?.result, converter);
  }
}

type ActivityEnd = { readonly scheduledEventId?: unknown } | null | undefined;

function endsOf(event: HistoryEvent): readonly (readonly [Step['end'], ActivityEnd])[] {
  return [
    ['completed', event.activityTaskCompletedEventAttributes],
    ['failed', event.activityTaskFailedEventAttributes],
    ['timed out', event.activityTaskTimedOutEventAttributes],
    ['cancelled', event.activityTaskCanceledEventAttributes],
  ];
}

const HAPPENINGS = {
  workflowExecutionStartedEventAttributes: { kind: 'started' },
  workflowExecutionSignaledEventAttributes: { kind: 'woken' },
  workflowExecutionCancelRequestedEventAttributes: { kind: 'cancel requested' },
  workflowExecutionContinuedAsNewEventAttributes: { kind: 'continued as new' },
  workflowExecutionCompletedEventAttributes: { kind: 'ended', how: 'completed' },
  workflowExecutionFailedEventAttributes: { kind: 'ended', how: 'failed' },
  workflowExecutionCanceledEventAttributes: { kind: 'ended', how: 'cancelled' },
  workflowExecutionTerminatedEventAttributes: { kind: 'ended', how: 'terminated from outside' },
  workflowExecutionTimedOutEventAttributes: { kind: 'ended', how: 'ended by a timeout' },
} as const satisfies Partial<Record<keyof HistoryEvent, Omit<Happening, 'at'>>>;

function happeningIn(event: HistoryEvent): Omit<Happening, 'at'> | undefined {
  // An object of literal keys: `entries` forgets which ones.
  const kinds = Object.entries(HAPPENINGS) as [keyof typeof HAPPENINGS, Omit<Happening, 'at'>][];
  return kinds.find(([attributes]) => event[attributes] != null)?.[1];
}

/** Seconds are a `Long` from the server, and a number in a history that was read from JSON. */
function instantOf({ eventTime }: HistoryEvent): string {
  const ms = Number(eventTime?.seconds ?? 0) * 1_000 + Math.floor((eventTime?.nanos ?? 0) / 1_000_000);
  return new Date(ms).toISOString();
}

function valuesOf(
  payloads: { readonly payloads?: readonly Payload[] | null } | null | undefined,
  converter: PayloadConverter,
): unknown[] {
  return (payloads?.payloads ?? []).map((payload) => {
    try {
      return converter.fromPayload(payload);
    } catch {
      return undefined;
    }
  });
}
