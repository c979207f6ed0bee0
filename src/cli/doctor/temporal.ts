import { Client, type Connection } from '@temporalio/client';
import type { Config } from '../../config/config.js';
import { ConfigError } from '../../config/errors.js';
import type { TemporalConfig } from '../../config/temporal.js';
import { findSearchAttributes, registerCommand } from '../../composition/temporal/search-attributes.js';
import { connectTemporal } from '../../composition/temporal/temporal-connection.js';
import { TemporalAway } from '../../composition/temporal/temporal-refusals.js';
import { checkOr, fail, misconfigured, ok, warn, type Check, type Findings } from './check.js';
import { checkSchedules } from './schedules.js';
import { lookForWorkers } from './workers.js';

const CONNECT_DEADLINE_MS = 5_000;
const CALLS_DEADLINE_MS = 20_000;
const DAY_S = 86_400;
const RETENTION_DAYS = 30;

/** Of Temporal, and of the workers that it knows. */
interface TemporalFindings extends Findings {
  /** Where workers run, each host once. */
  readonly hosts: readonly string[];
  /** How many there are. */
  readonly workers: number;
}

/** Looks at Temporal: server, namespace, search attributes, workers, schedules. Changes nothing. */
export async function examineTemporal(config: Config, now: () => number): Promise<TemporalFindings> {
  const name = 'Temporal';
  const temporal = configured(config);
  if (temporal instanceof ConfigError) return { checks: [misconfigured(name, temporal)], hosts: [], workers: 0 };
  const { address, namespace } = temporal;
  const connection = await connect(temporal);
  if ('status' in connection) return { checks: [connection], hosts: [], workers: 0 };
  try {
    return await connection.withDeadline(now() + CALLS_DEADLINE_MS, async () => {
      const client = new Client({ connection, namespace });
      const workers = await lookForWorkers(connection, namespace, config.taskQueue(), now);
      const checks = await Promise.all([
        checkOr(name, async () => {
          const { serverVersion } = await connection.workflowService.getSystemInfo({});
          return ok(name, `server ${serverVersion} at ${address}`);
        }),
        checkOr('namespace', () => checkRetention(connection, temporal)),
        checkOr('search attributes', () => checkSearchAttributes(connection, namespace)),
        checkOr('schedules', () => checkSchedules(client, config.taskQueue(), now())),
      ]);
      return { ...workers, checks: [...checks, ...workers.checks] };
    });
  } finally {
    await connection.close();
  }
}

function configured(config: Config): TemporalConfig | ConfigError {
  try {
    return config.temporal();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
}

async function connect(temporal: TemporalConfig): Promise<Connection | Check> {
  const name = 'Temporal';
  try {
    return await connectTemporal(temporal, CONNECT_DEADLINE_MS, Date.now);
  } catch (error) {
    if (error instanceof ConfigError) return misconfigured(name, error);
    if (!(error instanceof TemporalAway)) throw error;
    if (!error.isSilent) return fail(name, error.message);
    return fail(name, `does not answer at ${temporal.address}`, 'start it, or correct TEMPORAL_ADDRESS');
  }
}

async function checkRetention({ workflowService }: Connection, { namespace, address }: TemporalConfig): Promise<Check> {
  const name = 'namespace';
  const { config } = await workflowService.describeNamespace({ namespace });
  const days = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) / DAY_S;
  const found = `"${namespace}" keeps finished runs for ${Math.round(days * 10) / 10} days`;
  if (days >= RETENTION_DAYS) return ok(name, found);
  const command = isCloud(address)
    ? `tcld namespace retention set --namespace ${namespace} --retention-days ${RETENTION_DAYS}`
    : `temporal operator namespace update --namespace ${namespace} --retention ${RETENTION_DAYS}d`;
  return warn(name, `${found}: after that, the same request reads the source again`, `\`${command}\``);
}

async function checkSearchAttributes(connection: Connection, namespace: string): Promise<Check> {
  const name = 'search attributes';
  const { missing, operatorDenied } = await findSearchAttributes(connection, namespace);
  if (missing.length === 0) return ok(name, 'registered');
  const command = registerCommand(missing, namespace, operatorDenied);
  return fail(name, `${missing.join(', ')} not registered`, `\`${command}\``);
}

function isCloud(address: string): boolean {
  return /\.(tmprl\.cloud|api\.temporal\.io)(:\d+)?$/.test(address);
}
