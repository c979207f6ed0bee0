import { z } from 'zod';
import { isJson } from '../values/json.js';

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

type Json = z.core.util.JSONType;
// The refinement vouches for the type. A schema that refers to itself would say it too, but generators of clients
// leave out what has one.
export const json = z
  .unknown()
  .refine(isJson, 'must be a JSON value')
  .meta({ description: 'Any JSON value.' }) as unknown as z.ZodType<Json, Json>;

export const timeZoneName = z
  .string()
  .min(1)
  .max(64)
  .meta({ examples: ['Europe/Berlin', 'America/New_York', 'UTC'] });
