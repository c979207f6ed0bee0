import type { QualityWarning } from '../contract/result/result.js';

/** What the values of a field are. A whole number is a number like any other; null says nothing. */
type FieldType = 'number' | 'text' | 'boolean' | 'json';

interface FieldShape {
  readonly types: readonly FieldType[];
  /** Every row has it; null counts. */
  readonly always: boolean;
}

/** Fields of the rows of a series, by name. */
export type RowShape = Readonly<Record<string, FieldShape>>;

export interface SchemaChange {
  readonly field: string;
  readonly change: 'new' | 'gone' | 'type';
  /** Rows concerned. */
  readonly count: number;
  readonly message: string;
}

/** The rows of one run. */
export interface FoundShape {
  readonly rows: number;
  readonly fields: ReadonlyMap<string, { readonly rows: number; readonly types: readonly FieldType[] }>;
}

/**
 * What is different from what was remembered: a field that is new, one that every row had and none has any more, and one
 * whose values are of a type that they never were. Nothing else: null, a field that only some rows have, decimals among
 * whole numbers. Rows that are not there say nothing.
 */
export function schemaChanges(known: RowShape, { rows, fields }: FoundShape): readonly SchemaChange[] {
  if (rows === 0) return [];
  const found = [...fields].flatMap(([field, { rows: count, types }]): SchemaChange[] => {
    const before = shapeIn(known, field);
    if (types.length === 0) return [];
    const said = types.join(' and ');
    if (before === undefined)
      return [{ field, change: 'new', count, message: `the field "${field}" is new (${said})` }];
    if (types.every((type) => before.types.includes(type))) return [];
    const message = `the field "${field}" was ${before.types.join(' and ')} and is now ${said}`;
    return [{ field, change: 'type', count, message }];
  });
  const gone = Object.entries(known)
    .filter(([field, { always }]) => always && !fields.has(field))
    .map(([field]): SchemaChange => {
      return { field, change: 'gone', count: rows, message: `the field "${field}" is gone: every row had it` };
    });
  return [...found, ...gone].sort((one, other) => (one.field < other.field ? -1 : 1));
}

/**
 * What is remembered from now on. Types that come beside known ones are added, so that a mixture is told once; types that
 * come in their place replace them, so that the way back is told, too.
 */
export function remembered(known: RowShape | null, { rows, fields }: FoundShape): RowShape {
  if (rows === 0) return known ?? {};
  const shape = new Map<string, FieldShape>(
    Object.entries(known ?? {}).filter(([field, { always }]) => !always || fields.has(field)),
  );
  for (const [field, before] of shape) if (!fields.has(field)) shape.set(field, { ...before, always: false });
  for (const [field, { rows: having, types }] of fields) {
    const before = shape.get(field);
    if (before === undefined && types.length === 0) continue;
    const always = having === rows && (before?.always ?? true);
    const isBeside = before?.types.some((type) => types.includes(type)) ?? false;
    const all = isBeside || types.length === 0 ? [...new Set([...(before?.types ?? []), ...types])].sort() : types;
    shape.set(field, { types: all, always });
  }
  // `fromEntries` makes a field of every name, `__proto__` among them.
  return Object.fromEntries([...shape].sort(([one], [other]) => (one < other ? -1 : 1)));
}

export function schemaWarnings(changes: readonly SchemaChange[]): readonly QualityWarning[] {
  return changes.map(({ field, count, message }) => ({ kind: 'schema-changed', key: field, count, message }));
}

function shapeIn(known: RowShape, field: string): FieldShape | undefined {
  return Object.hasOwn(known, field) ? known[field] : undefined;
}
