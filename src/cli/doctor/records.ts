import type { Config } from '../../config/config.js';
import {
  checkConnection,
  type ConnectionCounts,
  type ConnectionReport,
  type UsedDefinition,
} from '../../records/postgres/check-connection.js';
import { countOf } from '../../text/number-text.js';
import { checkOr, fail, ok, warn, type Check, type Findings } from './check.js';

const NAME = 'Postgres';
const CONNECTIONS = 'connections';

interface RecordFindings extends Findings {
  /** Absent where Postgres does not say. */
  readonly definitions?: readonly UsedDefinition[];
}

/** Looks at the Postgres of the records. Changes nothing. @param workers how many poll */
export async function examineRecords(
  config: Config,
  now: () => number,
  workers: Promise<number>,
): Promise<RecordFindings> {
  let report: ConnectionReport | undefined;
  let askedAt = 0;
  const check = await checkOr(NAME, async () => {
    const url = config.databaseUrl();
    askedAt = now();
    report = await checkConnection({ url }, new AbortController().signal);
    return judge(report);
  });
  if (!report) return { checks: [check] };
  const serverTime = Date.parse(report.serverTime);
  const clock = { of: NAME, behindAtLeastMs: askedAt - serverTime, behindAtMostMs: now() - serverTime };
  const connections = judgeConnections(report.connections, config.databaseConnections(), await workers);
  const { setBack, definitions } = report;
  return {
    checks: [check, connections, ...judgeRestore(setBack)],
    clocks: [clock],
    ...(definitions && { definitions }),
  };
}

function judge({ where, server, schema, writable }: ConnectionReport): Check {
  const { present, known, oldest } = schema;
  const found = `${server} at ${where}`;
  if (!writable)
    return fail(NAME, `${found} does not accept writes`, 'make it writable, or name the primary in DATABASE_URL');
  if (known < oldest) {
    const newer = `${found} has version ${present} of the schema and needs a program of version ${oldest}; this one is ${known}`;
    return fail(NAME, newer, 'update this program');
  }
  if (present < known) {
    const older = `${found} has schema version ${present} of ${known}`;
    return warn(NAME, older, 'start a worker of this version: it updates the schema');
  }
  return ok(NAME, `${found}, schema version ${present}${present > known ? `, which version ${known} may use` : ''}`);
}

/** Whether those that run and another one have room, each with as many connections as it may open. */
export function judgeConnections({ usable, inUse, ours }: ConnectionCounts, each: number, workers = 1): Check {
  const others = inUse - ours;
  const fit = Math.max(0, Math.floor((usable - others) / each));
  const found =
    `${usable} usable, ${inUse} in use (${others} by other programs); a worker or gateway takes up to ${each}, ` +
    `so there is room for ${fit} of them; ${countOf(workers, 'worker polls', 'workers poll')}`;
  // What is open now shows the least of what our programs may take.
  if (fit > Math.max(1, workers) && ours <= fit * each) return ok(CONNECTIONS, found);
  return warn(CONNECTIONS, found, 'raise max_connections of Postgres, or lower DATABASE_CONNECTIONS');
}

function judgeRestore(setBack: ConnectionReport['setBack']): readonly Check[] {
  if (setBack === null || setBack.deliveries === 0) return [];
  const { deliveries, last } = setBack;
  const found = `${countOf(deliveries, 'delivery', 'deliveries')} had revisions that Postgres does not know, last at ${last ?? 'an unknown time'}`;
  const remedy =
    'Postgres was restored from an older backup: `journey-metrics audit reconcile` writes the missing audit entries; ' +
    'see "Restore" in docs/operations.md';
  return [warn('restore', found, remedy)];
}
