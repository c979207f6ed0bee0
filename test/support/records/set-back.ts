import { Client } from 'pg';

/**
 * Remembers everything that a database holds. What it answers with puts it back, as a restore of a backup would: past the
 * triggers, with the product standing by.
 */
export async function backUp(url: string): Promise<() => Promise<void>> {
  const tables = await onClient(url, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'schema_migrations'`,
    );
    await client.query('DROP SCHEMA IF EXISTS kept CASCADE');
    await client.query('CREATE SCHEMA kept');
    for (const { name } of rows) await client.query(`CREATE TABLE kept.${name} AS TABLE public.${name}`);
    return rows.map(({ name }) => name);
  });
  return () =>
    onClient(url, async (client) => {
      await client.query('BEGIN');
      await client.query('ALTER TABLE audit DISABLE TRIGGER ALL');
      await client.query(`TRUNCATE ${tables.join(', ')} CASCADE`);
      await client.query(`SET LOCAL session_replication_role = 'replica'`);
      for (const name of tables) {
        await client.query(`INSERT INTO public.${name} OVERRIDING SYSTEM VALUE SELECT * FROM kept.${name}`);
      }
      await client.query('ALTER TABLE audit ENABLE TRIGGER ALL');
      await client.query('ALTER TABLE audit ENABLE ALWAYS TRIGGER audit_append_only');
      await client.query('COMMIT');
    });
}

async function onClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
