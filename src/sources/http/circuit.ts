import { BrokenCircuitError, circuitBreaker, CircuitState, ConsecutiveBreaker, handleWhenResult } from 'cockatiel';
import type { Admission, Ambient } from '../../ports/index.js';
import { CircuitOpen, CxoneError, notAdmitted, type Operation } from './errors.js';
import type { HttpAnswer } from './http.js';

export interface CircuitLimits {
  /** Unavailable answers in a row that open the circuit. */
  readonly consecutive503: number;
  /** How long nothing is sent then, before one probe. */
  readonly openMs: number;
}

export const DEFAULT_CIRCUIT: CircuitLimits = { consecutive503: 5, openMs: 60_000 };

/** Leaves a source alone that is down, so that many runs do not keep it there. One an organisation. */
export interface Circuit {
  /** Runs the exchange, or throws {@link CircuitOpen} without having run it. */
  run(operation: Operation, exchange: () => Promise<HttpAnswer>): Promise<HttpAnswer>;
}

/** By the admission that all workers share, else of this process alone. */
export function circuitOf(limits: CircuitLimits, ambient: Ambient, admission?: Admission): Circuit {
  return admission === undefined ? createCircuit(limits, ambient) : sharedCircuit(admission);
}

function sharedCircuit(admission: Admission): Circuit {
  return {
    async run(operation, exchange) {
      // Many may wait for the grant of one token: that one of them goes away does not end it.
      const admitted = await admission.admit(new AbortController().signal).catch(() => {
        throw notAdmitted(operation);
      });
      if (admitted.state === 'refused') throw new CircuitOpen(operation, admitted.retryAfterMs, admitted.reason);
      try {
        const answer = await exchange();
        await admitted.done(UNAVAILABLE.has(answer.status) ? 'unavailable' : 'answered');
        return answer;
      } catch (error) {
        const isDown = error instanceof CxoneError && error.failureType === 'UpstreamUnavailable';
        if (isDown) await admitted.done('unavailable');
        throw error;
      }
    },
  };
}

const UNAVAILABLE = new Set([502, 503, 504]);
const SOON_MS = 1_000;

/** Counts 502, 503, 504 and exchanges without a complete answer. A 500 may be one query's own fault and counts for none. */
function createCircuit({ consecutive503, openMs }: CircuitLimits, ambient: Ambient): Circuit {
  // The cast: `run` below passes nothing but answers, and the library calls this filter with an unknown.
  const failures = handleWhenResult((answer) => UNAVAILABLE.has((answer as HttpAnswer).status));
  const policy = circuitBreaker(
    failures.orType(CxoneError, ({ failureType }) => failureType === 'UpstreamUnavailable'),
    { breaker: new ConsecutiveBreaker(consecutive503), halfOpenAfter: openMs },
  );
  let openUntil = 0;
  policy.onBreak(() => {
    openUntil = ambient.now() + openMs;
  });
  return {
    async run(operation, exchange) {
      const remainingMs = openUntil - ambient.now();
      if (policy.state === CircuitState.Open && remainingMs > 0) {
        throw new CircuitOpen(operation, Math.max(SOON_MS, remainingMs));
      }
      // The library would make everybody wait for the probe, and then let all of them go at once.
      if (policy.state === CircuitState.HalfOpen) throw new CircuitOpen(operation);
      try {
        return await policy.execute(exchange);
      } catch (error) {
        // The library reads the system's clock itself, which may be a moment behind ours.
        throw error instanceof BrokenCircuitError ? new CircuitOpen(operation, SOON_MS) : error;
      }
    },
  };
}
