import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Where the servers are that all files of a test run share; see test/run.ts. */
const servers = z.object({
  temporalAddress: z.string(),
  /** Of the superuser, to make databases with. */
  databaseUrl: z.string(),
  /** Name of the database that has the schema, and nothing in it. */
  templateDatabase: z.string(),
  /** Files with the workflows as a worker gets them. */
  bundles: z.object({ product: z.string(), skippedTime: z.string() }),
});
export type SharedServers = z.infer<typeof servers>;

const VARIABLE = 'JOURNEY_METRICS_TEST_SERVERS';

/** Undefined for a file that is run by itself: it starts what it needs. */
export function sharedServers(env: NodeJS.ProcessEnv = process.env): SharedServers | undefined {
  const text = env[VARIABLE];
  return text === undefined ? undefined : servers.parse(JSON.parse(text));
}

export function sharing(shared: SharedServers): NodeJS.ProcessEnv {
  return { [VARIABLE]: JSON.stringify(shared) };
}

export function readBundle(path: string): { readonly code: string; readonly sourceMap: string } {
  return { code: readFileSync(path, 'utf8'), sourceMap: '' };
}
