import { types } from 'node:util';

/** Of an error that came of another that came of another. */
const DEPTH_MOST = 6;
const ERRORS_MOST = 10;

/** The fields of a log line, with every error in them as an object that JSON can hold: by itself it would be `{}`. */
export function plainErrors(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, plain(value, DEPTH_MOST)]));
}

function plain(value: unknown, depth: number): unknown {
  if (isError(value)) return depth === 0 ? String(value) : describe(value, depth - 1);
  if (depth === 0 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each: unknown) => plain(each, depth - 1));
  // Anything with a form of its own (a date, a map, bytes) is left to JSON.
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each, depth - 1)]));
}

/** Also one of a workflow's sandbox, whose `Error` is another. */
function isError(value: unknown): value is Error {
  return value instanceof Error || types.isNativeError(value);
}

/** An allow-list: what else an error carries may be a request with its headers. */
function describe(error: Error, depth: number): Record<string, unknown> {
  const { name, message, stack, cause } = error;
  const { code, details } = error as { readonly code?: unknown; readonly details?: unknown };
  return {
    type: name,
    message,
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    ...(typeof details === 'string' && details !== '' && { details }),
    ...(error instanceof AggregateError && {
      errors: error.errors.slice(0, ERRORS_MOST).map((each: unknown) => plain(each, depth)),
    }),
    ...(cause !== undefined && { cause: plain(cause, depth) }),
    ...(stack !== undefined && { stack }),
  };
}
