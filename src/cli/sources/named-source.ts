import { openSource, type OpenSource } from '../../composition/sources.js';
import type { Config } from '../../config/config.js';
import type { OrgsConfig } from '../../config/orgs/orgs.js';
import { ConfigError } from '../../config/errors.js';
import type { Terminal } from '../terminal/terminal.js';

/** A source as configured, by the names of its organisation and itself. The caller closes it. @throws ConfigError */
export function openNamedSource(
  { config, now, scrubber }: Terminal,
  asked: { readonly org?: string; readonly source?: string },
): { readonly org: string; readonly name: string; readonly source: OpenSource } {
  const { defaultOrg, orgs } = configuredOrgs(config);
  const org = asked.org ?? defaultOrg;
  const configured = orgs[org];
  const name = asked.source ?? configured?.defaultSource ?? '';
  const found = configured?.sources[name];
  if (found === undefined) {
    const known = configured ? Object.keys(configured.sources).join(', ') : Object.keys(orgs).join(', ');
    throw new ConfigError(configured ? '--source' : '--org', `is not configured; configured: ${known}`);
  }
  const world = { ambient: { now, random: Math.random }, learnSecret: scrubber.learn };
  return { org, name, source: openSource(found, world) };
}

/** The organisations that are configured here. A running `dev` has its own, which only its worker is told. @throws ConfigError */
export function configuredOrgs(config: Pick<Config, 'orgs' | 'runningDev'>): OrgsConfig {
  try {
    return config.orgs();
  } catch (error) {
    const isUnset = error instanceof ConfigError && error.variable === 'CXONE_ORG_ID';
    if (!isUnset || config.runningDev() === undefined) throw error;
    throw new ConfigError('CXONE_ORGS_FILE', 'is not set: the running `dev` has printed the line that exports it');
  }
}
