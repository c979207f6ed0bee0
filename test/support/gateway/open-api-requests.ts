import fc from 'fast-check';
import type { JsonSchema, Operation, Parameter } from './open-api.js';

/** A request as it is sent; the path has its parameters and its query filled in. */
export interface AnyRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** Values that are likelier to get somewhere than those that chance makes, by the name of the parameter. */
export type Known = Readonly<Record<string, readonly string[]>>;

/** Texts that have broken other servers: separators, escapes, names of JavaScript’s, what databases refuse, length. */
export const NASTY_TEXTS = [
  '',
  ' ',
  '.',
  '..',
  '../../etc/passwd',
  '..%2f..%2fetc%2fpasswd',
  '%',
  '%00',
  '\u0000',
  '\r\nX-Injected: 1',
  '__proto__',
  'constructor',
  'toString',
  'null',
  'NaN',
  '-1',
  '1e9',
  '9'.repeat(40),
  "' OR 1=1 --",
  '${7*7}',
  '\ud800',
  '💥',
  'a/b',
  'a?b#c',
  'x'.repeat(300),
] as const;

/** Requests to an operation: mostly as documented, with something wrong in some. */
export function requestsOf(operation: Operation, known: Known, bodies: readonly unknown[]): fc.Arbitrary<AnyRequest> {
  const { method, path, parameters, body } = operation;
  const given = fc.tuple(...parameters.map((parameter) => valueOf(parameter, known)));
  const sent = body === undefined ? fc.constant(undefined) : bodyOf(body, bodies);
  return fc.tuple(given, sent).map(([values, json]) => {
    const places = {
      path: new Map<string, string>(),
      query: new URLSearchParams(),
      header: {} as Record<string, string>,
    };
    for (const [index, { name, in: place }] of parameters.entries()) {
      const value = values[index];
      if (value === undefined) continue;
      if (place === 'path') places.path.set(name, value);
      else if (place === 'query') places.query.append(name, value);
      else places.header[name] = value;
    }
    const filled = path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => encodeLoosely(places.path.get(name) ?? ''));
    const query = places.query.toString();
    return {
      method,
      target: query === '' ? filled : `${filled}?${query}`,
      headers: places.header,
      ...(json !== undefined && { body: json }),
    };
  });
}

/** A lone surrogate has no encoding; as a question mark it is a text like others. */
function encodeLoosely(text: string): string {
  return encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, '?'));
}

function valueOf({ name, in: place, required, schema }: Parameter, known: Known): fc.Arbitrary<string | undefined> {
  const likely = known[name] ?? [];
  const made = valuesOf(schema).map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
  const some = fc.oneof(
    ...(likely.length > 0 ? [{ weight: 6, arbitrary: fc.constantFrom(...likely) }] : []),
    { weight: 3, arbitrary: made },
    { weight: 1, arbitrary: fc.constantFrom(...NASTY_TEXTS) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
  );
  // A header is bytes of printable Latin; the raw ones are a matter of the hostile tests.
  const fitting = place === 'header' ? some.map((text) => text.replaceAll(/[^\x20-\x7e]/g, '?').trim()) : some;
  if (place === 'path') return fitting;
  // Of many optional parameters most are absent, or one of them would spoil nearly every request.
  return fc.oneof(
    { weight: required ? 9 : 2, arbitrary: fitting },
    { weight: required ? 1 : 3, arbitrary: fc.constant(undefined) },
  );
}

function bodyOf(schema: JsonSchema, bodies: readonly unknown[]): fc.Arbitrary<unknown> {
  const example = fc.constantFrom(...bodies);
  return fc.oneof(
    { weight: 4, arbitrary: example },
    { weight: 4, arbitrary: example.chain(withOneChange) },
    { weight: 3, arbitrary: valuesOf(schema) },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  );
}

/** The value with a value of chance somewhere inside, or with one more key. */
function withOneChange(value: unknown): fc.Arbitrary<unknown> {
  const anything = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(...NASTY_TEXTS));
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    return fc.oneof(
      anything,
      fc.tuple(fc.nat(items.length), anything).map(([at, item]) => items.toSpliced(at, 1, item)),
    );
  }
  if (typeof value !== 'object' || value === null) return anything;
  const entries: readonly (readonly [string, unknown])[] = Object.entries(value);
  const added = fc.tuple(fc.constantFrom(...NASTY_TEXTS, ...entries.map(([key]) => key)), anything);
  return fc.oneof(
    ...entries.map(([key, inner]) => withOneChange(inner).map((changed) => ({ ...value, [key]: changed }))),
    added.map(([key, changed]) => Object.fromEntries([...entries, [key, changed]])),
    anything,
  );
}

