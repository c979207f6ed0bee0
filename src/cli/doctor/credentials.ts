import { openSource, type OpenSource, type SourceWorld } from '../../composition/sources.js';
import type { Config } from '../../config/config.js';
import type { AnalyticsConfig, SourceConfig } from '../../config/orgs/source.js';
import type { Scrubber } from '../../observability/log.js';
import type { Source } from '../../ports/index.js';
import type { UsedDefinition } from '../../records/postgres/check-connection.js';
import { durationText } from '../../text/time-text.js';
import { checkOr, checksOr, fail, ok, skipped, warn, type Check } from './check.js';

const NAME = 'CXone';
const VARIABLES = ['CXONE_CLIENT_ID', 'CXONE_CLIENT_SECRET', 'CXONE_ACCESS_KEY_ID', 'CXONE_ORGS_FILE'] as const;
const RIGHTS = ['reporting:analytics:read', 'journeys:read'] as const;
const DEADLINE_MS = 15_000;
const DAY_MS = 86_400_000;

/** Fetches a token for every source, as a run would, and asks for a little of what a run would read. */
export async function examineCredentials(
  config: Config,
  now: () => number,
  { learn }: Scrubber,
  used: Promise<readonly UsedDefinition[]>,
): Promise<readonly Check[]> {
  const isConfigured = VARIABLES.some(config.isSet);
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
  const kept = { used, legRetentionMs: () => config.datasets().legRetentionMs };
  const found = await Promise.all(
    sources.map(async ([name, source]) => {
      const check = sources.length === 1 ? NAME : `${NAME} ${source.org}/${name}`;
      return checksOr(check, examineSource(check, source, world, kept));
    }),
  );
  return found.flat();
}

/** What runs of these sources have kept, and keep. */
interface Kept {
  readonly used: Promise<readonly UsedDefinition[]>;
  readonly legRetentionMs: () => number;
}

async function* examineSource(
  check: string,
  config: SourceConfig,
  world: SourceWorld,
  { used, legRetentionMs }: Kept,
): AsyncGenerator<Check> {
  const source = openSource(config, world);
  const signal = AbortSignal.timeout(DEADLINE_MS);
  try {
    if (config.kind === 'analytics') {
      yield await examineToken(check, config, source, signal);
      return;
    }
    const place = `${config.org} at ${config.accessKey.issuer.origin}: `;
    for await (const { step, ...found } of source.check?.(signal) ?? []) {
      // Every kind of source has a token: its check has the name that all of them share.
      if (step === 'token') yield { name: check, ...found, found: place + found.found };
      else yield { name: `${check} ${step}`, ...found };
    }
    const { horizons, definition } = source;
    if (definition !== undefined) yield* judgeUse(`${check} version`, config.org, definition, await used);
    if (horizons === undefined) return;
    const days = `${check} days kept`;
    yield await checkOr(days, () => Promise.resolve(judgeHorizons(days, horizons, legRetentionMs())));
  } finally {
    await source.close();
  }
}

async function examineToken(
  check: string,
  { org, baseUrl }: AnalyticsConfig,
  source: OpenSource,
  signal: AbortSignal,
): Promise<Check> {
  const { scope, expiresAt } = await source.token(signal);
  const found = `${org} at ${baseUrl.origin}: token until ${expiresAt}`;
  const granted = scope.split(/\s+/);
  const missing = RIGHTS.filter((right) => !granted.includes(right));
  // A server may leave the scope out where it is the one asked for (RFC 6749, 5.1).
  if (scope === '' || missing.length === 0) return ok(check, found);
  return warn(check, `${found}, without ${missing.join(' and ')}`, 'grant these rights to the client');
}

/** Runs refuse a definition that says something else than when its version was first used. */
export function judgeUse(
  check: string,
  org: string,
  { name, hash }: NonNullable<Source['definition']>,
  used: readonly UsedDefinition[],
): readonly Check[] {
  const earlier = used.find((each) => each.org === org && each.name === name);
  if (earlier === undefined || earlier.hash === hash) return [];
  const found = `the definition ${name} of ${org} was used before with other settings: runs refuse it`;
  return [fail(check, found, 'raise its version in CXONE_ORGS_FILE, or take the settings back')];
}

/** A day that is let go before it has settled is asked of CXone again by every run that needs it. */
function judgeHorizons(
  name: string,
  { nearMs, farMs }: NonNullable<Source['horizons']>,
  legRetentionMs: number,
): Check {
  const found =
    `journeys are joined within ${durationText(nearMs)}, of email and digital within ${durationText(farMs)}; ` +
    `settled days are kept for ${durationText(legRetentionMs)}`;
  if (legRetentionMs > farMs + DAY_MS) return ok(name, found);
  const remedy = `set LEG_RETENTION to more than ${durationText(farMs + DAY_MS)}: a day that is let go is asked of CXone again`;
  return warn(name, found, remedy);
}
