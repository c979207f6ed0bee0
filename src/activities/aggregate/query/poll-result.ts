import { AdapterError } from '../../../contract/adapter-error.js';
import type { DatasetRef } from '../../../contract/result/dataset.js';
import type { FailureType } from '../../../contract/failures.js';
import type { RequestedKeys } from '../../../domain/row-verification.js';
import { cancellation, reportProgress } from '../../interceptor.js';
import type {
  DatasetStore,
  Directory,
  Gate,
  Gone,
  Later,
  Meter,
  NewPage,
  Source,
  SourcePage,
  StoredPage,
  TakeKey,
} from '../../../ports/index.js';
import { sourceAt, type SourcePlace } from '../places.js';
import { slotOf, type Slot } from './query-slot.js';
import { isEnd } from './take-turn.js';

export interface PollResultInput extends SourcePlace {
  readonly take: TakeKey;
  readonly ticket: string;
  /** As the source named the query, when it accepted it or later, if it did. */
  readonly queryId?: string | null;
  readonly keys: RequestedKeys;
  /** Time since submission: a young query that is not found is not ready yet. */
  readonly ageMs: number;
  /** False: one exchange, so that the answer comes within a request's time. True: go on until the last page. */
  readonly collect: boolean;
  /** True: a result that repeats rows is taken, with a warning, because it is not read again. */
  readonly lastReading: boolean;
}

/** A result that cannot be trusted: read it once more from the start, three times in all. */
export interface Defective {
  readonly state: 'defective';
  readonly type: FailureType;
  readonly message: string;
  /** The source stated more rows than it gave: `totalCount` above the rows with no next page, or a stated truncation. */
  readonly capped?: boolean;
}

export type PollAnswer =
  | Later
  | { readonly state: 'gone'; readonly reason: Gone['reason'] }
  | Defective
  | { readonly state: 'more'; readonly pages: number; readonly rows: number }
  | { readonly state: 'complete'; readonly dataset: DatasetRef };

const DEFECTS: readonly FailureType[] = ['MalformedResponse', 'IncompleteResult', 'ResponseTooLarge'];

interface Deps {
  readonly directory: Directory;
  readonly gate: Gate;
  readonly datasets: DatasetStore;
  readonly meter: Meter;
  readonly scrub: (text: string) => string;
}

/** Asks once whether the result is there, and brings its pages into the dataset store: goes on where the store ends. */
export function pollResult(deps: Deps) {
  return async (input: PollResultInput): Promise<PollAnswer> => {
    const signal = cancellation();
    const slot = slotOf(deps, input);
    try {
      const answer = await poll(deps, input, slot, signal);
      await slot.answered(answer, signal);
      return answer;
    } catch (error) {
      if (isEnd(error)) await slot.seenEnded(signal);
      if (!(error instanceof AdapterError) || !DEFECTS.includes(error.failureType)) throw error;
      return { state: 'defective', type: error.failureType, message: deps.scrub(error.message) };
    }
  };
}

async function poll(
  { directory, datasets, meter }: Deps,
  input: PollResultInput,
  slot: Slot,
  signal: AbortSignal,
): Promise<PollAnswer> {
  const { take, ticket, keys } = input;
  const source = sourceAt(directory, input);
  const pages = [...(await datasets.pages(take, signal))];
  let named = input.queryId ?? undefined;
  for (let last = pages.at(-1); last?.nextCursor !== null; last = pages.at(-1)) {
    if (last && !input.collect) return { state: 'more', ...sums(pages) };
    const cursor = last?.nextCursor ?? null;
    if (cursor !== null && pages.some((page) => page.cursor === cursor)) {
      return incomplete(`page ${pages.length + 1} was read before: its token is repeated`);
    }
    const reply = await source.read(
      {
        ticket,
        cursor,
        keys,
        queryId: input.queryId ?? null,
        earlier: (place) => storedAt(datasets, pages, place, signal),
      },
      signal,
    );
    if (reply.state === 'gone' && reply.reason === '404' && input.ageMs < source.rules.notFoundGraceMs) {
      return { state: 'later', reason: 'not ready yet' };
    }
    if (reply.state === 'later' || reply.state === 'gone') return reply;
    if (cursor === null) {
      const { org, source: name } = input;
      meter.record('journey_metrics_query_wait_seconds', input.ageMs / 1_000, { org, source: name });
    }
    for await (const page of reply.state === 'pages' ? reply.pages : [reply]) {
      named = input.queryId ?? page.namedByTicket;
      const defect = defectOf(page, pages, named);
      if (defect) return defect;
      const asked = pages.at(-1)?.nextCursor ?? null;
      pages.push(await datasets.addPage(take, pageEntry(page, pages.length, asked), signal));
      reportProgress(sums(pages));
      await slot.keep(signal);
    }
  }
  const answer = shortfall(pages) ?? (await sealed({ datasets, source }, input, pages, signal));
  if ('state' in answer) return answer;
  return { state: 'complete', dataset: named === undefined ? { ...answer, unnamedQuery: true } : answer };
}

