import { DIGITAL, EMAIL } from '../../domain/journeys/legs/leg.js';
import type { Settings } from '../../domain/journeys/definition/settings.js';
import type { ContactRecord } from '../reporting/contact-fields.js';
import { beginSheet, type SheetState, type Slice } from '../reporting/sheet-state.js';

export const DAY_MS = 86_400_000;
/** A contact is in the answers this long after its end at the earliest. */
const DELAY_MS = 15 * 60_000;

/** What a run reads, fixed when it begins: `fromMs` and `toMs` are the window's. */
export interface Reading {
  readonly queryId: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Nothing that begins later is read. */
  readonly readUntilMs: number;
}

/** Where a reading stands. Plain data: it is the cursor of a page. */
export interface ReadingPlace {
  /** Start of the UTC day under way. */
  readonly dayMs: number;
  readonly sheet: SheetState;
  /** A contact with a long horizon was seen: the days further away are read as well. */
  readonly isWide: boolean;
  /** The days further away are under way. */
  readonly isFar: boolean;
  /** Counts the times that a day was begun again, so that no two places look the same. */
  readonly again: number;
  /** The page that is read here, by its place in the result. */
  readonly page: number;
  /** Pages of the day's slices that are done, as ranges: the first, and the one behind the last. */
  readonly done: readonly (readonly [from: number, to: number])[];
  /** First page of the slice under way. */
  readonly sliceFrom: number;
  /** Different contacts that came of it so far, those beside it included. */
  readonly seen: number;
  /** When the day was first asked for; absent before. */
  readonly askedMs?: number;
  /** The first day of the window's surroundings on which a contact began, so far. */
  readonly firstDataMs?: number;
  /** The day is settled: which page of its sheet is next. */
  readonly sheetPage?: number;
}

/** All days are read: what is left is to ask CXone for its own sums, and whether there is anything older. */
export interface ClosingPlace {
  readonly closes: true;
  readonly firstDayMs: number;
  readonly firstDataMs?: number;
  /** Behind the last day that was read without a gap. */
  readonly readToMs: number;
}

/** The longest horizon first read for, and the longest there is. */
export interface Horizons {
  readonly nearMs: number;
  readonly farMs: number;
}

export function horizonsOf({ horizon: { email, digital, other } }: Settings): Horizons {
  return { nearMs: other * 1_000, farMs: Math.max(email, digital, other) * 1_000 };
}

/** What is read of a window: nothing later than {@link DELAY_MS} ago. */
export function beginReading({ queryId, fromMs, toMs }: Omit<Reading, 'readUntilMs'>, nowMs: number): Reading {
  return { queryId, fromMs, toMs, readUntilMs: nowMs - DELAY_MS };
}

/** The first place of a reading; undefined where there is nothing to read yet. */
export function firstPlace(reading: Reading, { nearMs }: Horizons): ReadingPlace | undefined {
  return placeAt(reading, dayOf(reading.fromMs - nearMs), { isWide: false, isFar: false, page: 0 });
}

/** The place after a day that is done; undefined after the last. */
export function nextDay(reading: Reading, place: ReadingPlace, horizons: Horizons): ReadingPlace | undefined {
  const { nearMs, farMs } = horizons;
  const { isWide, page, firstDataMs } = place;
  const known = firstDataMs === undefined ? {} : { firstDataMs };
  const near = { from: dayOf(reading.fromMs - nearMs), to: reading.toMs + nearMs };
  const next = place.dayMs + DAY_MS;
  if (!place.isFar) {
    if (next < near.to && next < reading.readUntilMs)
      return placeAt(reading, next, { isWide, isFar: false, page, ...known });
    return isWide ? farDay(reading, dayOf(reading.fromMs - farMs), near, { farMs, page, ...known }) : undefined;
  }
  return farDay(reading, next, near, { farMs, page, ...known });
}

/** The first day from `dayMs` on that only a long horizon needs. */
function farDay(
  reading: Reading,
  dayMs: number,
  near: { readonly from: number; readonly to: number },
  { farMs, ...how }: { readonly farMs: number } & Pick<ReadingPlace, 'page' | 'firstDataMs'>,
): ReadingPlace | undefined {
  const isNear = dayMs >= near.from && dayMs < near.to;
  const day = isNear ? dayOf(near.to - 1) + DAY_MS : dayMs;
  return day < reading.toMs + farMs ? placeAt(reading, day, { isWide: true, isFar: true, ...how }) : undefined;
}

