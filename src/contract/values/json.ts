import canonicalize from 'canonicalize';
import type { RequestProblem } from '../failures.js';

/** Canonical JSON (RFC 8785): the same value is the same text, whatever the order of its keys. `undefined` members are dropped. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('only JSON values have a canonical form');
  return text;
}

const DEPTH_MOST = 32;
const LONE_SURROGATE = /\p{Surrogate}/u;
/** What decoders put in place of bytes that they cannot read: two texts would become one. */
const REPLACEMENT = '\uFFFD';

/** Whole numbers beyond this share a double with their neighbours, and so may have been another number. */
function isHeld(value: number): boolean {
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
}

/**
 * Rejects JSON that is unsafe to process: nested too deeply (or within itself) for recursive code, or with lone
 * surrogates, which have no canonical form, or changed already by a double or a decoder. Does not recurse.
 */
export function unusableJson(input: unknown): RequestProblem | undefined {
  const open: { readonly value: unknown; readonly depth: number; readonly path: string }[] = [
    { value: input, depth: 0, path: '' },
  ];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, depth, path } = next;
    if (typeof value === 'number' && !isHeld(value)) {
      return { path, message: 'is a number with more digits than can be held: write it as text, in quotes' };
    }
    if (typeof value === 'string' && value.includes(REPLACEMENT)) {
      return { path, message: 'contains U+FFFD, which stands for bytes that were not UTF-8: send the text as UTF-8' };
    }
    if (typeof value === 'string' && LONE_SURROGATE.test(value)) {
      return { path: '', message: 'contains invalid Unicode: half of a surrogate pair' };
    }
    if (typeof value !== 'object' || value === null) continue;
    if (depth === DEPTH_MOST) return { path: '', message: `is nested more than ${DEPTH_MOST} levels deep` };
    for (const [key, member] of Object.entries(value)) {
      const at = path === '' ? key : `${path}.${key}`;
      open.push({ value: key, depth, path }, { value: member, depth: depth + 1, path: at });
    }
  }
  return undefined;
}

/** Whether a value is one that JSON can have. Does not recurse. */
export function isJson(input: unknown): boolean {
  const open: unknown[] = [input];
  while (open.length > 0) {
    const value = open.pop();
    if (value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)) continue;
    if (typeof value !== 'object') return false;
    const prototype: unknown = Object.getPrototypeOf(value);
    if (!Array.isArray(value) && prototype !== null && Object.getPrototypeOf(prototype) !== null) return false;
    for (const member of Object.values(value)) open.push(member);
  }
  return true;
}
