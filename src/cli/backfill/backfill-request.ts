/** What of the command line takes the place of what the file says. */
export interface BackfillFields {
  readonly from: string;
  readonly to: string;
  readonly sliceBy?: string;
  readonly timeZone?: string;
  readonly width?: number;
  readonly org?: string;
}

/**
 * The request of a backfill, made of one for a single window (or of its query alone): its dates, or its relative window
 * and how far that looks back, give way to the range; `settle` stays. What is no request is passed on: it is refused with all its
 * problems.
 */
export function backfillRequestOf(raw: unknown, { timeZone, ...fields }: BackfillFields): unknown {
  if (!isRecord(raw)) return raw;
  const { query, window, ...rest } = 'query' in raw ? raw : { query: raw };
  return {
    ...without(rest, 'lookback', 'slices'),
    query: isRecord(query) ? without(query, 'dateFrom', 'dateTo') : query,
    window: isRecord(window) ? without(window, 'relative', ...(timeZone === undefined ? [] : ['timeZone'])) : window,
    ...(timeZone !== undefined && { timeZone }),
    ...fields,
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function without(record: Record<string, unknown>, ...keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key)));
}
