import type { FaultSchedule } from '../../simulator/faults/named.js';
import type { RunSimulatorOptions } from '../../simulator/main.js';
import { hashText, uniform } from '../../simulator/seeded.js';
import type { AggregateRequest } from '../../src/client.js';
import { POINTS, type CrashPoint, type Loss, type PointName } from './points.js';
import { ON_CONTACTS } from '../support/sources/contacts-window.js';
import type { Strike } from './strike.js';

export interface Range {
  readonly atLeast: number;
  readonly atMost: number;
}

/** One run that its workers die under, one after the other, and what that may cost. All of it follows from the seed. */
export interface Ordeal {
  readonly strikes: readonly Strike[];
  readonly simulator: RunSimulatorOptions;
  /** Rows a page. */
  readonly limit: number;
  /** It is on contacts: pages are of the simulated tenant's size, and rows are journeys. */
  readonly contacts: boolean;
  /** Its organisation has one slot and a gap, and a second run wants them, too. */
  readonly gated: boolean;
  readonly rows: number;
  /** How many answers to a submission get lost, and how many acknowledgements. */
  readonly lost: Readonly<Record<Loss, Range>>;
  readonly attempts: number;
}

/** The default of a destination. */
const ROWS_PER_PART = 1_000;
/** Four days of two pages at least. */
const CONTACTS = { journeysPerDay: 20, topCap: 10, late: 0, restated: 0 };
const PAGES_OF_DAYS_AT_LEAST = 8;

/** @param points where the first worker dies, where the second one, … */
export function ordealOf(points: readonly [PointName, ...PointName[]], seed: number): Ordeal {
  const draw = (what: string, from: number, to: number): number =>
    from + Math.floor(uniform(hashText(String(seed), what, ...points)) * (to - from + 1));
  const limit = draw('limit', 400, 900);
  const pages = draw('pages', 2, 4);
  const rows = limit * (pages - 1) + draw('last page', 1, limit);
  const counts = {
    ...{ poll: 2, page: pages, 'further page': pages - 1, part: Math.ceil(rows / ROWS_PER_PART) },
    'page of a day': PAGES_OF_DAYS_AT_LEAST,
  };

  const facts = points.map((name): CrashPoint => POINTS[name]);
  const strikes = points.map((point, index) => {
    const { per } = facts[index] ?? {};
    return { point, nth: per === undefined || points.length > 1 ? 1 : draw('nth', 1, counts[per]) };
  });
  const gated = facts.some((fact) => fact.gated === true);
  return {
    strikes,
    limit,
    rows,
    gated,
    contacts: facts.some(({ contacts }) => contacts === true),
    simulator: {
      // A source that takes every submission for a new one: the product must do without its help. A query that nobody
      // knows of would hold a place upstream that no gate can count.
      cxone: {
        data: { rows, seed: String(seed) },
        // Two polls: one may be struck, the other finds the result.
        run: { polls: 1 },
        idempotent: gated,
        reporting: { settings: { ...CONTACTS, seed: String(seed) } },
        faults: merged(facts.map(({ source }) => source)),
      },
      receiver: { faults: merged(facts.map(({ receiver }) => receiver)) },
    },
    lost: { submission: lossesOf('submission', facts), acknowledgement: lossesOf('acknowledgement', facts) },
    attempts: Math.max(...facts.map(({ attempts = 1 }) => attempts)),
  };
}

/** The request whose run it is. */
export function requestOf({ limit, contacts }: Ordeal, { query }: AggregateRequest): Partial<AggregateRequest> {
  if (contacts) return ON_CONTACTS;
  return { query: { ...query, limit }, processing: { outliers: 'off' } };
}

/** Of an organisation with limits: what another run of it wants at the same time. */
export function rivalOf({ query, ...request }: AggregateRequest): AggregateRequest {
  return { ...request, query: { ...query, dateFrom: '2026-10-01', dateTo: '2026-10-08' } };
}

function merged(schedules: readonly (FaultSchedule | undefined)[]): FaultSchedule {
  return { script: schedules.flatMap((schedule) => schedule?.script ?? []) };
}

/** Parts of a delivery that are out at the same time: as many acknowledgements are lost with a worker. */
const PARTS_IN_FLIGHT = 4;

function lossesOf(loss: Loss, facts: readonly CrashPoint[]): Range {
  const atLeast = facts.filter(({ loses }) => loses === loss).length;
  const struck = atLeast + facts.filter(({ mayLose }) => mayLose === loss).length;
  return { atLeast, atMost: struck * (loss === 'acknowledgement' ? PARTS_IN_FLIGHT : 1) };
}
