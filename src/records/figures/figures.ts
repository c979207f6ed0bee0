import type { RecordFigures } from '../../ports/index.js';
import type { Database } from '../postgres/database.js';
import { signsOfRestore } from '../postgres/check-connection.js';

interface Place {
  readonly org: string;
  readonly source: string;
  readonly destination: string;
}

/** Figures for people and machines that watch. Reads only. */
export function readFigures(database: Pick<Database, 'run'>, signal: AbortSignal): Promise<RecordFigures> {
  return database.run('reading figures', signal, async (query) => {
    const undelivered = await query<Place & { windows: number; oldest_ms: number }>(UNDELIVERED);
    const lags = await query<Place & { every: string; lag_ms: number }>(LAGS);
    const { deliveries: setBack } = await signsOfRestore(query);
    return {
      undelivered: undelivered.map(({ oldest_ms: oldestMs, ...each }) => ({ ...each, oldestMs })),
      lags: lags.map(({ lag_ms: lagMs, ...each }) => ({ ...each, lagMs })),
      setBack,
    };
  });
}

// A later revision makes an earlier one superfluous, also where it has not arrived.
const UNDELIVERED = `
SELECT d.org, coalesce(w.source, '') AS source, d.destination, count(*)::integer AS windows,
  (extract(epoch FROM clock_timestamp() - min(r.claimed_at)) * 1000)::float8 AS oldest_ms
FROM delivery_revisions r JOIN deliveries d USING (delivery_id) LEFT JOIN windows w USING (delivery_id)
WHERE r.delivered_by IS NULL AND r.expired_at IS NULL
  AND NOT EXISTS (SELECT FROM delivery_revisions x WHERE x.delivery_id = r.delivery_id AND x.revision > r.revision)
GROUP BY 1, 2, 3`;

// Before its first window a series is as far behind as its schedule is old.
const LAGS = `
SELECT e.org, e.source, e.destination, e.every,
  max(extract(epoch FROM clock_timestamp() - coalesce(newest.window_to, e.since)) * 1000)::float8 AS lag_ms
FROM expectations e LEFT JOIN LATERAL (
  SELECT w.window_to FROM windows w
  WHERE w.org = e.org AND w.series = e.series AND w.destination = e.destination
    AND EXISTS (SELECT FROM delivery_revisions r WHERE r.delivery_id = w.delivery_id AND r.delivered_by IS NOT NULL)
  ORDER BY w.window_from DESC LIMIT 1
) newest ON true
WHERE e.until IS NULL GROUP BY 1, 2, 3, 4`;
