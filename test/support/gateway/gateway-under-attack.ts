import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Problem } from '../../../src/gateway/http/problem.js';
import { startKeyedGateway, type HttpAnswer, type KeyedGateway } from './keyed-gateway.js';
import type { Product } from '../product.js';
import { answerIn, rawExchange } from './raw-http.js';

/** Short ones, so that a test can outlive them. */
export const TIMES = { headersMs: 400, requestMs: 800, checkMs: 100, keepAliveMs: 500 };
/** Only a hang comes to it. */
export const PATIENCE_MS = 15_000;

export interface GatewayUnderAttack extends KeyedGateway {
  /** Value of `Authorization` of a key that may do everything. */
  readonly authorization: string;
  /** Sends bytes on a connection of their own; resolves with all that came back once the gateway has closed it. */
  readonly exchange: (bytes: string | Uint8Array) => Promise<string>;
  /** The same, and asserts that one whole problem of this status comes back. */
  readonly problemFor: (bytes: string | Uint8Array, status: number) => Promise<Problem>;
  /** `POST /aggregate` as bytes, with the key and the length that the body has unless a header says otherwise. */
  readonly start: (body: string, headers?: Readonly<Record<string, string>>) => string;
}

/** Starts a gateway and attacks it. Afterwards it must still answer, and nothing may have been its own mistake. */
export async function underAttack(
  t: TestContext,
  product: Product,
  attack: (gateway: GatewayUnderAttack) => Promise<void>,
): Promise<void> {
  const gateway = await startKeyedGateway(t, product, { serverLimits: TIMES, limits: { requestsPerKey: 100_000 } });
  const authorization = await gateway.newKey('test');
  const exchange = (bytes: string | Uint8Array): Promise<string> => rawExchange(gateway.port, bytes, PATIENCE_MS);
  await attack({
    ...gateway,
    authorization,
    exchange,
    async problemFor(bytes, status) {
      const { status: answered = 0, headers, text } = answerIn(await exchange(bytes));
      return problemIn({ status: answered, headers, text }, status);
    },
    start(body, headers = {}) {
      const length = String(Buffer.byteLength(body));
      const own = { authorization, connection: 'close', 'content-type': 'application/json', 'content-length': length };
      return requestBytes('POST /aggregate', { ...own, ...headers }, body);
    },
  });
  const runs = await gateway.ask('/runs?limit=1', { headers: { authorization } });
  assert.deepEqual([(await gateway.ask('/livez')).status, runs.status], [200, 200]);
  const mistakes = gateway.log.filter((line) => /"level":[56]0|"status":5/.test(line));
  assert.deepEqual(mistakes, []);
}

/** A request as bytes; a body is not counted unless a header says so. */
export function requestBytes(line: string, headers: Readonly<Record<string, string>> = {}, body = ''): string {
  const lines = Object.entries({ host: 'gateway', ...headers }).map(([name, value]) => `${name}: ${value}`);
  return [`${line} HTTP/1.1`, ...lines, '', body].join('\r\n');
}

/** The problem in an answer, which must be one, and of this status. */
export function problemIn({ status, headers, text }: HttpAnswer, expected: number): Problem {
  assert.equal(status, expected, text);
  assert.match(String(headers['content-type']), /^application\/problem\+json/);
  const problem = JSON.parse(text) as Problem;
  assert.equal(problem.status, expected);
  return problem;
}
