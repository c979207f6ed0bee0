import { IANAZone } from 'luxon';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Clocks are changed at full quarters of an hour. */
const QUARTER_MS = 15 * MINUTE_MS;
const REMEMBERED = 50_000;
const OFFSET = /^([+-])(\d\d):?([0-5]\d)$/;

/** Milliseconds since the epoch; null for an empty text; undefined for a form that is not known. */
type ReadDate = (text: string) => number | null | undefined;

/** Minutes that the clocks of a zone are ahead of UTC at an instant. */
type OffsetAt = (instantMs: number) => number;

/** Of an IANA name or a fixed offset; undefined where it is neither. */
export function zoneOffsets(name: string): OffsetAt | undefined {
  const [, sign, hours, minutes] = OFFSET.exec(name) ?? [];
  if (sign !== undefined) {
    const fixed = Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes));
    return Math.abs(fixed) <= 14 * 60 ? () => fixed : undefined;
  }
  if (/^utc$/i.test(name)) return () => 0;
  if (!/^[A-Za-z]/.test(name) || !IANAZone.isValidZone(name)) return undefined;
  const zone = IANAZone.create(name);
  const known = new Map<number, number>();
  return (instantMs) => {
    const quarter = Math.floor(instantMs / QUARTER_MS);
    const offset = known.get(quarter) ?? zone.offset(quarter * QUARTER_MS);
    if (known.size >= REMEMBERED) known.clear();
    known.set(quarter, offset);
    return offset;
  };
}

/** Reads the dates of one column: a closed list of forms, by the clocks of a zone where they carry no offset. */
export function dateReader(timeZone: string): ReadDate {
  const offsetAt = zoneOffsets(timeZone);
  if (offsetAt === undefined) throw new RangeError(`"${timeZone}" is no time zone`);
  return (text) => {
    const trimmed = text.trim();
    if (trimmed === '') return null;
    const read = isoIn(trimmed) ?? usIn(trimmed);
    if (read === undefined) return undefined;
    return read.zoned ? read.ms : instantOf(read.ms, offsetAt);
  };
}

/** The date that the clocks of the zone show, as `YYYY-MM-DD`. */
export function dayIn(timeZone: string, instantMs: number): string {
  const offset = zoneOffsets(timeZone)?.(instantMs) ?? 0;
  return new Date(instantMs + offset * MINUTE_MS).toISOString().slice(0, 10);
}

interface ReadTime {
  readonly ms: number;
  readonly zoned: boolean;
}

const TIME = String.raw`(\d{1,2}):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?`;
const ISO = new RegExp(String.raw`^(\d{4})-(\d\d)-(\d\d)(?:[T ]${TIME} ?(Z|[+-]\d\d:?\d\d)?)?$`);
const US = new RegExp(String.raw`^(\d{1,2})/(\d{1,2})/(\d{4})(?: ${TIME}(?: ?([AP]M))?)?$`, 'i');

function isoIn(text: string): ReadTime | undefined {
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, zone] = match as readonly (string | undefined)[];
  const ms = msOf([year, month, day], [hour, minute, second, fraction]);
  if (ms === undefined || zone === undefined) return ms === undefined ? undefined : { ms, zoned: false };
  const offset = zone === 'Z' ? 0 : zoneOffsets(zone)?.(0);
  return offset === undefined ? undefined : { ms: ms - offset * MINUTE_MS, zoned: true };
}

/** Month first: CXone's reports are of that form. */
function usIn(text: string): ReadTime | undefined {
  const match = US.exec(text);
  if (match === null) return undefined;
  const [, month, day, year, hour, minute, second, fraction, half] = match as readonly (string | undefined)[];
  const ofDay = half === undefined ? hour : hourOf(Number(hour), half.toUpperCase());
  if (half !== undefined && ofDay === undefined) return undefined;
  const ms = msOf([year, month, day], [ofDay, minute, second, fraction]);
  return ms === undefined ? undefined : { ms, zoned: false };
}

function hourOf(hour: number, half: string): string | undefined {
  if (hour < 1 || hour > 12) return undefined;
  return String((hour % 12) + (half === 'PM' ? 12 : 0));
}

type Parts = readonly (string | undefined)[];

/** As if it were UTC; undefined for a day or time that does not exist. */
function msOf([year, month, day]: Parts, [hour = '0', minute = '0', second = '0', fraction = '0']: Parts) {
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const ofDay = (Number(hour) * 60 + Number(minute)) * 60 + Number(second);
  return date.getTime() + ofDay * 1_000 + Number(fraction.padEnd(3, '0').slice(0, 3));
}

/** Of a time that the clocks show twice, the first; of one that they skip, as far behind the change as it is skipped. */
function instantOf(local: number, offsetAt: OffsetAt): number {
  const [before, after] = [offsetAt(local - DAY_MS), offsetAt(local + DAY_MS)];
  const candidates = [before, after].map((offset) => local - offset * MINUTE_MS);
  const shown = candidates.filter((instant) => instant + offsetAt(instant) * MINUTE_MS === local);
  return shown.length === 0 ? local - before * MINUTE_MS : Math.min(...shown);
}
