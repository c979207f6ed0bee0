import type { AuditEntry, NewAlert } from '../../ports/index.js';
import type { Query } from '../postgres/database.js';
import { endAlerts } from './raise.js';

/** What an entry of the audit trail is a cause of. Ends what a run that has its rows ends. In the entry's transaction. */
export async function alertsOf(query: Query, entry: AuditEntry): Promise<readonly NewAlert[]> {
  const { kind, status, timestamp } = entry;
  if (kind === 'delivery' || kind === 'fenced' || kind === 'paused') return [];
  if (['failed', 'terminated', 'timed-out'].includes(status)) return [failed(entry)];
  if (status === 'undelivered') return [await undelivered(query, entry), ...(await emptied(query, entry))];
  if (status === 'cancelled') return [];
  const until = matterOf(entry);
  if (until) await endAlerts(query, until, timestamp);
  return kind === 'run' ? emptied(query, entry) : [];
}

/** The window of the series that a run read; undefined where it did not get so far. */
function matterOf({ org, series, window }: AuditEntry): NewAlert['until'] {
  return window === null || series === null ? undefined : ['reading', org ?? '', series, window.from, window.to];
}

function failed(entry: AuditEntry): NewAlert {
  const { status, failureType, failureMessage, org, series } = entry;
  const reason = failureType === null ? '' : ` with ${failureType}`;
  const ended = status === 'failed' ? 'failed' : status === 'timed-out' ? 'timed out' : 'was terminated';
  const until = matterOf(entry);
  return {
    event: 'run.failed',
    key: [entry.runKey],
    org,
    what: `The ${named(entry)} ${ended}${reason}${failureMessage === null ? '' : `: ${failureMessage}`}`,
    about: { ...subjectOf(entry), ...(failureType !== null && { failureType }) },
    fold: [org ?? '', series ?? '', failureType ?? status],
    ...(until && { until }),
  };
}

async function undelivered(query: Query, entry: AuditEntry): Promise<NewAlert> {
  const { delivery, deliveries, org } = entry;
  const late = deliveries
    ? deliveries.filter(({ outcome }) => outcome === 'undelivered').map(({ destination }) => destination)
    : (await query<{ destination: string }>(DESTINATION, [delivery?.deliveryId])).map((row) => row.destination);
  const destination = late[0];
  const where = late.length === 0 ? 'its destination' : late.join(', ');
  const until = matterOf(entry);
  return {
    event: 'run.undelivered',
    key: [entry.runKey],
    org,
    what: `The ${named(entry)} has its rows, but they did not reach ${where}`,
    about: {
      ...subjectOf(entry),
      ...(destination !== undefined && { destination }),
      ...(delivery && { deliveryId: delivery.deliveryId, revision: delivery.revision }),
    },
    fold: [org ?? '', ...late],
    ...(until && { until }),
  };
}

/** A window without rows is news only where its weekday and hour had some in the four weeks before. */
async function emptied(query: Query, entry: AuditEntry): Promise<readonly NewAlert[]> {
  const { rows, org, series, window } = entry;
  if (rows?.returned !== 0 || series === null || window === null || entry.reading === 'not-at-source') return [];
  const values = [org, series, window.from, window.to, window.timeZone];
  const [usual] = await query<{ rows: number }>(USUALLY, values);
  if (usual === undefined) return [];
  return [
    {
      event: 'data.empty',
      key: [org ?? '', series, window.from, window.to],
      org,
      what: `The ${named(entry)} has no rows; the same time of an earlier week had ${usual.rows}`,
      about: subjectOf(entry),
      fold: [org ?? '', series],
    },
  ];
}

function named({ kind, report, window, org, workflowId }: AuditEntry): string {
  const what = kind === 'redelivery' ? 'redelivery' : 'run';
  if (window === null) return `${what} ${workflowId}`;
  const name = report?.name === undefined ? '' : ` "${report.name}"`;
  return `${what}${name} of ${org ?? 'an unknown organisation'} for ${window.label} (${window.timeZone})`;
}

function subjectOf({ workflowId, series, window, report }: AuditEntry): NewAlert['about'] {
  return {
    workflowId,
    ...(series !== null && { series }),
    ...(report && { source: report.source }),
    ...(window && { window }),
  };
}

const DESTINATION = 'SELECT destination FROM deliveries WHERE delivery_id = $1';

// By local time: a week before is seven days of the clock. A month is compared with the one before.
const USUALLY = `
SELECT rows FROM windows w
WHERE org = $1 AND series = $2 AND rows > 0 AND window_from < $3::timestamptz
  AND abs(extract(epoch FROM (window_to - window_from) - ($4::timestamptz - $3::timestamptz))) <= 4 * 86400
  AND (
    ($3::timestamptz AT TIME ZONE $5) - (window_from AT TIME ZONE $5)
      IN (interval '7 days', interval '14 days', interval '21 days', interval '28 days')
    OR ($4::timestamptz - $3::timestamptz >= interval '27 days' AND window_from >= $3::timestamptz - interval '35 days')
  )
ORDER BY window_from DESC LIMIT 1`;
