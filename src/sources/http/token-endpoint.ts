import { z } from 'zod';
import { CxoneError, malformed } from './errors.js';
import type { HttpAnswer } from './http.js';
import { parseJsonObject, upstreamReason } from './json-body.js';
import { statusFailure, type Wording } from './status-failure.js';

/** What the token endpoint granted. */
export interface Grant {
  readonly token: string;
  readonly expiresInS: number;
  readonly scope: string;
}

const LONGEST_LIFE_S = 1e9;
/** Of a token whose life nobody states (RFC 6749 lets `expires_in` out): short, because a new one costs one request. */
const UNSTATED_LIFE_S = 300;

const grantSchema = z.object({
  // Printable ASCII: anything else could not stand in a header.
  access_token: z.string().regex(/^[\x21-\x7e]{1,16384}$/),
  token_type: z
    .string()
    .regex(/^bearer$/i)
    .optional(),
  expires_in: z
    .union([
      z.number(),
      z
        .string()
        .regex(/^\d{1,10}$/)
        .transform(Number),
    ])
    .pipe(z.number().positive().max(LONGEST_LIFE_S))
    .nullish(),
  scope: z.string().max(2_048).nullish(),
});

/** The form of an OAuth client credentials request. Secrets with `&`, `=`, `+` or `%` in them need the encoding. */
export function tokenForm(clientId: string, clientSecret: string): string {
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
  return new URLSearchParams(form).toString();
}

/** How a token endpoint differs from the seed's. */
export interface GrantRules extends Wording {
  /** Life of a token whose answer states none; such an answer is refused unless given. */
  readonly defaultExpiresInS?: number;
  /** What to check after a refusal. */
  readonly credentials?: string;
}

/** Decodes the answer of the token endpoint strictly: half a grant is not one. */
export function readGrant(answer: HttpAnswer, org: string, rules: GrantRules = {}): Grant {
  const { status } = answer;
  if (status !== 200) throw refusal(answer, org, rules);
  const document = parseJsonObject(answer.body, 'token');
  const life = document['expires_in'] ?? rules.defaultExpiresInS;
  const parsed = grantSchema.safeParse({ ...document, expires_in: life });
  if (!parsed.success) {
    const fields = [...new Set(parsed.error.issues.map(({ path }) => path.join('.')))].join(', ');
    const reason = upstreamReason(answer.body);
    throw malformed('token', `lacks a usable ${fields}${reason === undefined ? '' : ` (${reason})`}`, { status });
  }
  const { access_token: token, expires_in: expiresInS, scope } = parsed.data;
  return { token, expiresInS: expiresInS ?? UNSTATED_LIFE_S, scope: scope ?? '' };
}

function refusal(answer: HttpAnswer, org: string, rules: GrantRules): CxoneError {
  const { status } = answer;
  if (status === 400 || status === 401) {
    const reason = rules.reason === undefined ? upstreamReason(answer.body) : rules.reason(answer);
    const said = [status, reason].filter((part) => part !== undefined).join(': ');
    const toCheck = rules.credentials ?? 'the client id and secret';
    const message = `The source refused the credentials of ${org} (${said}); check ${toCheck}.`;
    return new CxoneError('Unauthorized', message, { operation: 'token', status, effect: 'none' });
  }
  const failure = statusFailure(answer, 'token', rules);
  // A 404 or 405 here has nothing to do with a query: this is not the token endpoint.
  if (failure.failureType !== 'QueryRejected') return failure;
  return malformed('token', `is ${status}; check the base URL of ${org}`, { status });
}
