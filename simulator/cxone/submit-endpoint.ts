import { randomUUID } from 'node:crypto';
import type { SourceQuery } from '../../src/contract/request/request.js';
import type { Outcome, Reply } from '../http/reply.js';
import { keepFile } from '../kept-file.js';
import { createRowSource } from '../rows/row-source.js';
import {
  authorise,
  refusal,
  RESULTS_PATH,
  revoking,
  type Api,
  type ApiCall,
  type CxoneFacts,
  type Endpoint,
} from './api.js';
import type { AcceptedQuery } from './queries.js';
import type { QueryProblem } from './validate.js';

/** `POST /api/v2/reporting/analytics`: 202 with the `Location` of the result. */
export const answerSubmit: Endpoint = (api, call) => {
  const operation = 'submit';
  const authorised = authorise(api, call, ['reporting:analytics:read', 'journeys:read']);
  if ('refused' in authorised) return { operation, reply: authorised.refused, facts: authorised.facts };
  const { org } = authorised.grant;
  const idempotencyKey = headerOf(call, 'idempotency-key');
  const facts: CxoneFacts = { ...authorised.facts, ...(idempotencyKey !== undefined && { idempotencyKey }) };
  const query = api.readQuery(jsonOf(call.body));
  const outcome =
    'length' in query ? { reply: rejected(query), facts } : submit(api, call, { org, query, idempotencyKey, facts });
  const subject = idempotencyKey === undefined ? {} : { subject: idempotencyKey };
  return { operation, ...subject, ...outcome, revokeToken: revoking(api, authorised) };
};

interface Submission {
  readonly org: string;
  readonly query: SourceQuery;
  readonly idempotencyKey: string | undefined;
  readonly facts: CxoneFacts;
}

/** Same key, same query: the query that came first. Same key, other query: refused. Else a new query. */
function submit(api: Api, call: ApiCall, submission: Submission): Omit<Outcome<CxoneFacts>, 'operation'> {
  const { org, query, idempotencyKey } = submission;
  const facts: CxoneFacts = { ...submission.facts, query };
  const heeded = api.options.idempotent === false ? undefined : idempotencyKey;
  const known = heeded === undefined ? undefined : api.queries.findByKey(org, heeded, query);
  if (known === 'other') {
    return {
      reply: refusal(422, 'IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key was used with another query.'),
      facts,
    };
  }
  if (known !== undefined) {
    return { reply: accepted(api, call, known.queryId), facts: { ...facts, queryId: known.queryId, repeated: true } };
  }
  const created: AcceptedQuery = {
    queryId: randomUUID(),
    org,
    query,
    source: createRowSource({ org, query, data: api.data }),
    submittedAtMs: call.nowMs,
    idempotencyKey,
    polls: 0,
  };
  return {
    reply: accepted(api, call, created.queryId),
    facts: { ...facts, queryId: created.queryId },
    effect: () => {
      const { queryId, source } = created;
      keepFile(api.options.resultFolder, `${queryId}.json`, JSON.stringify(source.rows(0, source.total)));
      api.queries.accept(created);
    },
  };
}

function rejected(problems: readonly QueryProblem[]): Reply {
  const list = problems.map(({ field, message }) => (field === '' ? message : `${field}: ${message}`));
  return refusal(400, 'INVALID_QUERY', list.join('; '), { details: problems });
}

function accepted({ options }: Api, call: ApiCall, queryId: string): Reply {
  const origin = options.location === 'absolute' ? `http://${call.headers.host ?? ''}` : '';
  return {
    status: 202,
    headers: { location: `${origin}${RESULTS_PATH}${queryId}` },
    body: { queryId, status: 'RUNNING' },
  };
}

function headerOf(call: ApiCall, name: string): string | undefined {
  const value = call.headers[name];
  return typeof value === 'string' ? value : undefined;
}

/** Undefined for what is no JSON: no query either. */
function jsonOf(body: Buffer | null): unknown {
  try {
    return JSON.parse(body?.toString() ?? '');
  } catch {
    return undefined;
  }
}
