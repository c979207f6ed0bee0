import { createHmac, randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { SourceQuery } from '../../src/contract/request/request.js';
import type { PageDocument, ServedPage } from '../http/reply.js';
import type { RowSource } from '../rows/row-source.js';

/** The result is cut after this many rows: `totalCount` states the real number; with `stated`, `truncated: true` is said too. */
export interface Cap {
  readonly rows: number;
  readonly stated?: boolean;
}

/** A query that was accepted. */
export interface AcceptedQuery {
  readonly queryId: string;
  readonly org: string;
  readonly query: SourceQuery;
  readonly source: RowSource;
  readonly submittedAtMs: number;
  readonly idempotencyKey: string | undefined;
  /** Times that its result was asked for, and answered. */
  polls: number;
}

/** The queries that were accepted, by id and by idempotency key, and the pages of their results. */
export class QueryBook {
  readonly #byId = new Map<string, AcceptedQuery>();
  readonly #byKey = new Map<string, AcceptedQuery>();
  readonly #pageKey = randomBytes(16);
  readonly #settings: { readonly cap: Cap | undefined; readonly stateTotal: boolean };

  constructor(settings: { cap: Cap | undefined; stateTotal: boolean }) {
    this.#settings = settings;
  }

  accept(query: AcceptedQuery): void {
    this.#byId.set(query.queryId, query);
    if (query.idempotencyKey !== undefined) this.#byKey.set(`${query.org} ${query.idempotencyKey}`, query);
  }

  find(org: string, queryId: string): AcceptedQuery | undefined {
    const found = this.#byId.get(queryId);
    return found?.org === org ? found : undefined;
  }

  /** The query that came under this key before: `other` when it was not this one. */
  findByKey(org: string, key: string, query: SourceQuery): AcceptedQuery | 'other' | undefined {
    const found = this.#byKey.get(`${org} ${key}`);
    return found === undefined || isDeepStrictEqual(found.query, query) ? found : 'other';
  }

  /** All accepted queries, oldest first. */
  all(): readonly AcceptedQuery[] {
    return [...this.#byId.values()];
  }

  /** The page's document and the token that asks for it; `index` counts from 0 and is taken to exist. */
  page(query: AcceptedQuery, index: number): ServedPage {
    const { limit } = query.query;
    const { total } = query.source;
    const { cap, stateTotal } = this.#settings;
    const served = Math.min(total, cap?.rows ?? total);
    const end = Math.min(served, (index + 1) * limit);
    const document: PageDocument = {
      queryId: query.queryId,
      status: 'COMPLETED',
      data: query.source.rows(index * limit, end),
      ...(end < served && { nextPageToken: this.#tokenFor(query.queryId, index + 1) }),
      ...(stateTotal && { totalCount: total }),
      ...(cap?.stated === true && served < total && { truncated: true }),
    };
    const rowsBefore = index === 0 ? {} : { rowsBefore: query.source.rows((index - 1) * limit, index * limit) };
    return { document, ownToken: this.#tokenFor(query.queryId, index), ...rowsBefore };
  }

  /** The page that the token stands for; undefined when it is not one of this query's tokens. */
  pageOf(query: AcceptedQuery, token: string): number | undefined {
    const index = Number(Buffer.from(token, 'base64url').toString().split('.', 1)[0]);
    return this.#tokenFor(query.queryId, index) === token ? index : undefined;
  }

  #tokenFor(queryId: string, index: number): string {
    const proof = createHmac('sha256', this.#pageKey).update(`${queryId} ${index}`).digest('base64url').slice(0, 16);
    return Buffer.from(`${index}.${proof}`).toString('base64url');
  }
}
