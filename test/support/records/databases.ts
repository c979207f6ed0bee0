import pg from 'pg';

/** Nothing of a test outlives it, so nothing waits for a disk; and files that run at once share the connections. */
export const QUICK_POSTGRES = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=500'];

/** @returns URL of a new database, a copy of the template */
export async function createDatabase(adminUrl: string, name: string, template = 'template1'): Promise<string> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  } finally {
    await admin.end();
  }
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.href;
}
