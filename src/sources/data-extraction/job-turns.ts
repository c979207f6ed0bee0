import type { Ambient } from '../../ports/index.js';

/** What one POST may do: nothing yet, or one attempt. */
type Turn =
  | { readonly waitMs: number }
  | {
      /** @param posted whether a POST was sent: the gap counts from when it was answered or given up */
      end(posted: boolean): void;
    };

/** Whose turn it is to start a job. */
export interface JobTurns {
  take(tenant: string, gapMs: number): Turn;
}

/**
 * Turns within this process: one POST at a time for each tenant, and `gapMs` between two. Other processes are not seen;
 * they meet CXone's own 403, which is waited for.
 */
export function createJobTurns({ now }: Pick<Ambient, 'now'>): JobTurns {
  const last = new Map<string, { readonly busy: boolean; readonly atMs: number }>();
  return {
    take(tenant, gapMs) {
      const { busy, atMs } = last.get(tenant) ?? { busy: false, atMs: -Infinity };
      const waitMs = busy ? gapMs : atMs + gapMs - now();
      if (busy || waitMs > 0) return { waitMs };
      last.set(tenant, { busy: true, atMs });
      return {
        end(posted) {
          last.set(tenant, { busy: false, atMs: posted ? now() : atMs });
        },
      };
    },
  };
}
