import { z } from 'zod';

/** A metric, a dimension, a report. */
export const fieldName = z
  .string()
  .regex(/^[A-Za-z][\w.-]{0,63}$/, 'must be a name of letters, digits, "_", "." and "-"');

/** Names, none twice: the published schema says it in words of its own, because it knows no refinements. */
export const names = (most: number, twice: string): z.ZodArray<typeof fieldName> =>
  z
    .array(fieldName)
    .max(most)
    .refine((list) => new Set(list).size === list.length, twice)
    .meta({ uniqueItems: true });
