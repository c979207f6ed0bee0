import type { Report } from '../contract/result/report.js';
import type { Findings } from '../contract/result/run-description.js';
import type { RunWindow } from '../contract/values/window.js';
import { countOf, countText } from './number-text.js';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const FILTER_CHARACTERS = 40;

/** A run as people name it: `acme · nightly completion · 1–31 Oct 2026 (Europe/Berlin)`. What is not known yet is left out. */
export function runTitle({
  org,
  report,
  window,
}: {
  readonly org: string | null;
  readonly report: Report | null;
  readonly window: RunWindow | null;
}): string {
  const parts = [org, report && reportText(report), window && windowText(window)];
  return parts.filter((part) => part !== null).join(' · ');
}

/** The name that a report was given, else its type and what it is filtered by: `journey-execution (region: emea)`. */
export function reportText({ name, reportType, filter }: Pick<Report, 'name' | 'reportType' | 'filter'>): string {
  if (name !== undefined) return name;
  if (filter === null) return `${reportType} (filtered)`;
  const terms = Object.entries(filter).map(([key, value]) => `${key}: ${plainText(value)}`);
  if (terms.length === 0) return reportType;
  const text = Array.from(terms.join(', '));
  const shown = text.length > FILTER_CHARACTERS ? `${text.slice(0, FILTER_CHARACTERS - 1).join('')}…` : text.join('');
  return `${reportType} (${shown})`;
}

function plainText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A window in its own zone: `1–31 Oct 2026 (Europe/Berlin)`, of parts of days `1 Oct 2026 08:00 – 12:00 (UTC)`. */
export function windowText({ label, timeZone }: Pick<RunWindow, 'label' | 'timeZone'>): string {
  return `${rangeText(label)} (${timeZone})`;
}

/** The same of a label alone: both ends of days are inclusive. A text that is no label stays as it is. */
function rangeText(label: string): string {
  const [first = '', last = first] = label.split('..');
  const [from, to] = [momentOf(first), momentOf(last)];
  if (from === undefined || to === undefined) return label;
  return from.time === undefined || to.time === undefined ? daysText(from, to) : timesText(from, to);
}

interface Moment {
  readonly year: string;
  readonly month: string;
  readonly day: number;
  readonly time?: string;
  readonly offset?: string;
}

function momentOf(text: string): Moment | undefined {
  const shape = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}:\d{2}[\d:.]*)(Z|[+-]\d{2}:\d{2}))?$/;
  const [, year, month, day, time, offset] = shape.exec(text) ?? [];
  const name = MONTHS[Number(month) - 1];
  if (year === undefined || name === undefined) return undefined;
  return { year, month: name, day: Number(day), ...(time !== undefined && { time }), ...(offset && { offset }) };
}

function daysText(from: Moment, to: Moment): string {
  if (from.year !== to.year) return `${dayText(from)} – ${dayText(to)}`;
  if (from.month !== to.month) return `${from.day} ${from.month} – ${dayText(to)}`;
  return from.day === to.day ? dayText(to) : `${from.day}–${dayText(to)}`;
}

/** With their offsets where the clocks change between them: the same time may come twice. */
function timesText(from: Moment, to: Moment): string {
  const isSame = from.offset === to.offset;
  const [start, end] = [from, to].map(({ time = '', offset = '' }) => (isSame ? time : `${time}${offset}`));
  const isOneDay = dayText(from) === dayText(to);
  return `${dayText(from)} ${start ?? ''} – ${isOneDay ? '' : `${dayText(to)} `}${end ?? ''}`;
}

function dayText({ day, month, year }: Moment): string {
  return `${day} ${month} ${year}`;
}

/** What a list says of a run's rows: `no rows`, or what is to be looked at: `272 rows, 2 of 31 missing, 1 warning`. */
export function findingsText({ returned, delivered, warnings, missing, expected }: Findings): string {
  const noted = [
    ...(missing === 0 ? [] : [`${countText(missing)} of ${countText(expected)} missing`]),
    ...(warnings === 0 ? [] : [countOf(warnings, 'warning')]),
  ];
  return returned === 0 ? 'no rows' : [countOf(delivered, 'row'), ...noted].join(', ');
}
