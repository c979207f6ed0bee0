import { createHash } from 'node:crypto';
import type { Ambient, DaySheet, DaySheets, Later } from '../../ports/index.js';
import type { DayPage, DayReader, EarlierPage } from './read-day.js';
import { isLater } from './read-day.js';
import { dateOf, dayAgain, isSettled, type Horizons, type Reading, type ReadingPlace } from './reading.js';
import { withFacts } from './stored-pages.js';

/** A reading that stands still for so long no longer keeps others from its day. */
const LAPSE_MS = 60_000;
const LOOK_AGAIN_MS = 1_000;

interface Options {
  readonly days: DayReader;
  readonly sheets: DaySheets;
  readonly horizons: Horizons;
  /** Names what is read, and from where: two sources with the same text share their days. */
  readonly tenant: string;
  readonly ambient: Pick<Ambient, 'now'>;
}

export interface ReadAt {
  readonly reading: Reading;
  readonly place: ReadingPlace;
  readonly earlier?: EarlierPage;
}

export type ReadDay = (at: ReadAt, signal: AbortSignal) => Promise<DayPage | Later>;

/**
 * Reads days, each of which is asked of the source until it is settled and never after: then its sheet is served.
 * Within a process a day that may settle is asked for by one reading at a time; the others wait for its sheet.
 */
export function readSettledDays({ days, sheets, horizons, tenant, ambient }: Options): ReadDay {
  const readers = new Map<string, { readonly queryId: string; readonly untilMs: number }>();
  const keyOf = (place: ReadingPlace): string =>
    createHash('sha256')
      .update(`${tenant}\n${dateOf(place)}`)
      .digest('hex')
      .slice(0, 32);

  return async ({ reading, place: asked, earlier }, signal) => {
    const { queryId } = reading;
    const key = keyOf(asked);
    let place = asked;
    if (asked.askedMs === undefined) {
      const sheet = await sheets.find(key, signal);
      if (sheet !== undefined) return sheetPage(sheets, key, sheet, asked, signal);
      // Retention let it go in the middle.
      if (asked.sheetPage !== undefined) place = dayAgain(reading, asked);
      place = { ...place, askedMs: ambient.now() };
    }
    if (isSettled(reading, { ...place, isWide: false }, horizons)) {
      const other = readers.get(key);
      if (other !== undefined && other.queryId !== queryId && other.untilMs > ambient.now()) {
        return { state: 'later', reason: 'running', retryAfterMs: LOOK_AGAIN_MS };
      }
      readers.set(key, { queryId, untilMs: ambient.now() + LAPSE_MS });
    }
    const page = await days.read({ queryId, place, ...(earlier && { earlier }) }, signal);
    if (isLater(page) || !page.isDone) return page;
    if (earlier !== undefined && isSettled(reading, page.place, horizons)) {
      await settle(sheets, key, page, earlier, signal);
    }
    if (readers.get(key)?.queryId === queryId) readers.delete(key);
    return page;
  };
}

async function sheetPage(
  sheets: DaySheets,
  key: string,
  { pages, hasLong }: DaySheet,
  place: ReadingPlace,
  signal: AbortSignal,
): Promise<DayPage> {
  const at = place.sheetPage ?? 0;
  const page = pages[at];
  const body = page === undefined ? EMPTY : await sheets.page(key, page, signal);
  const isDone = at + 1 >= pages.length;
  const next = { ...place, sheetPage: at + 1, page: place.page + 1, isWide: place.isWide || hasLong };
  return { rows: page?.rows ?? 0, body, place: next, isDone };
}

const EMPTY = Buffer.from('{"data":[]}');

/** Keeps the pages of a day that count. Its last page is not stored with the run yet. */
async function settle(
  sheets: DaySheets,
  key: string,
  last: DayPage,
  earlier: EarlierPage,
  signal: AbortSignal,
): Promise<void> {
  const lastPlace = last.place.page - 1;
  const pages: DaySheet['pages'][number][] = [];
  for (const [from, to] of last.place.done) {
    for (let place = from; place < to; place += 1) {
      const { rows, body } = place === lastPlace ? last : await earlier(place);
      if (rows > 0) pages.push(await sheets.put(key, rows, withFacts(body, {}), signal));
    }
  }
  await sheets.settle(key, { pages, hasLong: last.place.isWide }, signal);
}
