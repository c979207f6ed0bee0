import { CxoneError, malformed, type Operation } from './errors.js';
import type { HttpAnswer } from './http.js';
import { upstreamReason } from './json-body.js';

/** Statuses by which a server asks for the same request again. Nothing has run. */
const TRY_AGAIN = new Set([408, 425, 429, 503]);

const ACTS: Readonly<Record<Operation, string>> = {
  token: 'have a token',
  submit: 'submit this query',
  poll: 'ask for this result',
  page: 'read this',
};

/** What an API says and wants in its own words. */
export interface Wording {
  readonly reason?: (answer: HttpAnswer) => string | undefined;
  /** What to do about a 403. */
  readonly right?: string;
}

/** What a complete answer means that is not one of those a call hopes for. The same for every call. */
export function statusFailure(answer: HttpAnswer, operation: Operation, wording: Wording = {}): CxoneError {
  const { status } = answer;
  const reason = wording.reason === undefined ? upstreamReason(answer.body) : wording.reason(answer);
  const said = reason === undefined ? String(status) : `${status}: ${reason}`;
  const details = { operation, status, effect: 'none' } as const;
  if (status === 401) {
    return new CxoneError('Unauthorized', `The source refused a fresh token (${said}); check the client.`, details);
  }
  if (status === 403) {
    const remedy = wording.right ?? 'grant it reporting:analytics:read and journeys:read';
    return new CxoneError('Forbidden', `The client may not ${ACTS[operation]} (${said}); ${remedy}.`, details);
  }
  if (TRY_AGAIN.has(status) || (status >= 500 && status < 600)) return unavailable(answer, operation);
  if (status >= 400 && status < 500) {
    return new CxoneError(
      'QueryRejected',
      `The source refuses to let the client ${ACTS[operation]} (${said}).`,
      details,
    );
  }
  if (status >= 300 && status < 400) return malformed(operation, `is a redirect (${status}), not followed`, details);
  const effect = operation === 'submit' ? 'unknown' : 'none';
  return malformed(operation, `has a status that its API does not have (${status})`, { status, effect });
}

/** The source cannot answer now. Only a gateway's or a crash's 5xx leaves it open whether a submission was accepted. */
function unavailable({ status, retryAfterMs }: HttpAnswer, operation: Operation): CxoneError {
  const effect = operation === 'submit' && !TRY_AGAIN.has(status) ? 'unknown' : 'none';
  return new CxoneError('UpstreamUnavailable', `The source answered ${status} to ${operation}; the step is retried.`, {
    operation,
    status,
    effect,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}
