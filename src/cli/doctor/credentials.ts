import { readSource } from '../../config/config.js';
import type { Env } from '../../config/environment.js';
import { findRunningDev } from '../../config/running-dev.js';
import { openSource } from '../../composition/sources.js';
import type { Scrubber } from '../../observability/log.js';
import { checkOr, ok, skipped, warn, type Check } from './check.js';

const NAME = 'CXone';
const RIGHTS = ['reporting:analytics:read', 'journeys:read'] as const;
const DEADLINE_MS = 15_000;

/** Fetches a token, as a run would. */
export async function examineCredentials(env: Env, now: () => number, scrubber: Scrubber): Promise<Check> {
  const given = ['CXONE_CLIENT_ID', 'CXONE_CLIENT_SECRET', 'CXONE_CLIENT_SECRET_FILE'].some((name) => env[name]);
  if (!given) {
    const dev = findRunningDev(env);
    return skipped(
      NAME,
      dev ? 'not set here: the running `dev` uses its own, or the simulator' : 'CXONE_* is not set here',
    );
  }
  return checkOr(NAME, async () => {
    const config = readSource(env);
    scrubber.learn(config.clientSecret);
    const source = openSource(config, { ambient: { now, random: Math.random }, learnSecret: scrubber.learn });
    try {
      const { scope, expiresAt } = await source.token(AbortSignal.timeout(DEADLINE_MS));
      const found = `${config.org} at ${config.baseUrl.origin}: token until ${expiresAt}`;
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
