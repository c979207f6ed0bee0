import type { QueueTotal } from '../../domain/journeys/bridge.js';
import { malformed } from '../http/errors.js';
import { isJsonObject, noJsonObject, type JsonObject } from '../http/json-body.js';
import { digitsIn, numberIn, textIn } from './values.js';

/** The totals by skill of `skills/summary`. Keys in any case, values as numbers or as text. @throws CxoneError */
export function readTotals(body: Uint8Array): { readonly totals: readonly QueueTotal[] } {
  const value = jsonIn(body);
  if (!isJsonObject(value)) throw noJsonObject(body, 'page');
  const document = lowered(isJsonObject(value['resultSet']) ? value['resultSet'] : value);
  const rows = document['skillsummaries'];
  if (!Array.isArray(rows)) throw malformed('page', 'has no list skillSummaries', { status: 200 });
  return { totals: rows.filter(isJsonObject).map(lowered).map(totalOf) };
}

function totalOf(row: JsonObject): QueueTotal {
  const id = digitsIn(row['skillid']);
  const offered = numberIn(row['contactsoffered']);
  if (id === undefined) throw malformed('page', 'has a skillId that is no number', { status: 200 });
  if (typeof offered !== 'number') throw malformed('page', 'has a contactsOffered that is no number', { status: 200 });
  return { id, label: textIn(row['skillname']) ?? null, offered };
}

function lowered(of: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(of).map(([key, value]) => [key.toLowerCase(), value]));
}

function jsonIn(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return undefined;
  }
}