function placeAt(
  reading: Reading,
  dayMs: number,
  { page, ...how }: Pick<ReadingPlace, 'isWide' | 'isFar' | 'page' | 'firstDataMs'>,
): ReadingPlace | undefined {
  const slice: Slice = { fromMs: dayMs, toMs: Math.min(dayMs + DAY_MS, reading.readUntilMs) };
  if (slice.fromMs >= slice.toMs) return undefined;
  return { dayMs, sheet: beginSheet(slice), again: 0, page, done: [], sliceFrom: page, seen: 0, ...how };
}

/** What comes after the last day. */
export function closingPlace(reading: Reading, { firstDataMs }: ReadingPlace, { nearMs }: Horizons): ClosingPlace {
  return {
    closes: true,
    firstDayMs: dayOf(reading.fromMs - nearMs),
    readToMs: Math.min(dayOf(reading.toMs + nearMs - 1) + DAY_MS, reading.readUntilMs),
    ...(firstDataMs !== undefined && { firstDataMs }),
  };
}

/** The same place, once it is known whether contacts begin on its day. */
export function withData(place: ReadingPlace, rows: number): ReadingPlace {
  if (rows === 0 || place.isFar || place.firstDataMs !== undefined) return place;
  return { ...place, firstDataMs: place.dayMs };
}

/** All of a day was there to be read, and nothing of it may change any more. */
export function isSettled(reading: Reading, place: ReadingPlace, { nearMs, farMs }: Horizons): boolean {
  const { dayMs, isWide, askedMs = -Infinity } = place;
  const endMs = dayMs + DAY_MS;
  return reading.readUntilMs >= endMs && askedMs >= endMs + (isWide ? farMs : nearMs);
}

/** As text: `2026-10-05`. */
export function dateOf({ dayMs }: ReadingPlace): string {
  return new Date(dayMs).toISOString().slice(0, 10);
}

function dayOf(instantMs: number): number {
  return Math.floor(instantMs / DAY_MS) * DAY_MS;
}

export function hasLongHorizon({ mediaTypeId }: ContactRecord): boolean {
  return mediaTypeId === EMAIL || mediaTypeId === DIGITAL;
}

/** The day once more, from its first slice that is not read. */
export function placeAgain(place: ReadingPlace): ReadingPlace {
  const { slices, top, restarts } = place.sheet;
  const sheet = { slices, skip: 0, top, link: '', restarts };
  return { ...place, sheet, again: place.again + 1, sliceFrom: place.page, seen: 0 };
}

/** The day once more, from its start: of what was read of it nothing counts. */
export function dayAgain(reading: Reading, { dayMs, again, ...how }: ReadingPlace): ReadingPlace {
  const { isWide, isFar, page, firstDataMs } = how;
  const place = placeAt(reading, dayMs, { isWide, isFar, page, ...(firstDataMs !== undefined && { firstDataMs }) });
  if (place === undefined) throw new RangeError('the day has not begun');
  return { ...place, again: again + 1 };
}

/** The place after one more page of the slice under way. */
export function placeAfter(
  place: ReadingPlace,
  { sheet, isWide, seen }: Pick<ReadingPlace, 'sheet' | 'isWide' | 'seen'>,
): ReadingPlace {
  const page = place.page + 1;
  const next = { ...place, sheet, isWide, page };
  if (sheet.slices[0] === place.sheet.slices[0]) return { ...next, seen };
  return { ...next, done: [...place.done, [place.sliceFrom, page]], sliceFrom: page, seen: 0 };
}

export function writeTicket(reading: Reading): string {
  return JSON.stringify(reading);
}

/** Tickets and cursors come back as this source wrote them. */
export function readTicket(ticket: string): Reading {
  return JSON.parse(ticket) as Reading;
}

export function writeCursor(place: ReadingPlace | ClosingPlace): string {
  return JSON.stringify(place);
}

export function readCursor(cursor: string): ReadingPlace | ClosingPlace {
  return JSON.parse(cursor) as ReadingPlace | ClosingPlace;
}
