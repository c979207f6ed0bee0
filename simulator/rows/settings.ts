import { DateTime, IANAZone } from 'luxon';
import { z } from 'zod';

const rateSchema = z.number().min(0).max(1).default(0);

/** What the simulated organisation's data is like. Rates are shares in 0..1, 0 unless given. */
export const dataSettingsSchema = z.strictObject({
  seed: z.string().default('journeys'),
  /** Rows of every result, whatever the window; the natural number (buckets × dimension values) unless given. */
  rows: z.int().nonnegative().optional(),
  /** Rows whose journey broke down: few complete, most drop off, all take long. */
  outliers: rateSchema,
  /** Metric values that are null. */
  nulls: rateSchema,
  /** Metric values that come as strings, `"0.7312"`. */
  numericStrings: rateSchema,
  /** Metric values whose key is not there at all. */
  absentKeys: rateSchema,
  /** Metric values that are a word, `"n/a"`. */
  words: rateSchema,
  /** Calendar days without any row. */
  missingDays: rateSchema,
  /** Rows whose `journeyName` holds accents, quotes, braces, line ends or emoji. */
  oddText: rateSchema,
  /** Zone in which the source counts days, weeks and months. */
  timeZone: z
    .string()
    .refine((zone) => IANAZone.isValidZone(zone), { error: 'not an IANA time zone' })
    .default('UTC'),
  /**
   * Buckets that end at this date or instant, or before, have settled; those after it are provisional. Absent: all have
   * settled. What has settled is what there is without this and the three shares below.
   */
  settledBefore: z
    .string()
    .refine((text) => DateTime.fromISO(text).isValid, { error: 'neither a date nor an instant of the calendar' })
    .optional(),
  /** Rows that come late: while they are provisional they are not there. */
  late: rateSchema,
  /** Rows whose metric values are other ones while they are provisional. */
  corrected: rateSchema,
  /** Rows that are there while they are provisional, and never again: this many in addition to those that will stay. */
  removed: rateSchema,
  /** `date` of a row: a plain date (an instant where rows are hourly), or always the instant at which its bucket starts. */
  dates: z.enum(['plain', 'instant']).default('plain'),
});

export type DataSettings = z.output<typeof dataSettingsSchema>;
export type DataSettingsInput = z.input<typeof dataSettingsSchema>;

/** Data with a little of everything that real data has; provisional once `settledBefore` is set. For demonstrations. */
export const REALISTIC_DATA = {
  outliers: 0.01,
  nulls: 0.005,
  numericStrings: 0.03,
  missingDays: 0.05,
  oddText: 0.02,
  late: 0.04,
  corrected: 0.06,
  removed: 0.02,
} as const satisfies DataSettingsInput;
