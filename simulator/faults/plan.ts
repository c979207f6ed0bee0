import type { z } from 'zod';
import { parseOption } from '../invalid-option.js';
import { hashText, mix, uniform } from '../seeded.js';
import type { Fault, FaultPoint } from './fault.js';
import { faultScheduleSchema, type FaultSchedule, type NamedFault } from './named.js';

type ParsedSchedule = z.output<typeof faultScheduleSchema>;

/** A rule under way: what it has seen, and how many more strikes it has in hand. */
interface Rule {
  readonly on: FaultPoint | 'any';
  readonly injected: NamedFault;
  /** Whether the rule strikes now, at the `seen`-th matching request. Asked only if its fault applies. */
  readonly strikes: (seen: number) => boolean;
  /** Strikes of one subject, by all rules that have this, before this one spares it. */
  readonly perSubject: number | undefined;
  seen: number;
}

/** Decides which request is met by which fault: by script, or by rates drawn from the seed. Rules may be added while it runs. */
export class FaultPlan {
  readonly #seed: string;
  readonly #fired = new Map<string, number>();
  /** Strikes of rules that spare, by subject. */
  readonly #struck = new Map<string, number>();
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

  /**
   * The fault for this request. One that would change nothing about its answer is kept for the next.
   * @param subject what the request is about, for rules that strike it this many times at most
   */
  pick(operation: FaultPoint, applies: (fault: Fault) => boolean, subject?: string): NamedFault | undefined {
    let picked: Rule | undefined;
    for (const rule of this.#rules) {
      if (rule.on !== 'any' && rule.on !== operation) continue;
      rule.seen += 1;
      if (picked !== undefined || this.#spares(rule, subject) || !applies(rule.injected.fault)) continue;
      if (rule.strikes(rule.seen)) picked = rule;
    }
    if (picked === undefined) return undefined;
    const { name } = picked.injected;
    this.#fired.set(name, (this.#fired.get(name) ?? 0) + 1);
    if (picked.perSubject !== undefined && subject !== undefined) {
      this.#struck.set(subject, (this.#struck.get(subject) ?? 0) + 1);
    }
    return picked.injected;
  }

  #spares({ perSubject }: Rule, subject: string | undefined): boolean {
    return perSubject !== undefined && subject !== undefined && (this.#struck.get(subject) ?? 0) >= perSubject;
  }

  #add({ script, rates }: ParsedSchedule): void {
    for (const { on, fault, nth, times, perSubject } of script) {
      this.#rules.push({ on, injected: fault, strikes: scripted(nth, times), perSubject, seen: 0 });
    }
    for (const { on, fault, rate, times, perSubject } of rates) {
      const salt = hashText(this.#seed, fault.name, on, String(this.#rules.length));
      this.#rules.push({ on, injected: fault, strikes: drawn(salt, rate, times), perSubject, seen: 0 });
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
