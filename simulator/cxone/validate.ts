import { z } from 'zod';
import type { Catalogue } from '../../src/ports/index.js';
import type { SourceQuery } from '../../src/contract/request/request.js';

/** One thing that is wrong with a query. */
export interface QueryProblem {
  /** `metric[1]`, `dateFrom`; empty for the query as a whole. */
  readonly field: string;
  readonly message: string;
}

const LONGEST_WINDOW_DAYS = 3_660;

/** A plain date, or an instant with a literal `Z`: an offset such as `+00:00` is refused, as the real one does. */
const dateSchema = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z)?$/, 'must be yyyy-MM-dd, or an instant that ends in Z')
  .refine((text) => !Number.isNaN(Date.parse(text)), { error: 'is not a valid date', abort: true });

/** Validates as the seed's API does: at most 4 dimensions, 1 to 10 metrics, a limit of 1 to 10,000, names of the catalogue. */
export function queryReader(catalogue: Catalogue): (body: unknown) => SourceQuery | readonly QueryProblem[] {
  const namesOf = (names: readonly string[], what: string) =>
    z
      .array(
        z
          .string()
          .refine((name) => names.includes(name), { error: ({ input }) => `unknown ${what} ${JSON.stringify(input)}` }),
      )
      .refine((list) => new Set(list).size === list.length, 'names something twice');
  const schema = z
    .strictObject({
      reportType: z.string().refine((name) => catalogue.reportTypes.includes(name), 'unknown report type'),
      metric: namesOf(catalogue.metrics, 'metric')
        .min(1, 'needs at least one metric')
        .max(10, 'maximum 10 metrics allowed'),
      dimension: namesOf(catalogue.dimensions, 'dimension').max(4, 'maximum 4 dimensions allowed'),
      filter: z.record(
        z.string().refine((name) => catalogue.dimensions.includes(name), 'no such dimension'),
        z.unknown(),
      ),
      timeGroupBy: z.enum(['hour', 'day', 'week', 'month']),
      dateFrom: dateSchema,
      dateTo: dateSchema,
      limit: z.int().min(1).max(10_000),
    })
    .refine(({ dateFrom, dateTo }) => Date.parse(dateFrom) < Date.parse(dateTo), {
      path: ['dateTo'],
      error: 'must be after dateFrom',
    })
    .refine(({ dateFrom, dateTo }) => Date.parse(dateTo) - Date.parse(dateFrom) <= LONGEST_WINDOW_DAYS * 86_400_000, {
      path: ['dateTo'],
      error: `the window is longer than ${LONGEST_WINDOW_DAYS} days`,
    });
  return (body) => {
    const parsed = schema.safeParse(body);
    if (parsed.success) return parsed.data;
    return parsed.error.issues.map(({ path, message }) => ({ field: fieldOf(path), message }));
  };
}

function fieldOf(path: readonly PropertyKey[]): string {
  return path
    .map((key, at) => (typeof key === 'number' ? `[${key}]` : `${at === 0 ? '' : '.'}${String(key)}`))
    .join('');
}
