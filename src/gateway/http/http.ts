import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { PROBLEM_MEDIA_TYPE, PROBLEMS, type ProblemType, problemSchema } from './problem.js';

/** One status of a route, as the OpenAPI document has it. */
export interface Answer {
  readonly description: string;
  readonly content: Readonly<Record<string, { readonly schema: z.ZodType }>>;
}

/** What every route with a key may answer instead. */
const ALWAYS = [
  'InvalidRequest',
  'Unauthenticated',
  'Forbidden',
  'AddressTooLong',
  'TooManyRequests',
  'Unexpected',
] as const satisfies readonly ProblemType[];

export function json(description: string, schema: z.ZodType): Answer {
  return { description, content: { 'application/json': { schema } } };
}

/** All that a route may answer: its own answers, and by status the problems that it may have. */
export function answers(
  own: Readonly<Record<number, Answer | z.ZodType>>,
  problems: readonly ProblemType[],
): Record<number, Answer | z.ZodType> {
  const titles = new Map<number, string[]>();
  for (const type of new Set([...problems, ...ALWAYS])) {
    const { status, title } = PROBLEMS[type];
    titles.set(status, [...(titles.get(status) ?? []), `${title}.`]);
  }
  const content = { [PROBLEM_MEDIA_TYPE]: { schema: problemSchema } };
  const refused = [...titles].map(([status, said]) => [status, { description: said.join(' '), content }] as const);
  return { ...Object.fromEntries(refused), ...own };
}

/**
 * Aborts as soon as nobody needs the answer to be worked on: its client has gone or has it, the gateway stops, or, where
 * `ms` is given, the time is up. Frees itself with the answer.
 */
export function answerLife(
  { raw }: Pick<FastifyReply, 'raw'>,
  { stopping, ms }: { readonly stopping?: AbortSignal; readonly ms?: number },
): AbortSignal {
  const life = new AbortController();
  const timer = ms === undefined ? undefined : setTimeout(end, ms);
  function end(): void {
    clearTimeout(timer);
    stopping?.removeEventListener('abort', end);
    raw.off('close', end);
    life.abort();
  }
  stopping?.addEventListener('abort', end);
  raw.once('close', end);
  if (raw.destroyed || stopping?.aborted === true) end();
  return life.signal;
}

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

/** Nobody waits longer for one answer: proxies on the way would not. */
export const WAIT_MOST_SECONDS = 60;

const QUOTED = /"((?:[^"\\]|\\.)*)"/g;
const WAIT = /(?:^|,)\s*wait\s*=\s*(\d{1,9})\s*(?=[;,]|$)/i;

/**
 * How long a client would wait, of a `Prefer` header (RFC 7240): whole seconds, 60 at most. Undefined where it says
 * nothing of it, or nothing that can be understood: that must be ignored. Of several the first counts.
 */
export function waitPreference(prefer: string | undefined): number | undefined {
  // Commas within quotes part nothing.
  const plain = (prefer ?? '').replaceAll(QUOTED, (_quoted, text: string) => (/^\d+$/.test(text) ? text : '""'));
  const [, seconds] = WAIT.exec(plain) ?? [];
  return seconds === undefined ? undefined : Math.min(Number(seconds), WAIT_MOST_SECONDS);
}
