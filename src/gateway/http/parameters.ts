import { z } from 'zod';

/** What Temporal takes as an id, in bytes. */
const ID_BYTES_MOST = 1_000;

/** Names a run in an address. */
export const runParameters = z.strictObject({
  workflowId: z
    .string()
    .min(1)
    .refine((id) => Buffer.byteLength(id) <= ID_BYTES_MOST, `must have ${ID_BYTES_MOST} bytes at most`)
    .describe('The workflow id of the run.'),
});

export const orgParameter = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'must be one DNS label: lower-case letters, digits and "-"')
  .describe('Only runs of this organisation.');
