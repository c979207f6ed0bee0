import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { createHttpSender, NotConnected } from '../../../network/http-sender.js';
import type { Network } from '../../../network/proxies.js';

/** What the SDK hands over, as far as it is used here. */
interface SdkRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

type Handler = Extract<S3ClientConfig['requestHandler'], { handle: unknown }>;

/** The client of HTTP sets the first itself, and knows no answer before the body that the second asks for. */
const LEFT_OUT = new Set(['content-length', 'expect']);

export interface S3HttpOptions {
  readonly network?: Network | undefined;
  readonly ca?: string | undefined;
  readonly connections: number;
  readonly connectWithinMs: number;
}

/** Carries the SDK's requests, to S3 and to what gives out roles, on the same ways as everything else. */
export function createS3Http(options: S3HttpOptions): Handler {
  const sender = createHttpSender(options);
  const handler = {
    metadata: { handlerProtocol: 'http/1.1' },
    async handle(request: SdkRequest, { abortSignal }: { readonly abortSignal?: AbortSignal } = {}) {
      const signal = abortSignal ?? new AbortController().signal;
      try {
        const { method, body = null } = request;
        const headers = Object.entries(request.headers).filter(([name]) => !LEFT_OUT.has(name.toLowerCase()));
        // The SDK names methods as HTTP does.
        const sent = { method: method as 'GET', headers: Object.fromEntries(headers), body, signal };
        const answer = await sender.send(urlOf(request), sent);
        return { response: { statusCode: answer.statusCode, headers: joined(answer.headers), body: answer.body } };
      } catch (error) {
        throw error instanceof NotConnected ? error.cause : error;
      }
    },
    destroy: () => void sender.close(),
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  };
  // The SDK tells answers by their fields; its classes are in a package that is not ours to import.
  return handler as unknown as Handler;
}

function urlOf({ protocol, hostname, port, path, query = {} }: SdkRequest): URL {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === null ? [escaped(name)] : [value].flat().map((each) => `${escaped(name)}=${escaped(each)}`),
  );
  const search = pairs.length === 0 ? '' : `?${pairs.join('&')}`;
  return new URL(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}${search}`);
}

/** As the signature has it. */
function escaped(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function joined(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]));
}
