import type { PageMemory } from '../../async/page-memory.js';
import type { Network } from '../../network/proxies.js';
import type { Admission, Ambient, Later } from '../../ports/index.js';
import { later } from '../analytics/result-answer.js';
import { DEFAULT_CIRCUIT, circuitOf, type CircuitLimits } from '../http/circuit.js';
import { CircuitOpen } from '../http/errors.js';
import { createHttp, type Http } from '../http/http.js';
import { DEFAULT_LIMITS, type SourceLimits } from '../http/org-client.js';
import { createTurns, type Turns } from '../http/turns.js';
import type { AccessKey } from './auth/access-key.js';
import { createReportingClient, type ReportingClient } from './client.js';

/** How a tenant of real CXone is reached. */
export interface TenantAccess {
  readonly org: string;
  readonly accessKey: AccessKey;
  readonly ambient: Ambient;
  /** PEM; the only authorities trusted, in place of the built-in ones. */
  readonly ca?: string;
  /** Proxies, and who asks; directly unless given. */
  readonly network?: Network;
  /** Room for pages; unbounded unless given. */
  readonly memory?: PageMemory | undefined;
  readonly limits?: Partial<SourceLimits>;
  readonly circuit?: Partial<CircuitLimits>;
  /** Shared by all workers; absent: a circuit of this process alone. */
  readonly admission?: Admission | undefined;
  /** Shared by all sources of the tenant in this process. */
  readonly turns?: Turns;
  /** Told of every token before its first use, so that the scrubber knows it. */
  readonly onToken?: (token: string) => void;
}

export interface OpenTenant {
  readonly client: ReportingClient;
  readonly http: Http;
  readonly limits: SourceLimits;
}

/** What asks one tenant: two requests at a time, through its circuit. */
export function openTenant(options: TenantAccess): OpenTenant {
  const { org: name, accessKey, ambient, onToken, turns = createTurns() } = options;
  const http = createHttp(options);
  const circuit = circuitOf({ ...DEFAULT_CIRCUIT, ...options.circuit }, ambient, options.admission);
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const client = createReportingClient({
    ...{ name, accessKey, ambient, limits },
    exchange: (request, signal) =>
      turns.run(() => circuit.run(request.operation, () => http.exchange(request, signal)), signal),
    ...(onToken !== undefined && { onToken }),
  });
  return { client, http, limits };
}

/** An open circuit is no failure: nothing was sent. */
export async function laterWhileOpen<T>(work: () => Promise<T>): Promise<T | Later> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CircuitOpen) return later(error.reason, error.details);
    throw error;
  }
}
