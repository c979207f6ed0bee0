import { LegTable } from '../../domain/journeys/legs/leg-table.js';
import type { JourneyRow } from '../../domain/journeys/rows/journey-rows.js';
import type { RequestedKeys } from '../../domain/row-verification.js';
import { pageKeysOf } from '../../pages/requested-keys.js';
import { digested } from '../../pages/row-digests.js';
import { scanPage } from '../../pages/scan-page.js';
import type { RowPage } from '../../ports/index.js';
import { malformed } from '../http/errors.js';
import { legOfContact, type AfterCallWork, type StoredContact } from './leg-of-contact.js';

/** A page of contacts as it was read. */
export interface StoredPage {
  /** Nothing that begins later was read. */
  readonly readUntilMs: number;
  readonly data: readonly StoredContact[];
}

/** A page of rows, or of contacts as they were read. */
export function rowPage(
  data: readonly (StoredContact | JourneyRow)[],
  keys: RequestedKeys,
  readUntilMs?: number,
): RowPage {
  const body = Buffer.from(JSON.stringify({ ...(readUntilMs !== undefined && { readUntilMs }), data }));
  const columns = scanPage(body, pageKeysOf(keys), new Set())?.columns;
  if (columns === undefined) throw malformed('page', 'cannot be written as rows');
  return { body, columns: digested(body, columns) };
}

export function readStoredPage(body: Uint8Array): StoredPage {
  // The cast: pages come back as `rowPage` wrote them, held against their hash.
  return JSON.parse(Buffer.from(body).toString('utf8')) as StoredPage;
}

/** All legs of the pages, and until when they were read. */
export async function readLegs(
  pages: AsyncIterable<Uint8Array>,
  afterCallWork: AfterCallWork,
): Promise<{ readonly legs: LegTable; readonly readUntilMs: number }> {
  const legs = new LegTable();
  let readUntilMs = Infinity;
  for await (const body of pages) {
    const page = readStoredPage(body);
    readUntilMs = Math.min(readUntilMs, page.readUntilMs);
    for (const contact of page.data) legs.add(legOfContact(contact, afterCallWork));
  }
  return { legs, readUntilMs };
}
