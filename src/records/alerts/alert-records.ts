import type { AlertEvent } from '../../contract/alerts.js';
import type { Alert, AlertRecords, AlertSend, AlertSubject } from '../../ports/index.js';
import { canonicalJson } from '../../contract/values/json.js';
import type { Database } from '../postgres/database.js';
import { endAlerts, raise } from './raise.js';

interface AlertRow {
  readonly id: string;
  readonly event: AlertEvent;
  readonly org: string | null;
  readonly what: string;
  readonly about: string;
  readonly number: number;
  readonly told: boolean;
  readonly raised_at: Date;
  readonly until: string | null;
  readonly ended_at: Date | null;
  readonly handed_at: Date | null;
  readonly sends: string | null;
}

/** What somebody was told of, or is to be. Throws only `RecordsError`. */
export function alertRecords(database: Database): AlertRecords {
  return {
    raise: (alert, at, signal) => database.transaction('raising an alert', signal, (query) => raise(query, alert, at)),
    end: (until, end, at, signal) =>
      database.transaction('ending an alert', signal, async (query) => {
        const told = await query(OPEN_AND_TOLD, [canonicalJson(until)]);
        if (end !== undefined && told.length > 0) await raise(query, end, at);
        await endAlerts(query, until, at);
      }),
    async waiting(limit, signal) {
      const rows = await database.run('looking for alerts to send', signal, (query) =>
        query<{ id: string }>(WAITING, [limit]),
      );
      return rows.map(({ id }) => id);
    },
    async handedOver(ids, at, signal) {
      await database.run('noting alerts that are being sent', signal, (query) => query(HAND_OVER, [ids, at]));
    },
    async find(id, signal) {
      const [row] = await database.run('reading an alert', signal, (query) => query<AlertRow>(FIND, [id]));
      return row ? alertOf(row) : null;
    },
    async list({ limit, event = null, org = null, isOpen = null }, signal) {
      const rows = await database.run('listing alerts', signal, (query) =>
        query<AlertRow>(LIST, [limit, event, org, isOpen]),
      );
      return rows.map(alertOf);
    },
    async noteSend({ id, receiver }, { delivered, reason }, at, signal) {
      await database.run('noting what a receiver said', signal, (query) =>
        query(NOTE_SEND, [id, receiver, reason, at, delivered ? at : null]),
      );
    },
  };
}

function alertOf(row: AlertRow): Alert {
  const { id, event, org, what, number, told, raised_at: raised, until, ended_at: ended } = row;
  return {
    ...{ id, event, org, what, number, told },
    // Texts of ours: `raise` and the statement wrote them.
    about: JSON.parse(row.about) as AlertSubject,
    raisedAt: raised.toISOString(),
    endable: until !== null,
    endedAt: ended?.toISOString() ?? null,
    handedAt: row.handed_at?.toISOString() ?? null,
    sends: JSON.parse(row.sends ?? '[]') as readonly AlertSend[],
  };
}

const OPEN_AND_TOLD = 'SELECT FROM alerts WHERE until = $1 AND ended_at IS NULL AND told';

const WAITING = 'SELECT id FROM alerts WHERE told AND handed_at IS NULL ORDER BY raised_at, id LIMIT $1';

const HAND_OVER = 'UPDATE alerts SET handed_at = $2 WHERE id = ANY($1) AND handed_at IS NULL';

const iso = (column: string): string => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const COLUMNS = `
SELECT a.id, a.event, a.org, a.what, a.about, a.number, a.told, a.raised_at, a.until, a.ended_at, a.handed_at,
  (SELECT json_agg(json_build_object('receiver', s.receiver, 'attempts', s.attempts, 'reason', s.reason,
    'triedAt', ${iso('s.tried_at')}, 'sentAt', ${iso('s.sent_at')}) ORDER BY s.receiver)::text
    FROM alert_sends s WHERE s.alert_id = a.id) AS sends
FROM alerts a`;

const FIND = `${COLUMNS} WHERE a.id = $1`;

const LIST = `${COLUMNS}
WHERE ($2::text IS NULL OR a.event = $2) AND ($3::text IS NULL OR a.org = $3)
  AND ($4::boolean IS NULL OR (a.until IS NOT NULL AND a.ended_at IS NULL) = $4)
ORDER BY a.raised_at DESC, a.id LIMIT $1`;

const NOTE_SEND = `
INSERT INTO alert_sends AS send (alert_id, receiver, attempts, reason, tried_at, sent_at) VALUES ($1, $2, 1, $3, $4, $5)
ON CONFLICT (alert_id, receiver) DO UPDATE SET attempts = send.attempts + 1, reason = excluded.reason,
  tried_at = excluded.tried_at, sent_at = coalesce(send.sent_at, excluded.sent_at)`;
