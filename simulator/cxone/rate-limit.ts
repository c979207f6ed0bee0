/** This many requests a window, per organisation. Windows start with their first request. */
export interface RateLimit {
  readonly requests: number;
  readonly windowMs: number;
}

export class RateLimiter {
  readonly #limit: RateLimit | undefined;
  readonly #windows = new Map<string, { readonly endsAtMs: number; used: number }>();

  constructor(limit: RateLimit | undefined) {
    this.#limit = limit;
  }

  /** Takes one request off the budget; answers how many whole seconds to wait when there is none left, else undefined. */
  take(org: string, nowMs: number): number | undefined {
    if (this.#limit === undefined) return undefined;
    let window = this.#windows.get(org);
    if (window === undefined || nowMs >= window.endsAtMs) {
      window = { endsAtMs: nowMs + this.#limit.windowMs, used: 0 };
      this.#windows.set(org, window);
    }
    window.used += 1;
    return window.used > this.#limit.requests ? Math.ceil((window.endsAtMs - nowMs) / 1_000) : undefined;
  }
}
