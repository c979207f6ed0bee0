import type { CircuitLimits } from '../../../src/sources/http/circuit.js';
import type { FailureType } from '../../../src/contract/failures.js';
import type { Operation } from '../../../simulator/faults/fault.js';
import type { FaultSchedule } from '../../../simulator/faults/named.js';

/** What the back-off of failures is drawn with: 1,250 ms the first time. */
export const CHANCE = 0.25;

/** How a run ends; `cancelled` where the test ends what would go on for hours or days. */
export type End = 'completed' | 'undelivered' | 'cancelled' | FailureType;

/** What a cell of the matrix promises. */
export interface Expected {
  readonly ends: End;
  /** What the fault costs at most, in a few words for the table. */
  readonly bound: string;
  /** Submissions that may have been accepted unseen, all on record; queries beyond the first may come of them only. Default 0. */
  readonly orphans?: number;
  /** Queries that took the place of one that was gone, it included. Default 1. */
  readonly generations?: number;
  /** `poll.deadline` of the request: how long the run may wait in all. */
  readonly deadline?: string;
  /** Messages that the receiver had before, with the same id and bytes. Default 0. */
  readonly duplicates?: number;
  /** Tokens that are fetched beside the first one. Checked where it is given. */
  readonly freshTokens?: number;
  /** Delivery attempts that the result and the audit entry tell. Checked where it is given. */
  readonly attempts?: number;
  /** The defect of the seed that this cell shows to be gone. */
  readonly seed?: string;
}

/** A row of a table: one kind of fault at each place where it may strike; a place is absent where the row has nothing to say. */
export interface Row<Place extends string> {
  readonly kind: string;
  readonly cells: Readonly<Partial<Record<Place, Expected>>>;
}

/** The cells of a row, for tests. */
export function cellsOf<Place extends string>(row: Row<Place>): readonly (readonly [Place, Expected])[] {
  // The cast: `Object.entries` forgets the keys.
  return Object.entries(row.cells) as [Place, Expected][];
}

/** The same promise at several places. */
export function at<Place extends string>(
  places: readonly Place[],
  expected: Expected,
): Partial<Record<Place, Expected>> {
  return Object.fromEntries(places.map((place) => [place, expected])) as Partial<Record<Place, Expected>>;
}

/** Names the defects of the seed that these cells show to be gone. */
export function seeds<Place extends string>(
  cells: Partial<Record<Place, Expected>>,
  defects: Partial<Record<Place, string>>,
): Partial<Record<Place, Expected>> {
  const named = Object.entries<string | undefined>(defects).map(([place, seed]) => [
    place,
    { ...cells[place as Place], ...(seed !== undefined && { seed }) }, // The cast: `Object.entries` forgets the keys.
  ]);
  return { ...cells, ...(Object.fromEntries(named) as Partial<Record<Place, Expected>>) };
}

type Scripted = NonNullable<FaultSchedule['script']>[number];

/** What the source or the receiver does wrong; `door`: what stands in front of them. */
export type Injection =
  | { readonly fault: Scripted['fault']; readonly times: number }
  | { readonly door: 'refuses' | 'TLS 1.1'; readonly times: number };

/** A row of the table of what happens between the product, the source and the receiver. */
export interface NetworkKind extends Row<Operation> {
  readonly inject: Injection;
  /** Deadlines of 2.5 s in place of 60 s a request, 5 min a page and 20 s a delivery attempt; pages of 1 MiB at most. */
  readonly hasty?: boolean;
  /** Of the circuit, where the kind is about it, or must not be. */
  readonly circuit?: Partial<CircuitLimits>;
  /** Its cells that end well take a run each; those of other kinds strike one run, one after the other. */
  readonly apart?: boolean;
  /** Of a 429: milliseconds, from..to, that its `Retry-After` asks for as it is read; null: nothing intelligible. */
  readonly asks?: readonly [number, number] | null;
}

export const OF_RESULT: readonly Operation[] = ['poll', 'page'];
