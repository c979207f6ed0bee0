import { openSource, type SourceWorld } from '../../composition/sources.js';
import type { Config } from '../../config/config.js';
import type { SourceConfig } from '../../config/orgs/source.js';
import type { Scrubber } from '../../observability/log.js';
import { checkOr, ok, skipped, warn, type Check } from './check.js';

const NAME = 'CXone';
const RIGHTS = ['reporting:analytics:read', 'journeys:read'] as const;
const DEADLINE_MS = 15_000;

/** Fetches a token for every source, as a run would. */
export async function examineCredentials(
  config: Config,
  now: () => number,
  { learn }: Scrubber,
): Promise<readonly Check[]> {
  const isConfigured = (['CXONE_CLIENT_ID', 'CXONE_CLIENT_SECRET', 'CXONE_ORGS_FILE'] as const).some(config.isSet);
  if (!isConfigured) {
    const isDev = config.runningDev() !== undefined;
    const found = isDev ? 'not set here: the running `dev` uses its own, or the simulator' : 'CXONE_* is not set here';
    return [skipped(NAME, found)];
  }
  let sources: readonly (readonly [string, SourceConfig])[] = [];
  const configured = await checkOr(NAME, () => {
    sources = Object.values(config.orgs().orgs).flatMap((org) => Object.entries(org.sources));
    return Promise.resolve(ok(NAME, `${sources.length} sources`));
  });
  if (configured.status === 'fail') return [configured];
  const world = { ambient: { now, random: Math.random }, learnSecret: learn };
  return Promise.all(
    sources.map(([name, source]) => {
      const check = sources.length === 1 ? NAME : `${NAME} ${source.org}/${name}`;
      return checkOr(check, () => examineSource(check, source, world));
    }),
  );
}

async function examineSource(check: string, config: SourceConfig, world: SourceWorld): Promise<Check> {
  const source = openSource(config, world);
  const place = config.kind === 'analytics' ? config.baseUrl : config.accessKey.issuer;
  try {
    const { scope, expiresAt } = await source.token(AbortSignal.timeout(DEADLINE_MS));
    const found = `${config.org} at ${place.origin}: token until ${expiresAt}`;
    const granted = scope.split(/\s+/);
    const missing = config.kind === 'analytics' ? RIGHTS.filter((right) => !granted.includes(right)) : [];
    // A server may leave the scope out where it is the one asked for (RFC 6749, 5.1).
    if (scope === '' || missing.length === 0) return ok(check, found);
    return warn(check, `${found}, without ${missing.join(' and ')}`, 'grant these rights to the client');
  } finally {
    await source.close();
  }
}
