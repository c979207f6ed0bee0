import { join } from 'node:path';
import { mkdir } from 'node:fs/promises';
import { DEFAULT_TENANT } from './cxone/credentials.js';
import type { SimulatorOptions } from './cxone/options.js';
import { startSimulator, type Simulator } from './cxone/server.js';
import { parseFaultRate, type FaultRate, type FaultSchedule } from './faults/named.js';
import { startReceiver, type Receiver, type ReceiverOptions } from './receiver/server.js';
import { DEFAULT_WEBHOOK_SECRET } from './receiver/signature.js';
import { REALISTIC_DATA } from './rows/settings.js';

export { REALISTIC_DATA } from './rows/settings.js';

export interface RunSimulatorOptions {
  /** The CXone API; its data are realistic, defects and all, unless `data` says otherwise. */
  readonly cxone?: SimulatorOptions;
  readonly receiver?: ReceiverOptions;
  /** `NAME[:OPERATION]@RATE[xTIMES]`, see {@link parseFaultRate}. Without an operation it strikes the API; `:webhook` the receiver. */
  readonly faults?: readonly string[];
  /** Keeps `cxone.ndjson` and `receiver.ndjson` in this folder. */
  readonly journalFolder?: string;
  /** Told where things are, in lines for a person and his shell. Silent unless given. */
  readonly write?: (text: string) => void;
}

export interface RunningSimulator {
  readonly cxone: Simulator;
  readonly receiver: Receiver;
  /** What points the product at the two: `CXONE_*` and `BI_WEBHOOK_*`. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Starts the CXone simulator and a receiver. @throws InvalidSimulatorOption with a sentence for the command line */
export async function runSimulator(options: RunSimulatorOptions = {}): Promise<RunningSimulator> {
  const rates = (options.faults ?? []).map(parseFaultRate);
  const { journalFolder } = options;
  if (journalFolder !== undefined) await mkdir(journalFolder, { recursive: true });
  const fileOf = (name: string): string | undefined => journalFolder && join(journalFolder, name);

  const cxone = await startSimulator({
    data: REALISTIC_DATA,
    journalFile: fileOf('cxone.ndjson'),
    ...options.cxone,
    faults: withRates(options.cxone?.faults, rates, (on) => on !== 'webhook'),
  });
  let receiver: Receiver;
  try {
    receiver = await startReceiver({
      journalFile: fileOf('receiver.ndjson'),
      ...options.receiver,
      faults: withRates(options.receiver?.faults, rates, (on) => on === 'webhook'),
    });
  } catch (error) {
    await cxone.stop();
    throw error;
  }
  const environment = environmentOf(cxone, receiver, options);
  options.write?.(describe(cxone, receiver, environment));
  return {
    cxone,
    receiver,
    environment,
    stop: async () => {
      await Promise.all([cxone.stop(), receiver.stop()]);
    },
  };
}

function withRates(
  schedule: FaultSchedule = {},
  rates: readonly FaultRate[],
  concerns: (on: FaultRate['on']) => boolean,
): FaultSchedule {
  return { ...schedule, rates: [...(schedule.rates ?? []), ...rates.filter(({ on }) => concerns(on))] };
}

function environmentOf(cxone: Simulator, receiver: Receiver, options: RunSimulatorOptions): Record<string, string> {
  const tenant = options.cxone?.tenants?.[0] ?? DEFAULT_TENANT;
  const secrets = options.receiver?.secrets ?? [DEFAULT_WEBHOOK_SECRET];
  return {
    CXONE_ORG_ID: tenant.org,
    CXONE_BASE_URL: cxone.url,
    CXONE_CLIENT_ID: tenant.clientId,
    CXONE_CLIENT_SECRET: tenant.clientSecret,
    BI_WEBHOOK_URL: receiver.webhookUrl,
    ...(secrets.length > 0 && { BI_WEBHOOK_SECRET: secrets.join(' ') }),
    BI_WEBHOOK_PRIVATE: '1',
  };
}

function describe(cxone: Simulator, receiver: Receiver, environment: Readonly<Record<string, string>>): string {
  const exports = Object.entries(environment).map(
    ([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'`,
  );
  return [
    `CXone simulator   ${cxone.url}   (journal: ${cxone.url}/__admin/journal)`,
    `Webhook receiver  ${receiver.webhookUrl}   (what it holds: ${receiver.url}/__admin/windows)`,
    'To connect the product to them:',
    ...exports,
    '',
  ].join('\n');
}
