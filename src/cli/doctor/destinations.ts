import { openDestination } from '../../composition/destinations.js';
import type { Config } from '../../config/config.js';
import type { Destination } from '../../config/destinations/destinations.js';
import { ConfigError } from '../../config/errors.js';
import { packageVersion } from '../../config/places.js';
import type { CheckStep } from '../../ports/index.js';
import { misconfigured, ok, skipped, type Check } from './check.js';

const DEADLINE_MS = 10_000;

/** Whether destinations could be delivered to, as far as that is seen without sending anything. */
export async function examineDestinations(config: Config): Promise<readonly Check[]> {
  const name = 'destination';
  if (!config.isSet('BI_WEBHOOK_URL') && !config.isSet('BI_DESTINATIONS_FILE')) {
    const found = config.runningDev()
      ? 'not set here: the running `dev` uses its own'
      : 'BI_WEBHOOK_URL is not set here';
    return [skipped(name, found)];
  }
  const destinations = configured(config);
  if (destinations instanceof ConfigError) return [misconfigured(name, destinations)];
  return Promise.all(Object.entries(destinations).map(([key, destination]) => examine(key, destination)));
}

function configured(config: Config): Readonly<Record<string, Destination>> | ConfigError {
  try {
    return config.destinations();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
}

async function examine(key: string, config: Destination): Promise<Check> {
  const name = `destination ${key}`;
  const ambient = { now: Date.now, random: Math.random };
  const destination = openDestination(config, { ambient, version: packageVersion() });
  try {
    const steps: CheckStep[] = [];
    for await (const step of destination.check(AbortSignal.timeout(DEADLINE_MS))) steps.push(step);
    const found = steps.map((step) => step.found).join('; ');
    const worst = ['fail', 'warn'].map((status) => steps.find((step) => step.status === status)).find(Boolean);
    return worst
      ? { name, status: worst.status, found, ...(worst.remedy !== undefined && { remedy: worst.remedy }) }
      : ok(name, found);
  } finally {
    await destination.close();
  }
}
