import type { RowShape } from '../../domain/schema-memory.js';
import type { RowShapes } from '../../ports/index.js';
import { raise } from '../alerts/raise.js';
import type { Database } from '../postgres/database.js';

/** What the rows of each series look like. Throws only `RecordsError`. */
export function rowShapes(database: Database, now: () => number): RowShapes {
  return {
    async recall({ org, series, runKey }, signal) {
      const [row] = await database.run('recalling the fields of a series', signal, (query) =>
        query<{ shape: string | null }>(RECALL, [org, series, runKey]),
      );
      // A text of ours.
      return row?.shape == null ? null : (JSON.parse(row.shape) as RowShape);
    },
    async remember({ org, series, runKey, windowTo }, shape, change, signal) {
      await database.transaction('remembering the fields of a series', signal, async (query) => {
        if (shape) await query(REMEMBER, [org, series, JSON.stringify(shape), runKey, windowTo]);
        if (change) await raise(query, change, new Date(now()).toISOString());
      });
    },
  };
}

const RECALL = `
SELECT CASE WHEN run_key = $3 THEN before ELSE shape END AS shape FROM series_shapes WHERE org = $1 AND series = $2`;

const REMEMBER = `
INSERT INTO series_shapes AS known (org, series, shape, run_key, window_to) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (org, series) DO UPDATE SET shape = excluded.shape,
  before = CASE WHEN known.run_key = excluded.run_key THEN known.before ELSE known.shape END,
  run_key = excluded.run_key, window_to = excluded.window_to
WHERE known.window_to <= excluded.window_to`;
