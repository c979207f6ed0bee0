import type { FastifyReply } from 'fastify';

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
