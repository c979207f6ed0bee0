import { openSource, type OpenSource } from '../../composition/sources.js';
import { ConfigError } from '../../config/errors.js';
import type { Terminal } from '../terminal/terminal.js';

/** A source as configured, by the names of its organisation and itself. The caller closes it. @throws ConfigError */
export function openNamedSource(
  { config, now, scrubber }: Terminal,
  asked: { readonly org?: string; readonly source?: string },
): { readonly org: string; readonly name: string; readonly source: OpenSource } {
  const { defaultOrg, orgs } = config.orgs();
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
