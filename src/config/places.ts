import { readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Variables } from './environment.js';

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

/** Version of this package. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { version: string };
  return version;
}
