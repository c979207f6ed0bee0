import { isUtf8 } from 'node:buffer';
import { malformed } from '../http/errors.js';
import { isJsonObject, noJsonObject, type JsonObject } from '../http/json-body.js';
import { numberIn } from './values.js';

/** One page of completed contacts as it came. */
export interface ContactsDocument {
  readonly contacts: readonly JsonObject[];
  /** Contacts in the whole window; null where the source does not say. */
  readonly total: number | null;
  /** The query of `_links.next`; undefined on the last page. Host and version of a link are never followed. */
  readonly next: URLSearchParams | undefined;
}

export const NO_CONTACTS: ContactsDocument = { contacts: [], total: 0, next: undefined };

/** @throws CxoneError for what is no such document */
export function readContactsDocument(body: Uint8Array): ContactsDocument {
  const value = parseKeepingIds(body);
  if (!isJsonObject(value)) throw noJsonObject(body, 'page');
  // Old versions wrap the document.
  const document = isJsonObject(value['resultSet']) ? value['resultSet'] : value;
  const total = numberIn(document['totalRecords']);
  if (total === undefined || (total !== null && !(Number.isSafeInteger(total) && total >= 0))) {
    throw malformed('page', 'has a totalRecords that is not a whole number from 0', { status: 200 });
  }
  const contacts = document['completedContacts'] ?? (total === 0 ? [] : undefined);
  if (!Array.isArray(contacts)) throw malformed('page', 'has no list completedContacts', { status: 200 });
  const objects = contacts.filter(isJsonObject);
  if (objects.length < contacts.length) throw malformed('page', 'holds contacts that are not objects', { status: 200 });
  return { contacts: objects, total, next: nextIn(document['_links']) };
}

const LONGEST_LINK = 8_192;

function nextIn(links: unknown): URLSearchParams | undefined {
  const next = isJsonObject(links) ? links['next'] : undefined;
  if (next === undefined || next === null || next === '') return undefined;
  const base = 'https://cxone.invalid';
  if (typeof next !== 'string' || next.length > LONGEST_LINK || !URL.canParse(next, base)) {
    throw malformed('page', 'has a _links.next that is no address', { status: 200 });
  }
  return new URL(next, base).searchParams;
}

const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const LONG_INTEGER = /^-?\d{16,}$/;

/** As `JSON.parse`, but a whole number of 16 digits and more is a text: as a double it would be another id. */
function parseKeepingIds(body: Uint8Array): unknown {
  if (!isUtf8(body)) return undefined;
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
  const safe = /\d{16}/.test(text)
    ? text.replaceAll(TOKENS, (token) => (LONG_INTEGER.test(token) ? `"${token}"` : token))
    : text;
  try {
    return JSON.parse(safe);
  } catch {
    return undefined;
  }
}
