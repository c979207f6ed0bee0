import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Env } from './environment.js';
import { homeOf } from './places.js';

const stackFileSchema = z.object({
  temporal: z.object({ address: z.string(), namespace: z.string(), uiUrl: z.string().nullish() }).nullish(),
  database: z.object({ url: z.string() }).nullish(),
  gateway: z.object({ url: z.string() }).nullish(),
  /** The organisation that `dev` works for. */
  org: z.string().nullish(),
});

/** Where a running `npm run dev` (or a kept demo) is: its `stack.json`. */
export type RunningDev = z.infer<typeof stackFileSchema>;

/** Undefined when none runs on this home, or its file cannot be read. */
export function findRunningDev(env: Env): RunningDev | undefined {
  try {
    return stackFileSchema.parse(JSON.parse(readFileSync(join(homeOf(env), 'stack.json'), 'utf8')));
  } catch {
    return undefined;
  }
}
