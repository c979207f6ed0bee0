import type { TestContext } from 'node:test';
import { parseBaseUrl } from '../../../src/sources/http/base-url.js';
import { createHttp } from '../../../src/sources/http/http.js';
import type { AccessKey } from '../../../src/sources/reporting/auth/access-key.js';
import { createReportingClient, type ReportingClient } from '../../../src/sources/reporting/client.js';
import { DEFAULT_REPORTING_TENANT } from '../../../simulator/reporting/tenant.js';

const { clientId, clientSecret, accessKeyId, accessKeySecret } = DEFAULT_REPORTING_TENANT;

export const never = (): AbortSignal => new AbortController().signal;

export interface Rig {
  readonly client: ReportingClient;
  readonly clock: { now: number };
  readonly told: string[];
}

/** A client of the real API with the simulator's credentials, unless changed. */
export function clientOf(t: TestContext, issuer: string | URL, change: Partial<AccessKey> = {}): Rig {
  const clock = { now: Date.UTC(2026, 10, 9) };
  const ambient = { now: () => clock.now, random: () => 0.5 };
  const http = createHttp({ ambient });
  t.after(() => http.close());
  const told: string[] = [];
  const client = createReportingClient({
    name: 'globex',
    accessKey: {
      issuer: parseBaseUrl(new URL(issuer).origin),
      clientId,
      clientSecret,
      clientAuth: 'basic',
      accessKeyId,
      accessKeySecret,
      ...change,
    },
    exchange: (request, signal) => http.exchange(request, signal),
    ambient,
    limits: { requestDeadlineMs: 5_000, pageDeadlineMs: 5_000, bodyCapBytes: 1_048_576 },
    onToken: (token) => told.push(token),
  });
  return { client, clock, told };
}
