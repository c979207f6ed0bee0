import { hashText, mix, uniform } from '../seeded.js';
import type { Part } from './buckets.js';

/** What happened to the journeys of one row. Rates are shares of `started`; durations are seconds. */
interface Measures {
  readonly started: number;
  readonly completed: number;
  readonly droppedOff: number;
  readonly escalated: number;
  readonly completionRate: number;
  readonly dropOffRate: number;
  readonly escalationRate: number;
  readonly repeatRate: number;
  readonly durationS: number;
  readonly stepS: number;
  readonly waitS: number;
  readonly satisfaction: number;
}

/** Salts of the numbers that a row draws. */
const draw = { volume: 1, completion: 2, dropOff: 3, escalation: 4, repeat: 5, duration: 6, step: 7, wait: 8, mood: 9 };

/**
 * @param salt of this very row
 * @param group of all rows about the same journey, whatever the day: journeys differ more than days do
 * @param volume journeys relative to a usual day
 * @param broken whether the row is an outlier
 */
export function measure(salt: number, group: number, volume: number, broken: boolean): Measures {
  const random = (what: number): number => uniform(mix(salt, what));
  const usual = 0.62 + 0.16 * (uniform(mix(group, draw.completion)) - 0.5) + 0.1 * (random(draw.completion) - 0.5);
  const started = Math.max(
    25,
    Math.round(volume * (80 + 400 * uniform(mix(group, draw.volume)) + 60 * random(draw.volume))),
  );
  const completed = Math.floor(started * (broken ? 0.02 : usual));
  const completionRate = down(completed / started, 4);
  const dropOffRate = down((1 - completionRate) * (broken ? 0.98 : 0.6 + 0.1 * random(draw.dropOff)), 4);
  const escalationRate = down(0.02 + 0.06 * random(draw.escalation), 4);
  return {
    started,
    completed,
    droppedOff: Math.floor(started * dropOffRate),
    escalated: Math.floor(started * escalationRate),
    completionRate,
    dropOffRate,
    escalationRate,
    repeatRate: down(0.1 + 0.08 * random(draw.repeat), 4),
    durationS: down(
      (180 + 240 * uniform(mix(group, draw.duration)) + 60 * random(draw.duration)) * (broken ? 25 : 1),
      1,
    ),
    stepS: down(30 + 30 * random(draw.step), 1),
    waitS: down(5 + 60 * random(draw.wait), 1),
    satisfaction: down(broken ? 1.1 : 3.4 + 1.2 * random(draw.mood), 2),
  };
}

/**
 * What happened in a part of the row's bucket. Counts of parts that follow one another add up to those of the whole;
 * completion and drop-off are shares of the part's own counts, and averages are those of the whole.
 */
export function measureOfPart(whole: Measures, part: Part): Measures {
  if (part.from === 0 && part.to === 1) return whole;
  const inPart = (count: number): number => Math.floor(count * part.to) - Math.floor(count * part.from);
  const completed = inPart(whole.completed);
  const droppedOff = inPart(whole.droppedOff);
  // By what became of them, so that no part has more ends than starts.
  const started = completed + droppedOff + inPart(whole.started - whole.completed - whole.droppedOff);
  const counts = { started, completed, droppedOff, escalated: inPart(whole.escalated) };
  // Too few journeys for a share of their own.
  if (started === 0) return { ...whole, ...counts };
  const shares = { completionRate: down(completed / started, 4), dropOffRate: down(droppedOff / started, 4) };
  return { ...whole, ...counts, ...shares };
}

/** How each metric of the catalogue is read off a row's measures. */
const METRICS: Readonly<Record<string, (of: Measures) => number>> = {
  journeyStarted: (of) => of.started,
  journeyCompleted: (of) => of.completed,
  journeyDroppedOff: (of) => of.droppedOff,
  journeyEscalated: (of) => of.escalated,
  journeyCompletionRate: (of) => of.completionRate,
  journeyDropOffRate: (of) => of.dropOffRate,
  journeyEscalationRate: (of) => of.escalationRate,
  journeyRepeatRate: (of) => of.repeatRate,
  averageJourneyDuration: (of) => of.durationS,
  medianJourneyDuration: (of) => down(of.durationS * 0.8, 1),
  averageStepDuration: (of) => of.stepS,
  averageWaitTime: (of) => of.waitS,
  averageStepsPerJourney: (of) => down(of.durationS / of.stepS, 2),
  customerSatisfaction: (of) => of.satisfaction,
};

/** Metrics that have a formula of their own; others, of a catalogue that was passed in, are anything in 0..1. */
export const MEASURED_METRICS: readonly string[] = Object.keys(METRICS);

export function metricReader(metric: string): (of: Measures, salt: number) => number {
  const salted = hashText('metric', metric);
  return METRICS[metric] ?? ((_, salt) => down(uniform(mix(salt, salted)), 4));
}

/** Rounds down, so that shares of a whole never add up to more than it. */
function down(value: number, digits: number): number {
  const scale = 10 ** digits;
  return Math.floor(value * scale) / scale;
}
