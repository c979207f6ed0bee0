import type { AggregateRequest } from '../../src/client.js';
import { drawFrom, oneOf, shuffled, wholeBetween, type Draw } from './draw.js';

/** What is killed with SIGKILL. */
export const TARGETS = ['worker', 'temporal', 'postgres'] as const;
export type Target = (typeof TARGETS)[number];

/** How a run is to end. An operator may come too late: what he cancels or terminates may be completed by then. */
export type Expectation = 'completed' | 'failed' | 'cancelled' | 'terminated';

export interface PlannedRun {
  /** From 0, in the order in which runs are started. */
  readonly index: number;
  readonly request: AggregateRequest;
  /** Reads the window of that earlier run anew: the same request, and numbers that have not changed. */
  readonly againOf?: number;
  readonly expect: Expectation;
  /** What an operator does to it, so long after it was started. */
  readonly interrupt?: { readonly kind: 'cancel' | 'terminate'; readonly afterMs: number };
}

export interface PlannedKill {
  /** Since the kill before. */
  readonly waitMs: number;
  readonly target: Target;
}

/** Everything that a chaos run does to the product, as a function of the seed and of nothing else. */
export interface Plan {
  readonly run: (index: number) => PlannedRun;
  readonly kill: (index: number) => PlannedKill;
}

/** A destination of small parts, beside the default one: several parts a delivery. */
export const SMALL_PARTS = { destination: 'small-parts', maxRows: 60 } as const;

export function makePlan(seed: string): Plan {
  const draw = drawFrom(seed);
  return { run: (index) => plannedRun(draw, index), kill: (index) => plannedKill(draw, index) };
}

/** Of ten kills: a dead worker is quickly replaced, Temporal takes some seconds to be itself again, and work must go on. */
const TEN_KILLS: readonly Target[] = [
  ...Array<Target>(5).fill('worker'),
  ...Array<Target>(3).fill('postgres'),
  ...Array<Target>(2).fill('temporal'),
];

function plannedKill(draw: Draw, index: number): PlannedKill {
  const place = index % TEN_KILLS.length;
  const target = shuffled(TEN_KILLS, draw, `targets ${index - place}`)[place] ?? 'worker';
  return { waitMs: wholeBetween(1_000, 5_000, draw('wait', index)), target };
}

/** Runs come in blocks; in each, seeded places are invalid, cancelled, terminated, and two are read again at its end. */
const BLOCK = 20;
const READ_AGAIN = 2;

function plannedRun(draw: Draw, index: number): PlannedRun {
  const place = index % BLOCK;
  const first = index - place;
  const places = Array.from({ length: BLOCK - READ_AGAIN }, (_, at) => at);
  const [invalid, cancelled, terminated, ...others] = shuffled(places, draw, `roles ${first}`);
  if (place >= places.length) {
    const againOf = first + (others[place - places.length] ?? 0);
    return { index, request: requestOf(draw, againOf), againOf, expect: 'completed' };
  }
  const request = requestOf(draw, index);
  const afterMs = wholeBetween(200, 5_000, draw('interrupt', index));
  switch (place) {
    case invalid: {
      // The product knows the source's names, not what may be filtered by.
      const valid = onAnalytics(draw, index);
      const query = { ...valid.query, filter: { noSuchDimension: 'x' } };
      return { index, request: { ...valid, query }, expect: 'failed' };
    }
    case cancelled:
      return { index, request, expect: 'cancelled', interrupt: { kind: 'cancel', afterMs } };
    case terminated:
      return { index, request, expect: 'terminated', interrupt: { kind: 'terminate', afterMs } };
    default:
      return { index, request, expect: 'completed' };
  }
}

const DAY_MS = 86_400_000;
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const FIRST_DAY = Date.parse('2005-01-01');

interface Shape {
  readonly dimension: readonly string[];
  readonly timeGroupBy: 'hour' | 'day' | 'week';
  readonly days: number;
}

/** From three rows to 280. */
const SHAPES: readonly [Shape, ...Shape[]] = [
  { dimension: ['journeyId'], timeGroupBy: 'day', days: 7 },
  { dimension: ['journeyId', 'channel'], timeGroupBy: 'day', days: 7 },
  { dimension: ['channel', 'region'], timeGroupBy: 'day', days: 14 },
  { dimension: ['channel'], timeGroupBy: 'hour', days: 1 },
  { dimension: ['segment', 'language'], timeGroupBy: 'week', days: 28 },
  { dimension: [], timeGroupBy: 'day', days: 3 },
];

const METRICS: readonly [readonly string[], ...(readonly string[])[]] = [
  ['journeyCompletionRate', 'journeyDropOffRate'],
  ['journeyStarted', 'averageJourneyDuration', 'customerSatisfaction'],
  ['journeyCompletionRate'],
];

const MODES = ['remove', 'flag', 'off'] as const;

/** Of the runs, those that make journeys of contacts. */
const SHARE_OF_CONTACTS = 0.4;

function requestOf(draw: Draw, index: number): AggregateRequest {
  return draw('contacts', index) < SHARE_OF_CONTACTS ? onContacts(draw, index) : onAnalytics(draw, index);
}

/** The organisation whose runs make journeys of contacts, and its source. */
export const CONTACTS = { org: 'globex', source: 'journeys' } as const;
/** Its days have settled long ago, and the first few hundred of them are kept. */
const FIRST_DAY_OF_CONTACTS = Date.parse('2025-06-01');

/** What is asked for, and what rows then bring with it. */
export const JOURNEY_METRICS = {
  journeyAnswerRate: ['journeyQueued', 'journeyAnswered', 'journeyAnswerRate', 'journeyOpen'],
  journeyTransferRate: ['journeyStarted', 'journeyOpen', 'journeyTransferred', 'journeyTransferRate'],
} as const;

/** Neighbouring runs read the same day sheets: those of the window, of the day before and of the day after. */
function onContacts(draw: Draw, index: number): AggregateRequest {
  const from = FIRST_DAY_OF_CONTACTS + index * DAY_MS;
  const days = wholeBetween(1, 2, draw('days', index));
  return {
    ...CONTACTS,
    timeZone: 'UTC',
    query: {
      metric: [oneOf(['journeyAnswerRate', 'journeyTransferRate'], draw('metric', index))],
      dimension: draw('dimension', index) < 0.5 ? ['queue'] : [],
      dateFrom: dayOf(from),
      dateTo: dayOf(from + days * DAY_MS),
    },
  };
}

/** Its window begins on a day of its own, so that it is a delivery of its own. */
function onAnalytics(draw: Draw, index: number): AggregateRequest {
  const { dimension, timeGroupBy, days } = oneOf(SHAPES, draw('shape', index));
  const from = FIRST_DAY + index * DAY_MS;
  const onePage = draw('one page', index) < 0.3;
  const sampled = draw('sampled', index) < 0.3;
  return {
    query: {
      metric: [...oneOf(METRICS, draw('metric', index))],
      dimension: [...dimension],
      timeGroupBy,
      dateFrom: dayOf(from),
      dateTo: dayOf(from + days * DAY_MS),
      limit: onePage ? 10_000 : wholeBetween(15, 80, draw('limit', index)),
    },
    processing: {
      outliers: oneOf(MODES, draw('outliers', index)),
      maxRows: sampled ? wholeBetween(10, 60, draw('rows', index)) : 5_000,
    },
    ...(draw('destination', index) < 0.4 && { destination: SMALL_PARTS.destination }),
  };
}
