import { hash } from 'node:crypto';
import type { DatasetStore, LedgerPart } from '../../ports/index.js';
import { canonicalDecimal } from '../../domain/decimal.js';
import { DatasetError } from '../store/dataset-error.js';
import { eachField } from './row-fields.js';
import { openDeliveredExport, payloadHead } from './delivered-rows.js';

/** Of the rows of a payload. A payload does not say what its source calls it: another name is compared like a field. */
const DATE_KEY = 'date';

/** Rows of a revision that are compared at most: what is remembered of each is two digests, about 200 bytes. */
export const COMPARED_ROWS_MOST = 1_000_000;

/** What a revision says of its rows. Null until its bytes are fixed. */
type Parts = readonly Pick<LedgerPart, 'body' | 'rows'>[] | null;

/**
 * How the rows of a revision differ from those of another one. Two rows are about the same when they agree in `key`, and
 * the same when their metrics agree, too: by value, so that 0.50 is 0.5. A field that nobody asked for counts only where
 * nothing else differs. Several rows with one key are counted, not paired.
 */
export type RowChanges =
  | {
      readonly compared: true;
      readonly added: number;
      readonly removed: number;
      readonly changed: number;
      readonly same: number;
      /** Date and dimensions. */
      readonly key: readonly string[];
      /** Only fields that nobody asked for differ: they are what is counted. */
      readonly beside: boolean;
      /** At least one of the two is a sample: a row that was sampled in one and not in the other counts as well. */
      readonly sampled: boolean;
    }
  | { readonly compared: false; readonly reason: NotCompared };

/** `expired`: bytes were deleted. `damaged`: they are not those that were stored. `unmade`: a run has not got that far. */
export type NotCompared = 'expired' | 'damaged' | 'unmade' | 'too-many-rows';

/** Compares the rows of two revisions of one delivery, by the bytes that were or will be sent. Throws `DatasetError` `unavailable`. */
export async function compareRows(
  store: Pick<DatasetStore, 'get'>,
  { before, after }: { readonly before: Parts; readonly after: Parts },
  signal: AbortSignal,
  mostRows = COMPARED_ROWS_MOST,
): Promise<RowChanges> {
  if (!before || !after) return { compared: false, reason: 'unmade' };
  if ([before, after].some((parts) => rowsOf(parts) > mostRows)) return { compared: false, reason: 'too-many-rows' };
  try {
    return await compared(store, before, after, signal);
  } catch (error) {
    if (!(error instanceof DatasetError)) throw error;
    if (error.fault === 'expired') return { compared: false, reason: 'expired' };
    if (error.fault === 'corrupt') return { compared: false, reason: 'damaged' };
    throw error;
  }
}

async function compared(
  store: Pick<DatasetStore, 'get'>,
  before: NonNullable<Parts>,
  after: NonNullable<Parts>,
  signal: AbortSignal,
): Promise<RowChanges> {
  const [old, recent] = [await payloadHead(store, before, signal), await payloadHead(store, after, signal)];
  const { metrics, dimensions } = recent.report;
  const key = [DATE_KEY, ...dimensions];
  const count = async (isCounted: (name: string) => boolean): Promise<Differences> => {
    const surplus = new RowSurplus({ key, metrics, isCounted });
    for (const part of before) for (const row of await rowsIn(store, part, signal)) surplus.add(row, -1);
    for (const part of after) for (const row of await rowsIn(store, part, signal)) surplus.add(row, 1);
    return surplus.differences();
  };
  const asked = await count((name) => metrics.includes(name));
  const beside = asked.added + asked.removed + asked.changed === 0;
  const differences = beside ? await count(() => true) : asked;
  return {
    compared: true,
    ...differences,
    same: rowsOf(after) - differences.added - differences.changed,
    key,
    beside: beside && differences.changed > 0,
    sampled: old.summary.isSample || recent.summary.isSample,
  };
}

interface Differences {
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
}

/** Of each row, how many more there are after than before; what evens out is forgotten. */
class RowSurplus {
  readonly #surplus = new Map<string, number>();
  readonly #compared: Compared;

  constructor(compared: Compared) {
    this.#compared = compared;
  }

  add(row: string, count: 1 | -1): void {
    const [key, content] = textsOf(row, this.#compared);
    const digests = Buffer.concat([digest(key), digest(content)]).toString('latin1');
    const sum = (this.#surplus.get(digests) ?? 0) + count;
    if (sum === 0) this.#surplus.delete(digests);
    else this.#surplus.set(digests, sum);
  }

  /** A key with rows that went and rows that came has this many changed ones as there are of both. */
  differences(): Differences {
    const byKey = new Map<string, { came: number; went: number }>();
    for (const [digests, surplus] of this.#surplus) {
      const key = digests.slice(0, DIGEST_LENGTH);
      const { came, went } = byKey.get(key) ?? { came: 0, went: 0 };
      byKey.set(key, surplus > 0 ? { came: came + surplus, went } : { came, went: went - surplus });
    }
    const total = { added: 0, removed: 0, changed: 0 };
    for (const { came, went } of byKey.values()) {
      const changed = Math.min(came, went);
      total.added += came - changed;
      total.removed += went - changed;
      total.changed += changed;
    }
    return total;
  }
}

/** Bytes of a digest, and characters of it in a string: half of a SHA-256, so that no two rows have the same digest. */
const DIGEST_LENGTH = 16;

function digest(text: string): Uint8Array {
  return hash('sha256', text, 'buffer').subarray(0, DIGEST_LENGTH);
}

interface Compared {
  readonly key: readonly string[];
  readonly metrics: readonly string[];
  /** Whether a field is part of what is compared. */
  readonly isCounted: (name: string) => boolean;
}

/** What a row is about, and what it says: texts of the same values are the same, and no id goes through a double. */
function textsOf(row: string, { key, metrics, isCounted }: Compared): readonly [key: string, content: string] {
  // A row is whatever the source sent: mostly an object.
  if (!row.startsWith('{')) return [row, row];
  const fields = fieldTexts(row);
  const content = [...fields]
    .filter(([name]) => isCounted(name))
    .map(([name, text]) => [name, (metrics.includes(name) ? canonicalDecimal(text.slice(1)) : undefined) ?? text])
    .sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
  return [JSON.stringify(key.map((name) => fields.get(name) ?? null)), JSON.stringify(content)];
}

/** By key, the text of each value behind a sign: the number 7 and the text "7" are one, null and the text "null" are not. */
function fieldTexts(row: string): ReadonlyMap<string, string> {
  const body = Buffer.from(row);
  const names: string[] = [];
  const fields = new Map<string, string>();
  eachField(
    { body, starts: [0], ends: [body.byteLength] },
    {
      placeOf: (name) => names.push(name) - 1,
      visit(place, cursor, start) {
        const raw = cursor.verbatim(start);
        const isText = raw.startsWith('"');
        const isScalar = isText || !/^[n{[]/.test(raw);
        fields.set(names[place] ?? '', (isScalar ? '=' : ':') + (isText ? cursor.text(start, cursor.at) : raw));
      },
      endRow: () => undefined,
    },
  );
  return fields;
}

async function rowsIn(
  store: Pick<DatasetStore, 'get'>,
  part: Pick<LedgerPart, 'body'>,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const rows: string[] = [];
  for await (const { body, starts, ends } of openDeliveredExport(store, [part], signal).batches()) {
    const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    for (const [row, start] of starts.entries()) rows.push(text.toString('utf8', start, ends[row]));
  }
  return rows;
}

function rowsOf(parts: NonNullable<Parts>): number {
  return parts.reduce((sum, { rows }) => sum + rows, 0);
}
