/** What is added up over journeys; all else is made of these. */
export type Counter =
  | 'journeyQueued'
  | 'journeyAnswered'
  | 'journeyAbandoned'
  | 'journeyStarted'
  | 'journeyCompleted'
  | 'journeyDroppedOff'
  | 'journeyUnresolved'
  | 'journeyOpen'
  | 'journeyEscalated'
  | 'journeyTransferred'
  | 'totalJourneyDuration'
  | 'totalWaitTime'
  | 'totalSteps';

interface MetricText {
  readonly unit: 'journeys' | 'seconds' | 'legs' | 'ratio';
  /** Self-service decides it, so the definition has to say what `contained` is. */
  readonly needsContained: boolean;
  readonly sentence: string;
}

interface CountMetric extends MetricText {
  readonly kind: 'count';
  readonly metric: Counter;
}

/** A rate or an average. Rows are put together by dividing sums, so its weight is its denominator. */
interface RatioMetric extends MetricText {
  readonly kind: 'ratio';
  readonly metric:
    | `journey${'Answer' | 'Abandon' | 'Completion' | 'DropOff' | 'Escalation' | 'Transfer'}Rate`
    | `average${'JourneyDuration' | 'WaitTime' | 'StepsPerJourney'}`;
  readonly numerator: Counter;
  readonly denominator: Counter;
}

/** Of single journeys; medians of rows cannot be put together. */
interface MedianMetric extends MetricText {
  readonly kind: 'median';
  readonly metric: 'medianJourneyDuration';
  readonly denominator: Counter;
}

export type MetricInfo = CountMetric | RatioMetric | MedianMetric;
export type MetricName = MetricInfo['metric'];

function count(
  metric: Counter,
  sentence: string,
  { needsContained = false, unit = 'journeys' }: Partial<MetricText> = {},
): CountMetric {
  return { kind: 'count', metric, unit, needsContained, sentence };
}

function ratio(
  [metric, numerator, denominator]: readonly [RatioMetric['metric'], Counter, Counter],
  sentence: string,
  { needsContained = false, unit = 'ratio' }: Partial<MetricText> = {},
): RatioMetric {
  return { kind: 'ratio', metric, unit, numerator, denominator, needsContained, sentence };
}

const OPINION = { needsContained: true } as const;
const SECONDS = { unit: 'seconds' } as const;
const LEGS = { unit: 'legs' } as const;

/** Every metric, in the order in which rows have them. */
export const METRICS: readonly MetricInfo[] = [
  count('journeyQueued', 'Inbound journeys that waited for an agent or were answered at once.'),
  count('journeyAnswered', 'Of these, journeys that an agent answered.'),
  count('journeyAbandoned', 'Of the queued, journeys that no agent answered and whose customer left in the last leg.'),
  ratio(['journeyAnswerRate', 'journeyAnswered', 'journeyQueued'], 'Answered journeys of those queued.'),
  ratio(['journeyAbandonRate', 'journeyAbandoned', 'journeyQueued'], 'Abandoned journeys of those queued.'),
  count('journeyStarted', 'Inbound journeys, without what the definition leaves out.'),
  count(
    'journeyCompleted',
    'Journeys that were handled, contained, or reached by a callback. Not: problems solved.',
    OPINION,
  ),
  count('journeyDroppedOff', 'Journeys whose customer left before a queue, in it, or after a transfer.', OPINION),
  count('journeyUnresolved', 'Journeys started that are neither completed nor dropped off.', OPINION),
  count('journeyOpen', 'Journeys of these figures whose horizon had not passed: they may still change.'),
  ratio(
    ['journeyCompletionRate', 'journeyCompleted', 'journeyStarted'],
    'Completed journeys of those started.',
    OPINION,
  ),
  ratio(
    ['journeyDropOffRate', 'journeyDroppedOff', 'journeyStarted'],
    'Dropped off journeys of those started.',
    OPINION,
  ),
  count('journeyEscalated', 'Journeys that began in self-service and reached an agent.'),
  ratio(['journeyEscalationRate', 'journeyEscalated', 'journeyStarted'], 'Escalated journeys of those started.'),
  count('journeyTransferred', 'Journeys with a further leg after an agent answered the first.'),
  ratio(['journeyTransferRate', 'journeyTransferred', 'journeyStarted'], 'Transferred journeys of those started.'),
  count('totalJourneyDuration', 'Duration of all journeys started, added up.', SECONDS),
  ratio(
    ['averageJourneyDuration', 'totalJourneyDuration', 'journeyStarted'],
    'From the start of the root to the last end of talk, over the journeys started.',
    SECONDS,
  ),
  {
    metric: 'medianJourneyDuration',
    unit: 'seconds',
    kind: 'median',
    denominator: 'journeyStarted',
    needsContained: false,
    sentence: 'The middle duration of the journeys started; the mean of the middle two where there are two.',
  },
  count('totalWaitTime', 'Time in queues of all queued journeys, added up.', SECONDS),
  ratio(['averageWaitTime', 'totalWaitTime', 'journeyQueued'], 'Time in queues, over the journeys queued.', SECONDS),
  count('totalSteps', 'Answered legs of all journeys started, added up.', LEGS),
  ratio(['averageStepsPerJourney', 'totalSteps', 'journeyStarted'], 'Answered legs, over the journeys started.', LEGS),
];
