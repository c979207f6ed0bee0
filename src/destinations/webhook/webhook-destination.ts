import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Dispatcher } from 'undici';
import type { PartLimits } from '../../contract/request/request.js';
import type { Ambient, PartAnswer, PartDestination } from '../../ports/index.js';
import { unlessAborted } from '../../async/abort.js';
import { networkFailureOf, type NetworkFailureKind } from '../../domain/network-failure.js';
import { parseRetryAfter } from '../../domain/retry-after.js';
import { createHttpSender, NotConnected } from '../../network/http-sender.js';
import { ProxyFailure } from '../../network/tunnel.js';
import { AddressRefused, byTls, publicOnlyConnector, refuseBehindProxy } from './address-guard.js';
import { WEBHOOK_ATTEMPTS } from './attempts.js';
import { checkWebhook } from './check.js';
import type { WebhookAddress } from './destination-url.js';
import { payloadBytes } from './payload.js';
import { signatureOf } from './signature.js';
import { parseWebhookSecret } from './webhook-secret.js';

export interface WebhookDestinationOptions {
  readonly address: WebhookAddress;
  readonly limits: PartLimits;
  readonly ambient: Ambient;
  /** Value of `X-Aggregator-Version`. */
  readonly version: string;
}

export interface WebhookDestination extends PartDestination {
  deliver(part: { readonly partId: string; readonly body: Uint8Array }, signal: AbortSignal): Promise<PartAnswer>;
  close(): Promise<void>;
}

const DEADLINE_MS = 20_000;
const PARTS_AT_ONCE = 4;
const packed = promisify(gzip);
const DISCARDED_BYTES = 64 * 1024;
/** The statuses with which a `Retry-After` says when the same request may be sent again. */
const THROTTLED = new Set([429, 502, 503, 504]);

const REASONS: Readonly<Record<NetworkFailureKind, string>> = {
  timeout: 'timeout',
  refused: 'connection refused',
  unreachable: 'host unreachable',
  dns: 'name not resolved',
  tls: 'TLS failed',
  reset: 'connection reset',
  'not http': 'no HTTP answer',
  proxy: 'proxy failed',
};

/**
 * Delivers parts as Standard Webhooks 1.0.0 has it: the part's id is the `webhook-id`, and a receiver makes a revision
 * visible itself. Throws on creation for a secret that is not one. `close` breaks off what is under way.
 */
export function createWebhookDestination(options: WebhookDestinationOptions): WebhookDestination {
  const { address, limits, ambient, version } = options;
  const { url, secrets, allowPrivate, ca, network, headers: own = {}, deadlineMs = DEADLINE_MS } = address;
  const { gzip: packs = false, concurrency = PARTS_AT_ONCE } = address;
  const keys = secrets.map(parseWebhookSecret);
  const guard = allowPrivate ? {} : { connect: publicOnlyConnector(undefined, byTls(ca)), refuse: refuseBehindProxy };
  const sender = createHttpSender({ network, ca, ...guard });

  function headersOf(webhookId: string, body: Uint8Array): Record<string, string> {
    const timestamp = Math.floor(ambient.now() / 1_000);
    return {
      ...own,
      'content-type': 'application/json',
      'x-aggregator-version': version,
      'webhook-id': webhookId,
      'webhook-timestamp': String(timestamp),
      ...(keys.length > 0 && { 'webhook-signature': signatureOf({ webhookId, timestamp, body }, keys) }),
    };
  }

  return {
    kind: 'webhook',
    place: url.href,
    limits,
    attempts: WEBHOOK_ATTEMPTS,
    signs: keys.length > 0,
    concurrency,
    encode: (header, { json }) => Promise.resolve(payloadBytes(header, json)),
    async deliver({ partId, body }, signal) {
      signal.throwIfAborted();
      const deadline = AbortSignal.timeout(deadlineMs);
      const bound = AbortSignal.any([signal, deadline]);
      try {
        // Signed is what the receiver reads: the JSON before it was packed.
        const headers = { ...headersOf(partId, body), ...(packs && { 'content-encoding': 'gzip' }) };
        const sending = packs ? await packed(body) : body;
        const sent = sender.send(url, { method: 'POST', headers, body: sending, signal: bound });
        const response = await unlessAborted(sent, bound);
        // The head is the answer. The body only keeps the connection usable, and may be endless or break off.
        await response.body.dump({ limit: DISCARDED_BYTES });
        signal.throwIfAborted();
        return answerOf(response, ambient.now(), packs);
      } catch (error) {
        signal.throwIfAborted();
        return noAnswer(error, deadline.aborted);
      }
    },
    check: (signal) => checkWebhook(address, signal),
    close: () => sender.close(),
  };
}

/** Statuses whose cause is ours to name; of all others the number says it. */
const SAYS: Readonly<Record<number, string>> = {
  401: 'the receiver wants another login: correct the headers or the secret of the destination',
  403: 'the receiver denies access: correct the headers or the secret of the destination',
  413: 'the part is too large for the receiver: raise its limit, or lower maxBytes or maxRows of the destination',
};

function reasonOf(status: number, packs: boolean): string {
  if (status >= 300 && status < 400) return `${status}, a redirect, not followed: give the destination the final URL`;
  if (status === 415 && packs) return '415: the receiver does not take gzip: set gzip of the destination to false';
  const says = SAYS[status];
  return says === undefined ? String(status) : `${status}: ${says}`;
}

function answerOf({ statusCode: status, headers }: Dispatcher.ResponseData, nowMs: number, packs: boolean): PartAnswer {
  const asked = headers['retry-after'];
  const retryAfterMs = THROTTLED.has(status) && typeof asked === 'string' ? parseRetryAfter(asked, nowMs) : undefined;
  return {
    delivered: status >= 200 && status <= 299,
    status,
    reason: reasonOf(status, packs),
    permanent: status === 410,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

function noAnswer(thrown: unknown, timedOut: boolean): PartAnswer {
  const error = thrown instanceof NotConnected ? thrown.cause : thrown;
  if (error instanceof ProxyFailure) return failed(error.message, false);
  if (error instanceof AddressRefused) return failed(error.message, true);
  if (timedOut) return failed(REASONS.timeout, false);
  const failure = networkFailureOf(error);
  if (failure === undefined) throw thrown;
  const { kind, code } = failure;
  return failed(kind === 'tls' ? `${REASONS.tls}: ${code}` : REASONS[kind], false);
}

function failed(reason: string, permanent: boolean): PartAnswer {
  return { delivered: false, reason, permanent };
}
