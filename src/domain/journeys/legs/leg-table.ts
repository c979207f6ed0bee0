import { Column, ContactIds, floats, words } from './columns.js';
import { FLAGS, flagsOf, type LegFlag } from './leg-flags.js';
import type { Leg, Named } from './leg.js';
import { NamePool } from './name-pool.js';

const NAMES = ['channel', 'queue', 'campaign', 'team', 'entryPoint', 'disposition'] as const;
type NameColumn = (typeof NAMES)[number];

/**
 * Legs in columns, about 110 bytes each. Times are whole milliseconds: then sums are exact in any order, and shards or
 * windows that are added up give what the whole gives.
 */
export class LegTable {
  readonly contacts: ContactIds;
  readonly masters: ContactIds;
  readonly pools: Readonly<Record<NameColumn, NamePool>>;
  /** Lists of custom data by number; 0 is the empty one. */
  readonly customData: (readonly string[])[] = [[]];
  #count = 0;
  readonly #dataNumbers = new Map<string, number>([['', 0]]);
  readonly #flags: Column<Uint32Array>;
  readonly #data: Column<Uint32Array>;
  readonly #names: Readonly<Record<NameColumn, Column<Uint32Array>>>;
  readonly #starts: Column<Float64Array>;
  readonly #durations: Column<Float64Array>;
  readonly #preQueues: Column<Float64Array>;
  readonly #queues: Column<Float64Array>;
  readonly #agents: Column<Float64Array>;
  readonly #abandons: Column<Float64Array>;

  /** @param room legs expected; more are taken, too */
  constructor(room = 1_024) {
    const column = (): Column<Float64Array> => new Column(floats, room);
    const numbers = (): Column<Uint32Array> => new Column(words, room);
    const each = <T>(make: () => T): Record<NameColumn, T> => ({
      channel: make(),
      queue: make(),
      campaign: make(),
      team: make(),
      entryPoint: make(),
      disposition: make(),
    });
    this.contacts = new ContactIds(room);
    this.masters = new ContactIds(room);
    this.pools = each(() => new NamePool());
    this.#names = each(numbers);
    [this.#flags, this.#data] = [numbers(), numbers()];
    [this.#starts, this.#durations, this.#preQueues] = [column(), column(), column()];
    [this.#queues, this.#agents, this.#abandons] = [column(), column(), column()];
  }

  get count(): number {
    return this.#count;
  }

  add(leg: Leg): void {
    this.contacts.add(leg.contactId);
    this.masters.add(leg.masterContactId);
    this.#flags.add(flagsOf(leg));
    this.#starts.add(leg.startMs);
    this.#durations.add(millis(leg.durationSeconds));
    this.#preQueues.add(millis(leg.preQueueSeconds));
    this.#queues.add(millis(leg.queueSeconds));
    this.#agents.add(millis(leg.agentSeconds));
    this.#abandons.add(millis(leg.abandonSeconds));
    for (const name of NAMES) this.#names[name].add(this.pools[name].numberOf(leg[name]));
    this.#data.add(leg.customData.length === 0 ? 0 : this.#dataNumber(leg.customData));
    this.#count += 1;
  }

  start(row: number): number {
    return this.#starts.at(row);
  }

  /** End of talk. */
  end(row: number): number {
    return this.#starts.at(row) + this.#durations.at(row);
  }

  durationMs(row: number): number {
    return this.#durations.at(row);
  }

  preQueueMs(row: number): number {
    return this.#preQueues.at(row);
  }

  queueMs(row: number): number {
    return this.#queues.at(row);
  }

  agentMs(row: number): number {
    return this.#agents.at(row);
  }

  abandonMs(row: number): number {
    return this.#abandons.at(row);
  }

  nameNumber(column: NameColumn, row: number): number {
    return this.#names[column].at(row);
  }

  dataNumber(row: number): number {
    return this.#data.at(row);
  }

  has(row: number, flag: LegFlag): boolean {
    return (this.#flags.at(row) & FLAGS[flag]) !== 0;
  }

  /** Whether a leg of another table says the same as this one: all that journeys are made of. */
  isSame(row: number, other: LegTable, otherRow: number): boolean {
    return (
      this.masters.high(row) === other.masters.high(otherRow) &&
      this.masters.low(row) === other.masters.low(otherRow) &&
      this.#flags.at(row) === other.#flags.at(otherRow) &&
      this.#times(row).every((time, index) => time === other.#times(otherRow)[index]) &&
      NAMES.every((name) => isSameName(this.#name(name, row), other.#name(name, otherRow))) &&
      String(this.customData[this.dataNumber(row)]) === String(other.customData[other.dataNumber(otherRow)])
    );
  }

  #times(row: number): readonly number[] {
    const lasted = [this.durationMs(row), this.preQueueMs(row), this.queueMs(row)];
    return [this.start(row), ...lasted, this.agentMs(row), this.abandonMs(row)];
  }

  #name(column: NameColumn, row: number): Named {
    return this.pools[column].name(this.nameNumber(column, row));
  }

  #dataNumber(data: readonly string[]): number {
    const key = JSON.stringify(data);
    let number = this.#dataNumbers.get(key);
    if (number === undefined) this.#dataNumbers.set(key, (number = this.customData.push([...data]) - 1));
    return number;
  }
}

function isSameName(one: Named, other: Named): boolean {
  return one.id === other.id && one.label === other.label;
}

function millis(seconds: number): number {
  return Math.round(seconds * 1_000);
}
