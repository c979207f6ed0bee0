import canonicalize from 'canonicalize';

/** Canonical JSON (RFC 8785): the same value is the same text, whatever the order of its keys. `undefined` members are dropped. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('only JSON values have a canonical form');
  return text;
}
