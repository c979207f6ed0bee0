import { z } from 'zod';
import { FIELD_TYPES } from '../../pages/columns.js';
import { DIGEST_WORDS, KEY_WORDS, type DigestedColumns } from '../../pages/row-digests.js';
import type { PageKeys } from '../../pages/rows-scan.js';

/** Raised when the layout changes, or when a scan comes to say something else: older sidecars are then not read. */
const SIDECAR_VERSION = 4;

/** Written in the machine's own order of bytes, as the arrays are: a machine of the other order reads another number. */
const MAGIC = 0x6c6f634a;
const PREFIX_BYTES = 8;

/** The arrays begin where a double may. */
const ALIGNMENT = 8;

const header = z.strictObject({
  version: z.literal(SIDECAR_VERSION),
  rows: z.int().min(0),
  unstorable: z.int().min(0),
  metrics: z.array(z.string()),
  texts: z.array(z.strictObject({ key: z.string(), texts: z.array(z.string()) })),
  others: z.array(z.string()),
  fields: z.array(z.strictObject({ name: z.string(), rows: z.int().min(0), types: z.array(z.enum(FIELD_TYPES)) })),
});

type Header = z.output<typeof header>;

/**
 * The columns of a page as bytes: a magic number, the length of a header, the header (JSON: which keys, and the
 * distinct texts), then the arrays, those of the widest elements first. The same columns are the same bytes.
 */
export function sidecarBytes({
  rows,
  starts,
  ends,
  digests,
  contents,
  keys,
  unstorable,
  ...columns
}: DigestedColumns): Uint8Array {
  const json = JSON.stringify({
    version: SIDECAR_VERSION,
    rows,
    unstorable,
    metrics: [...columns.metrics.keys()],
    texts: [...columns.texts].map(([key, { texts }]) => ({ key, texts })),
    others: [...columns.others.keys()],
    fields: [...columns.fields].map(([name, { rows: having, types }]) => ({ name, rows: having, types })),
  });
  const headerBytes = Math.ceil(Buffer.byteLength(json) / ALIGNMENT) * ALIGNMENT;
  const [metrics, texts, others] = [
    [...columns.metrics.values()],
    [...columns.texts.values()],
    [...columns.others.values()],
  ] as const;
  return Buffer.concat(
    [
      Uint32Array.of(MAGIC, headerBytes),
      Buffer.alloc(headerBytes, ' ').fill(json, 0, Buffer.byteLength(json)),
      ...metrics.map(({ values }) => values),
      starts,
      ends,
      digests,
      contents,
      keys,
      ...texts.map(({ indexes }) => indexes),
      ...others.flatMap((cells) => [cells.starts, cells.ends]),
      ...[...metrics, ...texts, ...others].map(({ kinds }) => kinds),
    ].map((array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength)),
  );
}

/**
 * The columns that {@link sidecarBytes} was given, as views of the bytes. Undefined for whatever is not a sidecar of
 * this version and this kind of machine, with this many rows and these keys: then the page itself must be scanned.
 */
export function parseSidecar(sidecar: Uint8Array, rows: number, keys: PageKeys): DigestedColumns | undefined {
  const bytes = sidecar.byteOffset % ALIGNMENT === 0 ? sidecar : sidecar.slice();
  if (bytes.byteLength < PREFIX_BYTES) return undefined;
  const [magic, headerBytes = 0] = new Uint32Array(bytes.buffer, bytes.byteOffset, 2);
  if (magic !== MAGIC || headerBytes % ALIGNMENT !== 0) return undefined;
  const found = headerOf(bytes.subarray(PREFIX_BYTES, PREFIX_BYTES + headerBytes));
  if (found?.rows !== rows || !hasKeys(found, keys)) return undefined;
  const arrays = new ArraysReader(bytes, PREFIX_BYTES + headerBytes, rows);
  return arrays.bytesLeft === rows * bytesPerRow(found) ? columnsOf(found, arrays) : undefined;
}

/** Takes the arrays in the order in which they were written; the caller has seen that they are all there. */
function columnsOf({ rows, unstorable, fields, ...keys }: Header, arrays: ArraysReader): DigestedColumns {
  const metrics = keys.metrics.map((key) => ({ key, values: arrays.doubles() }));
  const [starts, ends] = [arrays.words(), arrays.words()];
  const [digests, contents] = [arrays.words(DIGEST_WORDS), arrays.words(DIGEST_WORDS)];
  const rowKeys = arrays.words(KEY_WORDS);
  const texts = keys.texts.map((text) => ({ ...text, indexes: arrays.words() }));
  const others = keys.others.map((key) => ({ key, starts: arrays.words(), ends: arrays.words() }));
  const withKinds = <C extends { key: string }>({
    key,
    ...cells
  }: C): [string, Omit<C, 'key'> & { kinds: Uint8Array }] => [key, { ...cells, kinds: arrays.bytes() }];
  return {
    rows,
    starts,
    ends,
    digests,
    contents,
    keys: rowKeys,
    unstorable,
    metrics: new Map(metrics.map(withKinds)),
    texts: new Map(texts.map(withKinds)),
    others: new Map(others.map(withKinds)),
    fields: new Map(fields.map(({ name, ...cells }) => [name, cells])),
  };
}

function bytesPerRow({ metrics, texts, others }: Header): number {
  return (
    8 + 4 * (2 * DIGEST_WORDS + KEY_WORDS) + metrics.length * (8 + 1) + texts.length * (4 + 1) + others.length * (8 + 1)
  );
}

function hasKeys(found: Header, { metrics, texts, others }: PageKeys): boolean {
  return (
    metrics.every((key) => found.metrics.includes(key)) &&
    texts.every((key) => found.texts.some((text) => text.key === key)) &&
    others.every((key) => found.others.includes(key))
  );
}

function headerOf(json: Uint8Array): Header | undefined {
  try {
    return header.safeParse(JSON.parse(Buffer.from(json).toString())).data;
  } catch {
    return undefined;
  }
}

/** Takes arrays off the front, one after the other. */
class ArraysReader {
  readonly #bytes: Uint8Array;
  readonly #rows: number;
  #at: number;

  constructor(bytes: Uint8Array, at: number, rows: number) {
    this.#bytes = bytes;
    this.#at = at;
    this.#rows = rows;
  }

  get bytesLeft(): number {
    return this.#bytes.byteLength - this.#at;
  }

  doubles(): Float64Array {
    return new Float64Array(this.#bytes.buffer, this.#take(8), this.#rows);
  }

  words(perRow = 1): Uint32Array {
    return new Uint32Array(this.#bytes.buffer, this.#take(4 * perRow), this.#rows * perRow);
  }

  bytes(): Uint8Array {
    return new Uint8Array(this.#bytes.buffer, this.#take(1), this.#rows);
  }

  #take(bytesPerRow: number): number {
    const at = this.#bytes.byteOffset + this.#at;
    this.#at += this.#rows * bytesPerRow;
    return at;
  }
}
