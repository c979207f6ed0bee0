import { readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Env, Variables } from './environment.js';

/** Where the embedded stack keeps its state: `JOURNEY_METRICS_HOME`, else `.journey-metrics` in the checkout. */
export function homeOf({ get }: Variables): string {
  const home = get('JOURNEY_METRICS_HOME');
  return home === undefined ? join(packageRoot(), '.journey-metrics') : resolve(home);
}

/** The folder of package.json, from the sources and from `dist/src` alike. */
export function packageRoot(): string {
  const sources = dirname(dirname(fileURLToPath(import.meta.url)));
  const parent = dirname(sources);
  return basename(parent) === 'dist' ? dirname(parent) : parent;
}

/** How the person at the terminal has called the command line, so that hints can be typed as they are printed. */
export function programName({ npm_lifecycle_event: script }: Env): string {
  return script === 'cli' ? 'npm run --silent cli --' : PROGRAM;
}

/** The installed program, as every text of ours has it. */
export const PROGRAM = 'journey-metrics';

/** Version of this package. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { version: string };
  return version;
}
