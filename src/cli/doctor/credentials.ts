import { openSource } from '../../composition/sources.js';
import type { Config } from '../../config/config.js';
import type { Scrubber } from '../../observability/log.js';
import { checkOr, ok, skipped, warn, type Check } from './check.js';

const NAME = 'CXone';
const RIGHTS = ['reporting:analytics:read', 'journeys:read'] as const;
const DEADLINE_MS = 15_000;

/** Fetches a token, as a run would. */
export async function examineCredentials(config: Config, now: () => number, { learn }: Scrubber): Promise<Check> {
  if (!config.isSet('CXONE_CLIENT_ID') && !config.isSet('CXONE_CLIENT_SECRET')) {
    return skipped(
      NAME,
      config.runningDev()
        ? 'not set here: the running `dev` uses its own, or the simulator'
        : 'CXONE_* is not set here',
    );
  }
  return checkOr(NAME, async () => {
    const { org, baseUrl } = config.source();
    const source = openSource(config.source(), { ambient: { now, random: Math.random }, learnSecret: learn });
    try {
      const { scope, expiresAt } = await source.token(AbortSignal.timeout(DEADLINE_MS));
      const found = `${org} at ${baseUrl.origin}: token until ${expiresAt}`;
      const granted = scope.split(/\s+/);
      const missing = RIGHTS.filter((right) => !granted.includes(right));
      // A server may leave the scope out where it is the one asked for (RFC 6749, 5.1).
      if (scope === '' || missing.length === 0) return ok(NAME, found);
      return warn(NAME, `${found}, without ${missing.join(' and ')}`, 'grant these rights to the client');
    } finally {
      await source.close();
    }
  });
}
