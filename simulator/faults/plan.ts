import type { z } from 'zod';
import { parseOption } from '../invalid-option.js';
import { hashText, mix, uniform } from '../seeded.js';
import type { Fault, Operation } from './fault.js';
import { faultScheduleSchema, type FaultSchedule, type NamedFault } from './named.js';

type ParsedSchedule = z.output<typeof faultScheduleSchema>;

/** A rule under way: what it has seen, and how many more strikes it has in hand. */
interface Rule {
  readonly on: Operation | 'any';
  readonly injected: NamedFault;
  /** Whether the rule strikes now, at the `seen`-th matching request. Asked only if its fault applies. */
  readonly strikes: (seen: number) => boolean;
  seen: number;
}

/** Decides which request is met by which fault: by script, or by rates drawn from the seed. Rules may be added while it runs. */
export class FaultPlan {
  readonly #seed: string;
  readonly #fired = new Map<string, number>();
  #rules: Rule[] = [];

  constructor(seed: string, schedule: FaultSchedule = {}) {
    this.#seed = seed;
    this.add(schedule);
  }

  /** @throws InvalidSimulatorOption before anything of the schedule takes hold */
  add(schedule: FaultSchedule): void {
    this.#add(parseOption(faultScheduleSchema, schedule, 'fault schedule'));
  }

  clear(): void {
    this.#rules = [];
  }

  /** How often each fault has struck, by name. */
  fired(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#fired);
  }

  /** The fault for this request. One that would change nothing about its answer is kept for the next. */
  pick(operation: Operation, applies: (fault: Fault) => boolean): NamedFault | undefined {
    let picked: NamedFault | undefined;
    for (const rule of this.#rules) {
      if (rule.on !== 'any' && rule.on !== operation) continue;
      rule.seen += 1;
      if (picked === undefined && applies(rule.injected.fault) && rule.strikes(rule.seen)) picked = rule.injected;
    }
    if (picked !== undefined) this.#fired.set(picked.name, (this.#fired.get(picked.name) ?? 0) + 1);
    return picked;
  }

  #add({ script, rates }: ParsedSchedule): void {
    for (const { on, fault, nth, times } of script) {
      this.#rules.push({ on, injected: fault, strikes: scripted(nth, times), seen: 0 });
    }
    for (const { on, fault, rate, times } of rates) {
      const salt = hashText(this.#seed, fault.name, on, String(this.#rules.length));
      this.#rules.push({ on, injected: fault, strikes: drawn(salt, rate, times), seen: 0 });
    }
  }
}

function scripted(nth: number, times: number): Rule['strikes'] {
  let left = times;
  return (seen) => seen >= nth && left-- > 0;
}

function drawn(salt: number, rate: number, times: number): Rule['strikes'] {
  let burst = 0;
  return (seen) => {
    if (burst === 0 && uniform(mix(salt, seen)) >= rate) return false;
    burst = burst === 0 ? times - 1 : burst - 1;
    return true;
  };
}