/** Values that a JSON schema describes, as far as our schemas go, and some that it does not. */
function valuesOf(root: JsonSchema): fc.Arbitrary<unknown> {
  const { $defs = {} } = root as { readonly $defs?: Readonly<Record<string, JsonSchema>> };
  return described(root, $defs, 0);
}

const DEEPEST = 5;

function described(
  schema: JsonSchema,
  $defs: Readonly<Record<string, JsonSchema>>,
  depth: number,
): fc.Arbitrary<unknown> {
  if (depth > DEEPEST) return fc.constant(null);
  const inner = (next: unknown): fc.Arbitrary<unknown> =>
    typeof next === 'object' && next !== null ? described(next as JsonSchema, $defs, depth + 1) : fc.jsonValue();
  const { $ref, type } = schema;
  if (typeof $ref === 'string') return inner($defs[$ref.replace('#/$defs/', '')]);
  const choices = [schema['anyOf'], schema['oneOf']].find(Array.isArray) as readonly unknown[] | undefined;
  if (choices !== undefined) return fc.oneof(...choices.map(inner));
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as readonly unknown[]));
  if ('const' in schema) return fc.constant(schema['const']);
  if (type === 'object') return objectsOf(schema, inner);
  if (type === 'array') return fc.array(inner(schema['items']), { maxLength: 4 });
  if (type === 'integer' || type === 'number') return numbersOf(schema);
  if (type === 'boolean') return fc.boolean();
  if (type === 'string') return textsOf(schema);
  return fc.jsonValue({ maxDepth: 2 });
}

function objectsOf(schema: JsonSchema, inner: (next: unknown) => fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const {
    properties = {},
    required = [],
    additionalProperties,
  } = schema as {
    readonly properties?: Readonly<Record<string, unknown>>;
    readonly required?: readonly string[];
    readonly additionalProperties?: unknown;
  };
  const known = Object.fromEntries(Object.entries(properties).map(([name, next]) => [name, inner(next)]));
  if (Object.keys(known).length > 0) return fc.record(known, { requiredKeys: [...required] });
  return fc.dictionary(fc.string({ maxLength: 8 }), inner(additionalProperties), { maxKeys: 3 });
}

function numbersOf({ minimum, maximum }: JsonSchema): fc.Arbitrary<unknown> {
  const [min, max] = [typeof minimum === 'number' ? minimum : -1e9, typeof maximum === 'number' ? maximum : 1e9];
  const beyond = fc.constantFrom(min - 1, max + 1, 0.5, -0, Number.MAX_SAFE_INTEGER, 1e308);
  return fc.oneof({ weight: 4, arbitrary: fc.integer({ min, max }) }, { weight: 1, arbitrary: beyond });
}

function textsOf({ pattern, maxLength = 40 }: JsonSchema): fc.Arbitrary<unknown> {
  const size = { maxLength: typeof maxLength === 'number' ? Math.min(maxLength, 200) : 40 };
  const fitting = typeof pattern === 'string' ? fc.stringMatching(new RegExp(pattern)) : fc.string(size);
  return fc.oneof({ weight: 4, arbitrary: fitting }, { weight: 1, arbitrary: fc.constantFrom(...NASTY_TEXTS) });
}
