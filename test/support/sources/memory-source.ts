import type { Accepted, RowPage, Source, SourcePage } from '../../../src/ports/index.js';
import type { RequestedKeys } from '../../../src/domain/row-verification.js';
import { pageKeysOf } from '../../../src/pages/requested-keys.js';
import { digested } from '../../../src/pages/row-digests.js';
import { scanPage } from '../../../src/pages/scan-page.js';
import { aSource, CATALOGUE } from './directory.js';

/** One contact, as the wire has it: many of them make a row. */
export interface Leg {
  readonly began: string;
  readonly completed: boolean;
}

export interface MemorySource {
  readonly source: Source;
  /** Instants of submissions and of first readings, in order. */
  readonly submitted: number[];
  readonly polled: number[];
  /** Cursors by which pages were asked for. */
  readonly cursors: (string | null)[];
  /** Tickets of the queries that were aborted. */
  readonly aborted: string[];
}

const TOP = 3;

/**
 * A source that has nothing in common with the seed's API: it pages by skip and top, its rows are legs under another date
 * key, of which it derives a row a day, and a query of it can be aborted.
 */
export function memorySource(legs: readonly Leg[] | 'never ready', own: Partial<Accepted> = {}): MemorySource {
  const seen: Omit<MemorySource, 'source'> = { submitted: [], polled: [], cursors: [], aborted: [] };
  const source = aSource({
    kind: 'memory',
    rules: { ...aSource().rules, dateKey: 'day', aggregates: false, notFoundGraceMs: 1_000 },
    catalogue: { ...CATALOGUE, dimensions: ['journeyId'] },
    token: () => {
      const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
      return Promise.resolve({ fingerprint: '0'.repeat(12), expiresAt: tomorrow, refreshAt: tomorrow, scope: '' });
    },
    submit() {
      seen.submitted.push(Date.now());
      return Promise.resolve({ state: 'accepted', ticket: `job/${seen.submitted.length}`, queryId: null, ...own });
    },
    read({ ticket, cursor, keys }) {
      if (cursor === null) seen.polled.push(Date.now());
      seen.cursors.push(cursor);
      if (legs === 'never ready') return Promise.resolve({ state: 'later', reason: 'running' });
      return Promise.resolve(legsFrom(legs, Number(cursor ?? 0), keys, ticket));
    },
    abort({ ticket }) {
      seen.aborted.push(ticket);
      return Promise.resolve();
    },
    derive: ({ pages, keys }) => daysOf(pages, keys),
  });
  return { ...seen, source };
}

function legsFrom(legs: readonly Leg[], skip: number, keys: RequestedKeys, queryId: string): SourcePage {
  const rows = legs.slice(skip, skip + TOP);
  const next = skip + TOP < legs.length ? { nextCursor: String(skip + TOP) } : {};
  const page = pageOf(rows, keys);
  return { state: 'page', ...page, queryId, rows: rows.length, totalCount: legs.length, truncated: false, ...next };
}

/** A row a day, and a page a row. In memory are a count a day, however many legs there are. */
async function* daysOf(pages: AsyncIterable<Uint8Array>, keys: RequestedKeys): AsyncGenerator<RowPage> {
  const days = new Map<string, { legs: number; completed: number }>();
  for await (const page of pages) {
    const { data } = JSON.parse(Buffer.from(page).toString()) as { data: readonly Leg[] };
    for (const { began, completed } of data) {
      const day = days.get(began.slice(0, 10)) ?? { legs: 0, completed: 0 };
      day.legs += 1;
      day.completed += completed ? 1 : 0;
      days.set(began.slice(0, 10), day);
    }
  }
  for (const [day, counts] of [...days].sort()) {
    yield pageOf([{ day, journeyId: 'j-1', journeyCompletionRate: counts.completed / counts.legs }], keys);
  }
}

function pageOf(rows: readonly object[], keys: RequestedKeys): RowPage {
  const body = Buffer.from(JSON.stringify({ data: rows }));
  const columns = scanPage(body, pageKeysOf(keys), new Set())?.columns;
  if (!columns) throw new Error('this is always a page');
  return { body, columns: digested(body, columns) };
}
