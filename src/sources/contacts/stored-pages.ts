import { LegTable } from '../../domain/journeys/legs/leg-table.js';
import type { JourneyRow } from '../../domain/journeys/rows/journey-rows.js';
import type { RequestedKeys } from '../../domain/row-verification.js';
import { pageKeysOf } from '../../pages/requested-keys.js';
import { digested } from '../../pages/row-digests.js';
import { scanPage } from '../../pages/scan-page.js';
import type { RowPage } from '../../ports/index.js';
import { malformed } from '../http/errors.js';
import type { Closing } from './closing.js';
import { legOfContact, type AfterCallWork, type StoredContact } from './leg-of-contact.js';

/** A page of contacts: JSON with their list under `data`. */
export interface ContactsPage {
  readonly rows: number;
  readonly body: Uint8Array;
}

/** What such a page says, once it is stored with a run. */
interface StoredPage {
  /** Nothing that begins later was read. */
  readonly readUntilMs: number;
  /** Only of the last one. */
  readonly closing?: Closing;
  readonly data: readonly StoredContact[];
}

/** All of a reading: its legs, until when they were read, and what closed it. */
export interface ReadLegs {
  readonly legs: LegTable;
  readonly readUntilMs: number;
  readonly closing?: Closing;
}

export function contactsBody(data: readonly StoredContact[]): Uint8Array {
  return jsonBytes({ data });
}

const DATA = Buffer.from('"data":');

/** The same page with `facts` in front of its data, in place of those that it had. */
export function withFacts(body: Uint8Array, facts: object): Uint8Array {
  const at = Buffer.from(body.buffer, body.byteOffset, body.byteLength).indexOf(DATA);
  const head = JSON.stringify(facts).slice(0, -1);
  return Buffer.concat([Buffer.from(head.length > 1 ? `${head},` : head), body.subarray(at)]);
}

/** A page with its columns. */
export function rowPage(body: Uint8Array, keys: RequestedKeys): RowPage {
  const columns = scanPage(body, pageKeysOf(keys), new Set())?.columns;
  if (columns === undefined) throw malformed('page', 'cannot be written as rows');
  return { body, columns: digested(body, columns) };
}

export function rowsBody(data: readonly JourneyRow[]): Uint8Array {
  return jsonBytes({ data });
}

function jsonBytes(value: object): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

export function readStoredPage(body: Uint8Array): StoredPage {
  // The cast: pages come back as they were written here, held against their hash.
  return JSON.parse(Buffer.from(body).toString('utf8')) as StoredPage;
}

export async function readLegs(pages: AsyncIterable<Uint8Array>, afterCallWork: AfterCallWork): Promise<ReadLegs> {
  const legs = new LegTable();
  let readUntilMs = Infinity;
  let closing: Closing | undefined;
  for await (const body of pages) {
    const page = readStoredPage(body);
    readUntilMs = Math.min(readUntilMs, page.readUntilMs);
    closing = page.closing ?? closing;
    for (const contact of page.data) legs.add(legOfContact(contact, afterCallWork));
  }
  return { legs, readUntilMs, ...(closing && { closing }) };
}
