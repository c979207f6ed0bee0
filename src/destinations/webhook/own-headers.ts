/** Headers that HTTP itself, Standard Webhooks or the product sets: nobody else may. */
const RESERVED = new Set([
  'host',
  'connection',
  'content-length',
  'content-type',
  'content-encoding',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'expect',
  'keep-alive',
  'user-agent',
  'x-aggregator-version',
]);
const RESERVED_PREFIX = /^(webhook|proxy|sec)-/;
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;
/** What every server takes: nothing that ends a line, and no byte that has no one meaning. */
const VALUE = /^[\x21-\x7e](?:[\t\x20-\x7e]{0,8190}[\x21-\x7e])?$/;

/**
 * Headers that a receiver wants beside ours, as they are sent. Throws a `TypeError` whose message names the header and
 * never its value.
 */
export function checkHeaders(
  headers: readonly (readonly [name: string, value: string])[],
): Readonly<Record<string, string>> {
  const taken = new Set<string>();
  for (const [name, value] of headers) {
    const small = name.toLowerCase();
    // It is not repeated: it may be a value in the wrong place.
    if (!NAME.test(name)) throw new TypeError('A header has a name that is not one: letters, digits and "-" only.');
    if (RESERVED.has(small) || RESERVED_PREFIX.test(small)) {
      throw new TypeError(`The header ${name} is reserved: it is set with every delivery; leave it out.`);
    }
    if (taken.has(small)) throw new TypeError(`The header ${name} is given twice; keep one of them.`);
    if (!VALUE.test(value)) {
      throw new TypeError(`The header ${name} must have one line of printable ASCII without blanks around it.`);
    }
    taken.add(small);
  }
  return Object.fromEntries(headers);
}

/**
 * Reads a file of headers: a JSON object, or lines like `Authorization: Bearer …`. Throws a `TypeError` that repeats
 * nothing of it.
 */
export function parseHeaders(text: string): readonly (readonly [name: string, value: string])[] {
  if (text.trimStart().startsWith('{')) return fromJson(text);
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  return lines.map((line) => {
    const [, name, value] = /^([^:\s]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) return [name, value];
    throw new TypeError('A line of headersFile must be like "Authorization: Bearer …".');
  });
}

function fromJson(text: string): readonly (readonly [name: string, value: string])[] {
  // A `SyntaxError` is left to the caller, who says nothing of its text.
  const parsed: unknown = JSON.parse(text);
  const entries: [string, unknown][] = typeof parsed === 'object' && parsed !== null ? Object.entries(parsed) : [];
  if (entries.every((entry): entry is [string, string] => typeof entry[1] === 'string')) return entries;
  throw new TypeError('headersFile must have a text for each header, like {"Authorization": "Bearer …"}.');
}
