import { AdapterError } from '../../contract/adapter-error.js';
import type { DatasetRef } from '../../contract/result/dataset.js';
import type { FailureType } from '../../contract/failures.js';
import type { RequestedKeys } from '../../domain/row-verification.js';
import { cancellation, reportProgress } from '../interceptor.js';
import type {
  DatasetStore,
  Directory,
  Gone,
  Later,
  NewPage,
  SourcePage,
  StoredPage,
  TakeKey,
} from '../../ports/index.js';
import { sourceAt, type SourcePlace } from './places.js';

export interface PollResultInput extends SourcePlace {
  readonly take: TakeKey;
  readonly ticket: string;
  /** As the source named the query when it accepted it, if it did. */
  readonly queryId?: string | null;
  readonly keys: RequestedKeys;
  /** Time since submission: a young query that is not found is not ready yet. */
  readonly ageMs: number;
  /** False: one exchange, so that the answer comes within a request's time. True: go on until the last page. */
  readonly collect: boolean;
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

/** Asks once whether the result is there, and brings its pages into the dataset store: goes on where the store ends. */
export function pollResult(deps: { directory: Directory; datasets: DatasetStore }) {
  return async (input: PollResultInput): Promise<PollAnswer> => {
    try {
      return await poll(deps, input, cancellation());
    } catch (error) {
      if (!(error instanceof AdapterError) || !DEFECTS.includes(error.failureType)) throw error;
      return { state: 'defective', type: error.failureType, message: error.message };
    }
  };
}

type Deps = Parameters<typeof pollResult>[0];

async function poll({ directory, datasets }: Deps, input: PollResultInput, signal: AbortSignal): Promise<PollAnswer> {
  const { take, ticket, keys } = input;
  const source = sourceAt(directory, input);
  const pages = [...(await datasets.pages(take, signal))];
  for (let last = pages.at(-1); last?.nextCursor !== null; last = pages.at(-1)) {
    if (last && !input.collect) return { state: 'more', ...sums(pages) };
    const cursor = last?.nextCursor ?? null;
    if (cursor !== null && pages.some((page) => page.cursor === cursor)) {
      return incomplete(`page ${pages.length + 1} was read before: its token is repeated`);
    }
    const reply = await source.read({ ticket, cursor, keys }, signal);
    if (reply.state === 'gone' && reply.reason === '404' && input.ageMs < source.rules.notFoundGraceMs) {
      return { state: 'later', reason: 'not ready yet' };
    }
    if (reply.state !== 'page') return reply;
    const queryId = input.queryId ?? last?.queryId ?? reply.queryId;
    if (reply.queryId !== queryId) return incomplete(`page ${pages.length + 1} belongs to another query`);
    const stored = await datasets.addPage(take, pageEntry(reply, pages.length, cursor), signal);
    pages.push(stored);
    reportProgress(sums(pages));
  }
  return shortfall(pages) ?? { state: 'complete', dataset: await datasets.seal(take, pages, signal) };
}

function pageEntry(page: SourcePage, index: number, cursor: string | null): NewPage {
  const { body, columns, queryId, rows, truncated, nextCursor = null, totalCount = null } = page;
  return { index, cursor, nextCursor, queryId, rows, totalCount, truncated, body, columns };
}

function shortfall(pages: readonly StoredPage[]): Defective | undefined {
  const { rows } = sums(pages);
  const totals = new Set(pages.flatMap(({ totalCount }) => (totalCount === null ? [] : [totalCount])));
  if (pages.some((page) => page.truncated)) return incomplete(`the source truncated the result at ${rows} rows`, true);
  if (totals.size > 1) return incomplete(`pages state different totals: ${[...totals].join(', ')}`);
  const [total = rows] = totals;
  if (rows === total) return undefined;
  return incomplete(`${rows} rows were received, but ${total} were promised`, rows < total);
}

function incomplete(message: string, capped = false): Defective {
  return { state: 'defective', type: 'IncompleteResult', message, ...(capped && { capped }) };
}

function sums(pages: readonly StoredPage[]): { pages: number; rows: number } {
  return { pages: pages.length, rows: pages.reduce((rows, page) => rows + page.rows, 0) };
}
