import { rm } from 'node:fs/promises';
import { z } from 'zod';
import { diskError } from '../errors.js';
import { homePaths } from './home.js';
import { readJsonFile, writeJsonFile } from './json-file.js';
import { lockHolder } from '../install/process-lock.mjs';

/** What runs and where; null for what does not. URLs end without a slash. */
const stackFile = z.object({
  temporal: z.object({ address: z.string(), namespace: z.string(), uiUrl: z.string().nullable() }).nullable(),
  /** `url` holds the password. */
  database: z.object({ url: z.string() }).nullable(),
  gateway: z.object({ url: z.string() }).nullable(),
  /** The organisation of requests that name none. */
  org: z.string().nullable().default(null),
});
export type StackFile = z.infer<typeof stackFile>;

/** Where the running stack of a home is; null when none runs there, whatever file a crash may have left. */
export async function readStackFile(home: string): Promise<StackFile | null> {
  const paths = homePaths(home);
  return lockHolder(paths.lock) === null ? null : readJsonFile(paths.stackFile, stackFile);
}

/** For the owner of the stack. Replaces what is named and keeps the rest. @throws StackError `disk` */
export async function updateStackFile(home: string, change: Partial<StackFile>): Promise<void> {
  const path = homePaths(home).stackFile;
  const before = (await readJsonFile(path, stackFile)) ?? { temporal: null, database: null, gateway: null, org: null };
  await writeJsonFile(path, { ...before, ...change }).catch((error: unknown) => {
    throw diskError(error, home);
  });
}

/** Says that nothing runs in this home any more. */
export async function removeStackFile(home: string): Promise<void> {
  await rm(homePaths(home).stackFile, { force: true });
}