/** The pages as one dataset, unless rows came again and a further reading may give each once. */
async function sealed(
  { datasets, source }: { readonly datasets: DatasetStore; readonly source: Source },
  { take, lastReading }: PollResultInput,
  pages: readonly StoredPage[],
  signal: AbortSignal,
): Promise<DatasetRef | Defective> {
  const { repeatedRows: repeated = 0, ...dataset } = await datasets.seal(take, pages, signal);
  // Rows that sum nothing up may be alike.
  const repeatedRows = source.rules.aggregates ? repeated : 0;
  // Pages that rows are derived of may repeat a record: the source reads a part again, and takes each record once.
  if (repeatedRows > 0 && !lastReading && !('derive' in source)) {
    return incomplete(`${repeatedRows} of ${dataset.rows} rows came again, byte for byte, on a later page`);
  }
  return repeatedRows > 0 ? { ...dataset, repeatedRows } : dataset;
}

async function storedAt(
  datasets: DatasetStore,
  pages: readonly StoredPage[],
  place: number,
  signal: AbortSignal,
): Promise<{ readonly rows: number; readonly body: Uint8Array }> {
  const page = pages[place];
  if (page === undefined) throw new RangeError(`there is no page ${place}`);
  return { rows: page.rows, body: await datasets.get(page.body, signal) };
}

/** What is wrong with a page by itself, after those before it. */
function defectOf(page: SourcePage, before: readonly StoredPage[], named: string | undefined): Defective | undefined {
  const number = before.length + 1;
  const queryId = named ?? before.at(-1)?.queryId ?? page.queryId;
  if (page.queryId !== queryId) return incomplete(`page ${number} belongs to another query`);
  const { moreBy, statedPages = 0, nextCursor } = page;
  if (nextCursor !== undefined) return undefined;
  if (moreBy !== undefined) {
    return incomplete(`page ${number} says in "${moreBy}" that there is more, and has no nextPageToken`, true);
  }
  return statedPages > number ? incomplete(`${number} pages came, but ${statedPages} were promised`, true) : undefined;
}

function pageEntry(page: SourcePage, index: number, cursor: string | null): NewPage {
  const { body, columns, queryId, rows, truncated, atLeast, outside, nextCursor = null, totalCount = null } = page;
  const stated = { ...(atLeast !== undefined && { atLeast }), ...(outside !== undefined && { outside }) };
  return { index, cursor, nextCursor, queryId, rows, totalCount, ...stated, truncated, body, columns };
}

function shortfall(pages: readonly StoredPage[]): Defective | undefined {
  const { rows } = sums(pages);
  const totals = new Set(pages.flatMap(({ totalCount }) => (totalCount === null ? [] : [totalCount])));
  if (pages.some((page) => page.truncated)) return incomplete(`the source truncated the result at ${rows} rows`, true);
  if (totals.size > 1) return incomplete(`pages state different totals: ${[...totals].join(', ')}`);
  const [total = rows] = totals;
  const atLeast = Math.max(0, ...pages.map((page) => page.atLeast ?? 0));
  if (rows === total && atLeast > rows)
    return incomplete(`${rows} rows were received, but ${atLeast} were promised`, true);
  if (rows === total) return undefined;
  return incomplete(`${rows} rows were received, but ${total} were promised`, rows < total);
}

function incomplete(message: string, capped = false): Defective {
  return { state: 'defective', type: 'IncompleteResult', message, ...(capped && { capped }) };
}

function sums(pages: readonly StoredPage[]): { pages: number; rows: number } {
  return { pages: pages.length, rows: pages.reduce((rows, page) => rows + page.rows, 0) };
}
