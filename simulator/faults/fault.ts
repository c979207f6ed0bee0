import { z } from 'zod';

/** Where a fault may strike. `poll` is a GET of the result's location, `page` one with a page token. */
export const OPERATIONS = ['token', 'submit', 'poll', 'page', 'webhook'] as const;
export type Operation = (typeof OPERATIONS)[number];

/**
 * The same, of real CXone: `list` is any short document of the Reporting API, `job` a POST of Data Extraction, `jobs` what
 * is asked about them, `csv` their result, `download` a custom report.
 */
export const REPORTING_OPERATIONS = [
  'discovery',
  'grant',
  'contacts',
  'list',
  'job',
  'jobs',
  'csv',
  'download',
] as const;
/** Every place where a fault may strike. */
export type FaultPoint = Operation | (typeof REPORTING_OPERATIONS)[number];

const retryAfterSchema = z.union([
  z.strictObject({ seconds: z.int() }),
  z.strictObject({ dateInSeconds: z.number() }),
  z.strictObject({ literal: z.string() }),
  /** The header comes this many times. */
  z.strictObject({ each: z.array(z.string()).min(2) }),
]);
export type RetryAfter = z.output<typeof retryAfterSchema>;

/** The answer takes the place of the real one. With `afterEffect` the effect took place nevertheless, and nobody is told. */
const instead = { afterEffect: z.boolean().default(false) };

const insteadFaults = [
  /** Any status; without `retryAfter` there is no such header. `revokeToken` makes a 401 last for that token. */
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(200).max(599),
    retryAfter: retryAfterSchema.optional(),
    revokeToken: z.boolean().default(false),
    ...instead,
  }),
  /** 200 with a login page. */
  z.strictObject({ kind: z.literal('html'), ...instead }),
  /** 200 with JSON that is not one of the API's documents. */
  z.strictObject({ kind: z.literal('wrong-json'), ...instead }),
  /** 302 to a login page of the same server, unless `to` is given. */
  z.strictObject({ kind: z.literal('redirect'), to: z.string().optional(), ...instead }),
  /** The connection is closed, or reset, without an answer. */
  z.strictObject({ kind: z.literal('drop'), reset: z.boolean().default(false), ...instead }),
] as const;

/** The effect takes place, the answer says something wrong. */
const answerFaults = [
  z.strictObject({ kind: z.literal('query-status'), status: z.enum(['RUNNING', 'FAILED', 'CANCELLED', 'EXPIRED']) }),
  z.strictObject({ kind: z.literal('wrong-total'), by: z.int().default(1) }),
  /** The next page token is the one that asked for this page. */
  z.strictObject({ kind: z.literal('page-loop') }),
  z.strictObject({ kind: z.literal('other-query') }),
  /** The rows of the page before it: the total agrees, the content does not. */
  z.strictObject({ kind: z.literal('repeated-rows') }),
  /** As many rows, none with a key that was asked for. */
  z.strictObject({ kind: z.literal('strange-rows') }),
  /** Null: no such header. */
  z.strictObject({ kind: z.literal('location'), value: z.string().nullable() }),
] as const;

/** The answer is right, its way is not. */
const transportFaults = [
  z.strictObject({ kind: z.literal('slow'), delayMs: z.number().nonnegative() }),
  z.strictObject({ kind: z.literal('drip'), bytes: z.int().positive(), everyMs: z.number().nonnegative() }),
  /** Content-Length names the whole body; half of it comes, then the connection closes. */
  z.strictObject({ kind: z.literal('truncated') }),
  /** All of the body comes, and the connection stays open; Content-Length names that many bytes more, or fewer. */
  z.strictObject({ kind: z.literal('wrong-length'), by: z.int() }),
  /** A complete answer that holds half of the document. */
  z.strictObject({ kind: z.literal('cut-json') }),
  /** The document, followed by that many blanks; a few kB of gzip. */
  z.strictObject({ kind: z.literal('gzip-bomb'), bytes: z.int().positive() }),
  /** The document, followed by that many blanks. */
  z.strictObject({ kind: z.literal('oversized'), bytes: z.int().positive() }),
] as const;

export const faultSchema = z.discriminatedUnion('kind', [...insteadFaults, ...answerFaults, ...transportFaults]);

/** One way to misbehave, with every default filled in. */
export type Fault = z.output<typeof faultSchema>;

/** Whether the request is answered as if it had never arrived. */
export function preventsEffect(fault: Fault | undefined): boolean {
  return fault !== undefined && 'afterEffect' in fault && !fault.afterEffect;
}
