import { Client } from 'pg';
import { unlessAborted, within } from '../../async/abort.js';

const CONNECT_MS = 10_000;

/** Where the table is; read again for every connection, so that a new password is taken up. */
export type ReadUrl = () => string;

/** A bad or missing URL: what to do, without the URL. */
export class UrlUnusable extends Error {
  override readonly name = 'UrlUnusable';
}

/** Works on a connection of its own, which ends with the work, or with the signal. */
export async function withClient<T>(
  readUrl: ReadUrl,
  signal: AbortSignal,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = openClient(readUrl());
  // A connection that breaks rejects the query under way; without a listener it would also end the process.
  client.on('error', () => undefined);
  try {
    const late = (): Error => Object.assign(new Error('no connection in time'), { code: 'ETIMEDOUT' });
    await within(signal, CONNECT_MS, late, (bound) => unlessAborted(client.connect(), bound));
    return await unlessAborted(work(client), signal);
  } finally {
    // Not waited for: a server that is gone answers nothing.
    void client.end().catch(() => undefined);
  }
}

function openClient(url: string): Client {
  try {
    if (!/^postgres(ql)?:\/\//.test(url)) throw new TypeError('another scheme');
    return new Client({ connectionString: url, application_name: 'journey-metrics', keepAlive: true });
  } catch {
    throw new UrlUnusable('the URL file has no Postgres URL: write postgres://user:password@host:port/database');
  }
}

/** `host:port/database`, never with user or password; undefined for what is no URL. */
export function placeOf(url: string): string | undefined {
  try {
    const { host, port, database } = openClient(url);
    return `${host}:${port}/${database ?? ''}`;
  } catch {
    return undefined;
  }
}

/** A name as SQL has it. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A table, as configuration names it: `metrics`, or `journeys.metrics`. */
export interface TableName {
  readonly schema?: string;
  readonly name: string;
}

export function parseTable(text: string): TableName | undefined {
  const [, schema, name] = /^(?:([A-Za-z_]\w{0,62})\.)?([A-Za-z_]\w{0,54})$/.exec(text) ?? [];
  if (name === undefined) return undefined;
  return { name, ...(schema !== undefined && { schema }) };
}

export function sqlOf({ schema, name }: TableName): string {
  return schema === undefined ? quoted(name) : `${quoted(schema)}.${quoted(name)}`;
}
