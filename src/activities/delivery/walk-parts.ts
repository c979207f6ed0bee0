import type { QualityWarning } from '../../contract/result/result.js';
import type { LedgerPart, PartAnswer } from '../../ports/index.js';

/** Failures without a success between them, after which a walk with several parts under way gives up. */
const FAILURES_MOST = 4;

/** The receiver asks for fewer requests, or is not there. */
const STOP = new Set([429, 503]);

interface PartsWalk {
  readonly due: readonly LedgerPart[];
  /** 1 keeps the order of the parts. */
  readonly concurrency: number;
  readonly handOver: (part: LedgerPart) => Promise<PartAnswer>;
  readonly record: (part: LedgerPart, answer: PartAnswer) => Promise<void>;
}

interface PartsWalked {
  /** What the attempt failed with: the first failure, and the longest wait that any of them asked for. */
  readonly failure?: PartAnswer & { readonly part: number };
  readonly progressed?: true;
  readonly superseded?: true;
  readonly warnings: readonly QualityWarning[];
}

/**
 * Hands parts over, several at a time. Starts no further one after a 429 or 503, an answer for good, or four failures in a
 * row; one at a time it stops at the first failure. What is under way then comes to its end.
 */
export async function walkParts({ due, concurrency, handOver, record }: PartsWalk): Promise<PartsWalked> {
  const left = due.values();
  const failures: (PartAnswer & { readonly part: number })[] = [];
  const warnings: QualityWarning[] = [];
  const found: { progressed?: true; superseded?: true } = {};
  let inARow = 0;
  let stopped = false;
  const walker = async (): Promise<void> => {
    for (let next = left.next(); !stopped && !next.done; next = left.next()) {
      const answer = await handOver(next.value);
      await record(next.value, answer);
      if (answer.delivered) {
        inARow = 0;
        found.progressed = true;
        if (answer.superseded) found.superseded = true;
        warnings.push(...(answer.warnings ?? []));
        continue;
      }
      failures.push({ ...answer, part: next.value.part });
      inARow += 1;
      stopped ||= concurrency === 1 || answer.permanent || STOP.has(answer.status ?? 0) || inARow >= FAILURES_MOST;
    }
  };
  const walkers = Array.from({ length: Math.min(concurrency, due.length) }, () =>
    walker().catch((error: unknown) => {
      stopped = true;
      throw error;
    }),
  );
  const thrown = (await Promise.allSettled(walkers)).find((result) => result.status === 'rejected');
  if (thrown) throw thrown.reason;
  const failure = worstOf(failures);
  return { ...found, ...(failure && { failure }), warnings };
}

function worstOf(
  failures: readonly (PartAnswer & { readonly part: number })[],
): (PartAnswer & { readonly part: number }) | undefined {
  const first = failures.find(({ permanent }) => permanent) ?? failures[0];
  if (first === undefined) return undefined;
  const retryAfterMs = Math.max(0, ...failures.map((each) => each.retryAfterMs ?? 0));
  return { ...first, ...(retryAfterMs > 0 && { retryAfterMs }) };
}
