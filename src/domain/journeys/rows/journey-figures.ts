import type { Journey } from '../journey.js';
import type { Counter, MetricInfo } from './metrics.js';

/** What is known of some journeys: whole numbers, times in milliseconds. */
export interface JourneyFigures {
  readonly counters: Record<Counter, number>;
  /** Of the journeys started. */
  readonly durations: number[];
}

export function emptyFigures(): JourneyFigures {
  return {
    counters: {
      journeyQueued: 0,
      journeyAnswered: 0,
      journeyAbandoned: 0,
      journeyStarted: 0,
      journeyCompleted: 0,
      journeyDroppedOff: 0,
      journeyUnresolved: 0,
      journeyOpen: 0,
      journeyEscalated: 0,
      journeyTransferred: 0,
      totalJourneyDuration: 0,
      totalWaitTime: 0,
      totalSteps: 0,
    },
    durations: [],
  };
}

/** Counts an inbound journey. The queue's figures need no opinion, so they have the excluded ones, too. */
export function countJourney({ counters, durations }: JourneyFigures, journey: Journey): void {
  if (!journey.isFinal) counters.journeyOpen += 1;
  if (journey.isQueued) {
    counters.journeyQueued += 1;
    counters.totalWaitTime += journey.waitMs;
    if (journey.isAnswered) counters.journeyAnswered += 1;
    if (journey.isAbandoned) counters.journeyAbandoned += 1;
  }
  if (journey.outcomeClass === 'excluded') return;
  counters.journeyStarted += 1;
  if (journey.outcomeClass === 'completed') counters.journeyCompleted += 1;
  else if (journey.outcomeClass === 'dropped') counters.journeyDroppedOff += 1;
  else counters.journeyUnresolved += 1;
  if (journey.isEscalated) counters.journeyEscalated += 1;
  if (journey.transfers > 0) counters.journeyTransferred += 1;
  counters.totalSteps += journey.steps;
  counters.totalJourneyDuration += journey.endMs - journey.startMs;
  durations.push(journey.endMs - journey.startMs);
}

/** Seconds, counts and ratios as rows have them. Divided once and last: the double nearest to the figure. */
export function figureOf(info: MetricInfo, { counters, durations }: JourneyFigures): number | null {
  const scale = info.unit === 'seconds' ? 1_000 : 1;
  if (info.kind === 'median') return median(durations, scale);
  if (info.kind === 'count') return counters[info.metric] / scale;
  const by = counters[info.denominator];
  return by === 0 ? null : counters[info.numerator] / (by * scale);
}

function median(values: readonly number[], scale: number): number | null {
  const sorted = Float64Array.from(values).sort();
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half];
  if (upper === undefined) return null;
  return sorted.length % 2 === 1 ? upper / scale : ((sorted[half - 1] ?? upper) + upper) / (2 * scale);
}
