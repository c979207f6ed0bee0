/** The gate as the contract has it, in as few words as can be: one organisation, in memory, by a clock that is given. */
export interface ModelAsk {
  readonly run: string;
  readonly priority: number;
  readonly slots: number;
  readonly gapMs: number;
}

export interface ModelAnswer {
  readonly granted: boolean;
  readonly ahead: number;
}

const MINUTE_MS = 60_000;
const LEASE_MS = 15 * MINUTE_MS;

export class GateModel {
  readonly #holders = new Map<string, { until: number; posting: boolean }>();
  readonly #waiters = new Map<string, { priority: number; since: number; nextLook: number }>();
  #lastPost = -Infinity;

  constructor(readonly now: () => number) {}

  get holders(): number {
    return [...this.#holders.values()].filter(({ until }) => until > this.now()).length;
  }

  ask({ run, priority, slots, gapMs }: ModelAsk): ModelAnswer {
    const now = this.now();
    for (const [waiter, { nextLook }] of this.#waiters) if (now - nextLook > LEASE_MS) this.#waiters.delete(waiter);
    this.#postIsOver(run);
    if ((this.#holders.get(run)?.until ?? Infinity) <= now) this.#holders.delete(run);
    const isHolder = this.#holders.has(run);
    if (!isHolder) this.#waiters.set(run, { priority, since: this.#waiters.get(run)?.since ?? now, nextLook: now });
    const others = [...this.#holders].filter(([holder, { until }]) => holder !== run && until > now);
    const before = isHolder ? [] : this.#before(run);
    const due = before.filter(({ nextLook }) => nextLook <= now + 10_000 && nextLook >= now - MINUTE_MS);
    const isQuiet = gapMs === 0 || (now - this.#lastPost >= gapMs && !others.some(([, { posting }]) => posting));
    const free = isHolder ? 1 : Math.min(slots - others.length, gapMs > 0 ? 1 : Infinity);
    const granted = isQuiet && free > due.length;
    if (granted) {
      this.#waiters.delete(run);
      this.#holders.set(run, { until: now + LEASE_MS, posting: true });
    }
    return { granted, ahead: before.length };
  }

  /** It was told to look again then. */
  looksIn(run: string, ms: number): void {
    const waiter = this.#waiters.get(run);
    if (waiter) waiter.nextLook = this.now() + ms;
    else this.#holders.set(run, { until: this.now() + ms + LEASE_MS, posting: false });
  }

  posted(run: string, nextPollMs: number): void {
    this.#postIsOver(run);
    this.renew(run, nextPollMs);
  }

  renew(run: string, nextPollMs: number): void {
    this.#holders.set(run, { until: this.now() + nextPollMs + LEASE_MS, posting: false });
  }

  end(run: string): void {
    this.#postIsOver(run);
    this.#waiters.delete(run);
    this.#holders.delete(run);
  }

  #postIsOver(run: string): void {
    const holder = this.#holders.get(run);
    if (holder?.posting !== true) return;
    holder.posting = false;
    this.#lastPost = this.now();
  }

  #before(run: string): readonly { readonly nextLook: number }[] {
    const rank = (name: string): readonly [number, number, string] => {
      const { priority, since } = this.#waiters.get(name) ?? { priority: 0, since: 0 };
      return [Math.max(1, priority - (this.now() - since >= 60 * MINUTE_MS ? 1 : 0)), since, name];
    };
    const own = rank(run);
    return [...this.#waiters].filter(([name]) => isBefore(rank(name), own)).map(([, waiter]) => waiter);
  }
}

type Rank = readonly [number, number, string];

function isBefore(one: Rank, other: Rank): boolean {
  if (one[0] !== other[0]) return one[0] < other[0];
  return one[1] === other[1] ? one[2] < other[2] : one[1] < other[1];
}
