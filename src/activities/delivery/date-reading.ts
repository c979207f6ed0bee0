import { readDateText } from '../../calendar/date-text.js';
import { instantOf, localOf, openZone } from '../../calendar/zone.js';
import type { Report } from '../../contract/result/report.js';
import type { TableReading } from '../../ports/index.js';

const DAY_MS = 86_400_000;

/**
 * How the date of a row becomes a value of a table: a day in the report's zone, or for hours the instant at which they
 * begin. Of a week or month it is the first day. Null for a text that is no date.
 */
export function dateReading({ timeGroupBy, timeZone }: Report): Pick<TableReading, 'dateType' | 'dateOf'> {
  const zone = openZone(timeZone);
  if (zone === undefined) throw new RangeError(`"${timeZone}" is not a time zone`);
  const dateType = timeGroupBy === 'hour' ? 'instant' : 'date';
  return {
    dateType,
    dateOf(text) {
      const date = readDateText(text);
      if (date === undefined) return null;
      if (dateType === 'instant') return date.kind === 'instant' ? date.instant : instantOf(date.local, zone).instant;
      return Math.floor((date.kind === 'instant' ? localOf(date.instant, zone) : date.local) / DAY_MS);
    },
  };
}
