import type { z } from 'zod';
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
