import { isDeepStrictEqual } from 'node:util';
import { OBJECT, TEXT, type JsonObject } from './line.js';
import { queryOf } from './numbers.js';

const DEFAULTS: JsonObject = {
  reportType: 'journey-execution',
  dimension: [],
  filter: {},
  timeGroupBy: 'day',
  limit: 10_000,
};

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Where the query that the source got is not the one that was requested. @param got as journaled */
export function askedOtherwise(request: JsonObject, got: JsonObject | undefined): readonly string[] {
  const { dateFrom, dateTo, ...asked } = queryOf(request).value;
  const right: JsonObject = {
    ...DEFAULTS,
    ...asked,
    dateFrom: instantOf(request, dateFrom),
    dateTo: instantOf(request, dateTo),
  };
  return Object.entries(right)
    .filter(([key, value]) => value !== undefined && !isDeepStrictEqual(value, got?.[key]))
    .map(([key]) => `asked the source for another ${key} than was requested`);
}

/** As the source must get it; undefined where it takes a calendar to tell. */
function instantOf(request: JsonObject, date: unknown): string | undefined {
  const window = OBJECT.is(request['window']) ? request['window'] : {};
  const zone = window['timeZone'] ?? request['timeZone'] ?? 'UTC';
  return TEXT.is(date) && DAY.test(date) && zone === 'UTC' ? `${date}T00:00:00Z` : undefined;
}
