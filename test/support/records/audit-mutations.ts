import { MIRRORS } from '../../../src/records/audit/audit-entry.js';

/** A whole number from 0 to below. */
export type Draw = (below: number) => number;

export interface Mutation {
  readonly kind: 'edit' | 'column' | 'delete' | 'insert' | 'swap' | 'cut' | 'resealed';
  /** Each must touch or find a row, or nothing was changed. */
  readonly statements: readonly string[];
  /** The entry that is to be named. */
  readonly firstBad: number;
  /** Without a checkpoint nobody could see it. */
  readonly needsCheckpoint?: boolean;
}

/** One way to spoil a trail of so many entries, numbered from 1, without constraints, and with its like in the table `kept`. */
export function mutationOf(draw: Draw, entries: number): Mutation {
  const mutations = [edit, column, column, column, remove, insert, swap, cut, resealed];
  const mutate = mutations[draw(mutations.length)] ?? edit;
  return mutate(draw, entries);
}

const anyOf = (draw: Draw, entries: number): number => 1 + draw(entries);

/** One character of the text: another, one more, one less. */
function edit(draw: Draw, entries: number): Mutation {
  const seq = anyOf(draw, entries);
  const at = 1 + draw(450);
  const char = String.fromCharCode(97 + draw(26));
  const texts = [
    `overlay(entry PLACING '${char}' FROM ${at})`,
    `overlay(entry PLACING '${char}' FROM ${at} FOR 0)`,
    `overlay(entry PLACING '' FROM ${at} FOR 1)`,
  ];
  return { kind: 'edit', statements: setTo(seq, 'entry', pick(draw, texts)), firstBad: seq };
}

/** By the column's type, values that are near the true one, far from it, or special. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  instant: [
    ...[`'infinity'`, `'-infinity'`, 'NULL', `'2026-11-09T06:00:00Z'`, `@ + interval '1 microsecond'`],
    ...[
      `@ - interval '100 years'`,
      `(to_char(@ AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') || ' UTC BC')::timestamptz`,
    ],
  ],
  number: ['@ + 1', '-@', '@ * 10', '0', 'NULL'],
  bigint: ['9007199254740993', '9223372036854775807'],
  float: ['@ + 1e-9', `'NaN'`, `'Infinity'`, `'-Infinity'`, `'1e308'`],
  json: [
    ...['NULL', `'null'`, `'{}'`, `'[]'`, `'"x"'`, `@ || '{"kept": 1}'`, `@ - 'kept'`, `@ || '{"more": null}'`],
    ...[`jsonb_set(@, '{kept}', '4938.00000000000000000001')`, `jsonb_set(@, '{kept}', '1e400')`],
  ],
  text: [`@ || ' '`, `upper(@)`, `''`, `reverse(@)`, 'NULL', `@ || U&'\\200B'`, `'x'`],
};

const TYPES: Readonly<Record<string, readonly string[]>> = {
  latency_ms: ['number', 'float'],
  accuracy_rate: ['number', 'float'],
  rows_processed: ['number', 'bigint'],
  revision: ['number'],
  recorded_at: ['instant'],
  timestamp: ['instant'],
  window_from: ['instant'],
  window_to: ['instant'],
  rows: ['json'],
  delivery: ['json'],
  deliveries: ['json'],
};

const COLUMNS = [...MIRRORS.map(({ name }) => name).filter((name) => name !== 'seq'), 'prev_hash', 'hash'];

function column(draw: Draw, entries: number): Mutation {
  const seq = anyOf(draw, entries);
  const name = pick(draw, COLUMNS);
  const values = (TYPES[name] ?? ['text']).flatMap((type) => VALUES[type] ?? []);
  return { kind: 'column', statements: setTo(seq, name, pick(draw, values).replaceAll('@', name)), firstBad: seq };
}

function remove(draw: Draw, entries: number): Mutation {
  const seq = anyOf(draw, entries - 1);
  const closeUp = `UPDATE audit SET seq = seq - 1 WHERE seq > ${seq}`;
  const statements = [`DELETE FROM audit WHERE seq = ${seq}`, ...(draw(2) === 0 ? [closeUp] : [])];
  return { kind: 'delete', statements, firstBad: seq };
}

/** A copy of some entry: at the end, between two others, or under a number that is taken. */
function insert(draw: Draw, entries: number): Mutation {
  const of = anyOf(draw, entries);
  const at = anyOf(draw, entries + 1);
  const copied = ['entry', ...COLUMNS].join(', ');
  const copy = (seq: number): string =>
    `INSERT INTO audit (seq, ${copied}) SELECT ${seq}, ${copied} FROM kept WHERE seq = ${of}`;
  if (draw(3) === 0) return { kind: 'insert', statements: [copy(of)], firstBad: of + 1 };
  const makeRoom = `UPDATE audit SET seq = seq + 1 WHERE seq >= ${at}`;
  // At its own place the copy is what belongs there, and the original behind it is too many.
  const firstBad = of === at ? at + 1 : at;
  return { kind: 'insert', statements: [...(at <= entries ? [makeRoom] : []), copy(at)], firstBad };
}

function swap(draw: Draw, entries: number): Mutation {
  const first = anyOf(draw, entries - 1);
  const second = first + 1 + draw(entries - first);
  const swapped = `UPDATE audit SET seq = ${first + second} - seq WHERE seq IN (${first}, ${second})`;
  return { kind: 'swap', statements: [swapped], firstBad: first };
}

function cut(draw: Draw, entries: number): Mutation {
  const kept = draw(entries);
  return {
    kind: 'cut',
    statements: [`DELETE FROM audit WHERE seq > ${kept}`],
    firstBad: kept + 1,
    needsCheckpoint: true,
  };
}

/** An edit in text and column, with the hash to match. What follows gives it away; after the last entry, the checkpoint. */
function resealed(draw: Draw, entries: number): Mutation {
  const seq = anyOf(draw, entries);
  const forge = `UPDATE audit SET requester = 'x', entry = replace(entry, '"requester":"Ida"', '"requester":"x"') WHERE seq = ${seq}`;
  const seal = `UPDATE audit SET hash = encode(sha256(convert_to(prev_hash || E'\\n' || entry, 'UTF8')), 'hex') WHERE seq = ${seq}`;
  const isLast = seq === entries;
  return {
    kind: 'resealed',
    statements: [forge, seal],
    firstBad: isLast ? seq : seq + 1,
    needsCheckpoint: isLast,
  };
}

/** The second statement finds the row when it is another now. */
function setTo(seq: number, name: string, value: string): readonly string[] {
  return [
    `UPDATE audit SET ${name} = ${value} WHERE seq = ${seq}`,
    `SELECT FROM audit JOIN kept USING (seq) WHERE seq = ${seq} AND audit.${name}::text IS DISTINCT FROM kept.${name}::text`,
  ];
}

function pick<T>(draw: Draw, from: readonly [T, ...T[]] | readonly T[]): T {
  const picked = from[draw(from.length)];
  if (picked === undefined) throw new Error('there is nothing to pick from');
  return picked;
}
