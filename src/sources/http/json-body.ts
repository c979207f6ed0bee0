import { isUtf8 } from 'node:buffer';
import { malformed, type CxoneError, type Operation } from './errors.js';

export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The JSON object that a 200 must carry. */
export function parseJsonObject(body: Uint8Array, operation: Operation): JsonObject {
  const value = parseJson(body);
  if (isJsonObject(value)) return value;
  throw noJsonObject(body, operation);
}

/** Says what a body is that should have been a JSON object. Never quotes it, nor the parser that quotes it. */
export function noJsonObject(body: Uint8Array, operation: Operation): CxoneError {
  const facts = { bytes: body.byteLength };
  return malformed(operation, describe(parseJson(body), body), { status: 200, facts });
}

function describe(value: unknown, body: Uint8Array): string {
  if (value !== undefined) return 'is JSON, but not an object';
  if (!isUtf8(body)) return 'is not UTF-8 text';
  if (/^\s*</.test(Buffer.from(body.subarray(0, 256)).toString())) {
    return 'is HTML or XML, not JSON; check the base URL and any proxy in front of it';
  }
  return 'is not complete JSON';
}

/** Undefined for what is not JSON in UTF-8. */
export function parseJson(body: Uint8Array): unknown {
  if (!isUtf8(body)) return undefined;
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'));
  } catch {
    return undefined;
  }
}

const REASON_KEYS = [
  ...['message', 'error_description', 'error', 'errorMessage', 'error_message', 'errorDescription', 'description'],
  ...['faultstring', 'reason', 'detail', 'details', 'title', 'errorCode', 'code'],
];
/** Where an error may be written out. */
const ERROR_KEYS = ['error', 'errors', 'fault', 'Error', 'Errors'];
const REASON_LENGTH = 200;

/**
 * What the source says against a request, for a person: the first text under a key that APIs use for it, without control
 * characters, at most 200 characters. It is untrusted and is only ever shown. Undefined when there is none.
 */
export function upstreamReason(body: Uint8Array): string | undefined {
  const value = parseJson(body);
  if (!isJsonObject(value)) return undefined;
  return reasonIn([value, ...ERROR_KEYS.map((key) => value[key])]);
}

/** The sentence of the error object that a 200 holds; undefined where it holds none. */
export function errorIn(document: JsonObject): string | undefined {
  const errors = ERROR_KEYS.map((key) => document[key]).filter(isError);
  if (errors.length === 0) return undefined;
  return reasonIn([...errors, document]) ?? 'an error without a message';
}

/** `null`, `false`, `0`, an empty text, list or object say that there is no error. */
function isError(value: unknown): boolean {
  if (typeof value === 'string') return !/^\s*(|none|null|false|0|no)\s*$/i.test(value);
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}

/** The first sentence among texts, objects and lists of these. */
function reasonIn(places: readonly unknown[]): string | undefined {
  const first = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value);
  for (const place of places.map(first)) {
    const texts = isJsonObject(place) ? REASON_KEYS.map((key) => place[key]) : [place];
    const text = texts.find((said) => typeof said === 'string' && said.trim() !== '');
    if (typeof text === 'string') return printable(text);
  }
  return undefined;
}

/** Without control characters, at most 200 characters. */
export function printable(text: string): string {
  const plain = text.replaceAll(/[\p{C}\p{Z}]+/gu, ' ').trim();
  return Array.from(plain).slice(0, REASON_LENGTH).join('');
}
