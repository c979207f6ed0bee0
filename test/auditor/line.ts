/** The evidence is missing, broken, or not what was agreed: nothing can be said about the product. Names file and line. */
export class EvidenceError extends Error {
  override readonly name = 'EvidenceError';
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** What a field must be, and how a person would call that. */
export interface Kind<T> {
  readonly called: string;
  readonly is: (value: unknown) => value is T;
}

export const TEXT: Kind<string> = { called: 'a string', is: (value) => typeof value === 'string' };
export const FLAG: Kind<boolean> = { called: 'true or false', is: (value) => typeof value === 'boolean' };
export const NUMBER: Kind<number> = { called: 'a number', is: (value): value is number => Number.isFinite(value) };
export const WHOLE: Kind<number> = {
  called: 'a whole number',
  is: (value): value is number => Number.isSafeInteger(value),
};
export const OBJECT: Kind<JsonObject> = {
  called: 'an object',
  is: (value): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value),
};
export const OBJECTS: Kind<readonly JsonObject[]> = {
  called: 'a list of objects',
  is: (value): value is readonly JsonObject[] => Array.isArray(value) && value.every(OBJECT.is),
};
export const TEXTS: Kind<readonly string[]> = {
  called: 'a list of strings',
  is: (value): value is readonly string[] => Array.isArray(value) && value.every(TEXT.is),
};

export function oneOf<const T extends string>(...words: readonly T[]): Kind<T> {
  const known: readonly unknown[] = words;
  return { called: `one of ${words.join(', ')}`, is: (value): value is T => known.includes(value) };
}

/** An object of the evidence, read field by field. Every method throws an {@link EvidenceError} that names its place. */
export class Line {
  /** @param place for people, e.g. `cxone.ndjson:17` */
  constructor(
    readonly place: string,
    readonly value: JsonObject,
  ) {}

  static of(place: string, value: unknown): Line {
    if (!OBJECT.is(value)) throw new EvidenceError(`${place}: not an object`);
    return new Line(place, value);
  }

  must<T>(key: string, kind: Kind<T>): T {
    const value = this.value[key];
    if (kind.is(value)) return value;
    throw new EvidenceError(`${this.place}: "${key}" is not ${kind.called}`);
  }

  /** Undefined where the field is absent or null. */
  may<T>(key: string, kind: Kind<T>): T | undefined {
    const value = this.value[key];
    return value === undefined || value === null ? undefined : this.must(key, kind);
  }

  /** Milliseconds since the epoch, of an ISO 8601 instant. */
  instant(key: string): number {
    const ms = Date.parse(this.must(key, TEXT));
    if (Number.isNaN(ms)) throw new EvidenceError(`${this.place}: "${key}" is not an instant`);
    return ms;
  }

  within(key: string): Line {
    return new Line(`${this.place}, ${key}`, this.must(key, OBJECT));
  }
}
