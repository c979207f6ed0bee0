import { z } from 'zod';
import type { Immutable } from '../values/immutable.js';

/** Stored bytes, by where and what. The scope is `runs/<runKey>` or `deliveries/<deliveryId>`. */
export const blobSchema = z.object({
  scope: z.string().describe('The run or delivery that the bytes belong to and are deleted with.'),
  sha256: z.string().describe('Their hash, 64 hex digits.'),
  bytes: z.int().min(0).describe('How many they are.'),
});
export type BlobRef = Immutable<z.output<typeof blobSchema>>;
