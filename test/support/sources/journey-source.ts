import type { TestContext } from 'node:test';
import { startSimulator, type Simulator } from '../../../simulator/cxone/server.js';
import type { FaultSchedule } from '../../../simulator/faults/named.js';
import type { ReportingSettingsInput } from '../../../simulator/reporting/settings.js';
import { createBuckets } from '../../../src/calendar/buckets.js';
import { resolveWindow } from '../../../src/calendar/windows.js';
import { zoneClocks } from '../../../src/calendar/zone.js';
import type { RunWindow, SourceQuery } from '../../../src/contract/request/request.js';
import { createFileBlobStore } from '../../../src/datasets/blobs/file-blob-store.js';
import { createDaySheets } from '../../../src/datasets/store/day-sheets.js';
import type { Definition } from '../../../src/domain/journeys/definition/definition.js';
import type { DaySheets, DerivedPage } from '../../../src/ports/index.js';
import { createContactsSource, type ContactsSourceOptions } from '../../../src/sources/contacts/source.js';
import { temporaryFolder } from '../../unit/datasets/datasets-fixtures.js';
import { accessOf } from './csv-source.js';

export const DAY_MS = 86_400_000;
/** A Monday. */
export const MONDAY = Date.parse('2026-10-05T00:00:00Z');

const signal = new AbortController().signal;

/** A simulated tenant with a clock, and a place for its settled days. */
export interface SimulatedTenant {
  readonly cxone: Simulator;
  readonly clock: { now: number };
  readonly sheets: DaySheets;
  readonly folder: string;
  /** A source on it, as another process would have it: it remembers nothing of the others. */
  source(change?: Partial<ContactsSourceOptions>): ReturnType<typeof createContactsSource>;
  /** Days that contacts were asked for, once per request: pages, and the one contact by which fields are detected. */
  asked(): readonly string[];
}

export async function simulatedTenant(
  t: TestContext,
  definition: Definition,
  settings: ReportingSettingsInput = {},
  faults: FaultSchedule = {},
): Promise<SimulatedTenant> {
  const clock = { now: MONDAY + 60 * DAY_MS };
  const cxone = await startSimulator({ now: () => clock.now, reporting: { settings }, faults });
  const folder = await temporaryFolder(t);
  const sheets = createDaySheets(createFileBlobStore(folder));
  const opened: { close(): Promise<void> }[] = [];
  t.after(async () => {
    await Promise.all(opened.map((each) => each.close()));
    await cxone.stop();
  });
  return {
    cxone,
    clock,
    sheets,
    folder,
    source(change) {
      const source = createContactsSource({
        ...accessOf(cxone.url, clock),
        apiVersion: 'v34.0',
        definition,
        afterCallWork: 'beside-total',
        reconcileTolerance: 0.01,
        sheets,
        ...change,
      });
      opened.push(source);
      return source;
    },
    asked: () =>
      cxone.journal
        .entries()
        .flatMap((entry) => ('startDate' in entry && entry.operation === 'contacts' ? [entry] : []))
        .map(({ startDate = '' }) => new Date(Date.parse(startDate) + 1_000).toISOString().slice(0, 10)),
  };
}

type Source = ReturnType<typeof createContactsSource>;

export interface Asked {
  readonly dateFrom: string;
  readonly dateTo: string;
  readonly timeZone?: string;
  readonly metric?: readonly string[];
  readonly dimension?: readonly string[];
  readonly timeGroupBy?: SourceQuery['timeGroupBy'];
}

/** A reading of one window, a step at a time: what a run does, without Temporal. */
export interface Reading {
  readonly bodies: Uint8Array[];
  readonly window: RunWindow;
  /** One exchange with the source. @returns whether there is more */
  step(source: Source): Promise<boolean>;
  /** All of it. */
  finish(source: Source): Promise<void>;
  rows(source: Source): Promise<readonly Record<string, unknown>[]>;
  derived(source: Source): Promise<readonly DerivedPage[]>;
}

export function readingOf(asked: Asked): Reading {
  const { dateFrom, dateTo, timeZone = 'UTC', metric = ['journeyAnswerRate'], dimension = [] } = asked;
  const window = resolveWindow({ dateFrom, dateTo, timeZone }, Date.now());
  const { timeGroupBy = 'day' } = asked;
  const query = {
    reportType: 'journey-execution',
    metric,
    dimension,
    filter: {},
    timeGroupBy,
    dateFrom: window.from,
    dateTo: window.to,
    limit: 1_000,
  } as SourceQuery;
  const keys = { dateKey: 'date', metrics: metric, dimensions: dimension };
  const bodies: Uint8Array[] = [];
  const sizes: number[] = [];
  let ticket: string | undefined;
  let cursor: string | null = null;
  const step = async (source: Source): Promise<boolean> => {
    if (ticket === undefined) {
      const accepted = await source.submit({ query, idempotencyKey: window.from + window.to }, signal);
      if (accepted.state !== 'accepted') throw new Error(accepted.reason);
      ticket = accepted.ticket;
    }
    const earlier = (place: number) => {
      const [body, rows] = [bodies[place], sizes[place]];
      if (body === undefined || rows === undefined) throw new RangeError(`no page ${place}`);
      return Promise.resolve({ body, rows });
    };
    const page = await source.read({ ticket, cursor, keys, earlier }, signal);
    if (page.state !== 'page') {
      if (page.state === 'later' && page.reason === 'running') return true;
      throw new Error(`the source said ${page.state}`);
    }
    bodies.push(page.body);
    sizes.push(page.rows);
    cursor = page.nextCursor ?? null;
    return cursor !== null;
  };
  const derived = async (source: Source): Promise<readonly DerivedPage[]> => {
    const plan = source.prepare?.({ metric, filter: {} });
    const metrics = plan && 'metrics' in plan ? plan.metrics : metric;
    const from = {
      pages: {
        async *[Symbol.asyncIterator]() {
          for (const body of bodies) yield await Promise.resolve(body);
        },
      },
      query,
      keys: { ...keys, metrics },
      window,
      buckets: createBuckets({ window, timeGroupBy }),
      localOf: zoneClocks(),
    };
    const pages: DerivedPage[] = [];
    for await (const page of source.derive?.(from, signal) ?? []) pages.push(page);
    return pages;
  };
  return {
    bodies,
    window,
    step,
    derived,
    async finish(source) {
      for (let more = true; more;) more = await step(source);
    },
    async rows(source) {
      return (await derived(source)).flatMap(
        ({ body }) => (JSON.parse(Buffer.from(body).toString()) as { data: Record<string, unknown>[] }).data,
      );
    },
  };
}

/** Reads all of a window and makes its rows. */
export async function rowsOf(source: Source, asked: Asked): Promise<readonly Record<string, unknown>[]> {
  const reading = readingOf(asked);
  await reading.finish(source);
  return reading.rows(source);
}
