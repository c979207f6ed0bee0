// Plain JavaScript without dependencies: `bootstrap.mjs` uses it before anything is installed.
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** Where this user's downloads and locks are kept: outside of any checkout, safe to delete. */
export function cacheFolder(env) {
  // The XDG specification has relative paths ignored.
  if (env.XDG_CACHE_HOME && isAbsolute(env.XDG_CACHE_HOME)) return join(env.XDG_CACHE_HOME, 'cxone-journey-metrics');
  const caches = process.platform === 'darwin' ? join('Library', 'Caches') : '.cache';
  return join(homedir(), caches, 'cxone-journey-metrics');
}
