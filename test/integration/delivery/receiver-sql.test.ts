import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test, type TestContext } from 'node:test';
import pg from 'pg';
import { postgresWithRecords } from '../../support/records/records.js';

const postgres = postgresWithRecords();
const WINDOW = ['2026-10-01T00:00:00Z', '2026-10-02T00:00:00Z'] as const;

/** The statements of docs/receiver.md, block by block, as they are printed. */
async function printed(): Promise<readonly [string, string, string]> {
  const page = await readFile(new URL('../../../docs/receiver.md', import.meta.url), 'utf8');
  const blocks = [...page.matchAll(/```sql\n([^]*?)```/g)].map(([, block = '']) => block.replaceAll(/^--.*$/gm, ''));
  const [tables, part, replace] = blocks;
  assert.ok(tables && part && replace);
  return [tables, part, replace];
}

async function receiver(t: TestContext) {
  const client = new pg.Client({ connectionString: await postgres.database() });
  await client.connect();
  t.after(() => client.end());
  const [tables, part, replace] = await printed();
  await client.query('CREATE SCHEMA bi; SET search_path = bi');
  await client.query(tables);
  return {
    store: (revision: number, index: number, rows: readonly object[]) =>
      client.query(part, ['d', revision, index, JSON.stringify(rows)]),
    /** As a receiver reads the block: it stops at the comment where a later revision counts. */
    complete: async (revision: number) => {
      const values: readonly unknown[] = ['d', revision, 'series', ...WINDOW];
      for (const statement of replace.split(';').filter((text) => text.trim() !== '')) {
        const most = Math.max(0, ...[...statement.matchAll(/\$(\d)/g)].map(([, digit]) => Number(digit)));
        const { rows } = await client.query<{ revision?: number }>(statement, values.slice(0, most));
        if ((rows[0]?.revision ?? 0) >= revision) return client.query('ROLLBACK');
      }
      return undefined;
    },
    sums: async () => {
      const sums = `SELECT count(*)::int AS rows, sum((cells ->> 'a')::numeric)::text AS sum FROM rows`;
      return (await client.query<{ rows: number; sum: string | null }>(sums)).rows[0];
    },
  };
}

test('the SQL for receivers holds one revision, the highest, in whatever order parts and revisions come', async (t) => {
  const { store, complete, sums } = await receiver(t);
  await store(1, 1, [{ a: '0.25' }]);
  await store(1, 0, [{ a: 1 }, { a: '2' }]);
  await store(1, 0, [{ a: 1 }, { a: '2' }]);
  await complete(1);
  assert.deepEqual(await sums(), { rows: 3, sum: '3.25' });
  await store(3, 0, [{ a: '0.1' }]);
  await complete(3);
  assert.deepEqual(await sums(), { rows: 1, sum: '0.1' });
  await store(2, 0, [{ a: 7 }, { a: 8 }]);
  await complete(2);
  assert.deepEqual(await sums(), { rows: 1, sum: '0.1' });
  await store(4, 0, []);
  await complete(4);
  assert.deepEqual(await sums(), { rows: 0, sum: null });
});
