import { openAlertReceiver } from '../../composition/alerts.js';
import type { AlertsConfig } from '../../config/alerts/alerts.js';
import type { Config } from '../../config/config.js';
import { ConfigError } from '../../config/errors.js';
import { packageVersion } from '../../config/places.js';
import type { CheckStep } from '../../ports/index.js';
import { misconfigured, ok, skipped, type Check } from './check.js';

const DEADLINE_MS = 10_000;

/** Whether those who are to be told could be, as far as that is seen without sending anything. */
export async function examineAlerts(config: Config): Promise<readonly Check[]> {
  const name = 'alerts';
  if (!config.isSet('ALERTS_FILE')) {
    return [skipped(name, 'ALERTS_FILE is not set: alerts are listed, and sent to nobody')];
  }
  const alerts = configured(config);
  if (alerts instanceof ConfigError) return [misconfigured(name, alerts)];
  const receivers = Object.keys(alerts.receivers);
  if (receivers.length === 0) return [skipped(name, 'ALERTS_FILE names no receiver')];
  return Promise.all(receivers.map((receiver) => examine(receiver, alerts)));
}

function configured(config: Config): AlertsConfig | ConfigError {
  try {
    return config.alerts();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
}

async function examine(key: string, { receivers, gatewayUrl }: AlertsConfig): Promise<Check> {
  const name = `alerts to ${key}`;
  const config = receivers[key];
  if (config === undefined) return skipped(name, 'not configured');
  const ambient = { now: Date.now, random: Math.random };
  const receiver = openAlertReceiver(config, { gatewayUrl, ambient, version: packageVersion() });
  try {
    const steps: CheckStep[] = [];
    for await (const step of receiver.check(AbortSignal.timeout(DEADLINE_MS))) steps.push(step);
    const found = steps.map((step) => step.found).join('; ');
    const worst = ['fail', 'warn'].map((status) => steps.find((step) => step.status === status)).find(Boolean);
    if (worst === undefined) return ok(name, found);
    return { name, status: worst.status, found, ...(worst.remedy !== undefined && { remedy: worst.remedy }) };
  } finally {
    await receiver.close();
  }
}
