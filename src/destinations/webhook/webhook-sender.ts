import { Agent, request, type Dispatcher } from 'undici';
import type { Ambient, PartAnswer, WebhookSender } from '../../ports/index.js';
import { unlessAborted } from '../../async/abort.js';
import { networkFailureOf, type NetworkFailureKind } from '../../domain/network-failure.js';
import { parseRetryAfter } from '../../domain/retry-after.js';
import { AddressRefused, publicOnlyConnector } from './address-guard.js';
import { signatureOf } from './signature.js';
import { parseWebhookSecret } from './webhook-secret.js';

/** Where a destination's webhooks go. */
export interface Destination {
  /** From `parseDestinationUrl`. */
  readonly url: URL;
  /** `whsec_…`, each of them signs; none: deliveries are unsigned. */
  readonly secrets: readonly string[];
  /** Also plain http and addresses inside a network. */
  readonly allowPrivate: boolean;
  /** For one whole attempt; default 20 s. */
  readonly deadlineMs?: number;
}

export interface WebhookSenderOptions {
  /** By the name that requests use. */
  readonly destinations: Readonly<Record<string, Destination>>;
  readonly ambient: Ambient;
  /** Value of `X-Aggregator-Version`. */
  readonly version: string;
}

const DEADLINE_MS = 20_000;
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
};

/**
 * Sends webhooks as Standard Webhooks 1.0.0 has it, once a call. Everything a receiver or the network does is an answer;
 * only the reason of the caller's own aborted signal is thrown. Throws on creation for a secret that is none.
 * `close` breaks off what is under way.
 */
export function createWebhookSender(options: WebhookSenderOptions): WebhookSender & { close(): Promise<void> } {
  const { ambient, version } = options;
  const publicOnly = new Agent({ connect: publicOnlyConnector() });
  const anywhere = new Agent({ connect: { minVersion: 'TLSv1.2' } });
  const destinations = new Map(
    Object.entries(options.destinations).map(([name, { secrets, ...destination }]) => {
      return [name, { ...destination, keys: secrets.map(parseWebhookSecret) }];
    }),
  );

  return {
    signs: (name) => (destinations.get(name)?.keys.length ?? 0) > 0,
    async send({ destination: name, webhookId, body }, signal) {
      signal.throwIfAborted();
      const destination = destinations.get(name);
      if (!destination) return failed(`destination ${name} is not configured`, true);
      const { url, keys, allowPrivate, deadlineMs = DEADLINE_MS } = destination;
      const timestamp = Math.floor(ambient.now() / 1_000);
      const headers = {
        'content-type': 'application/json',
        'x-aggregator-version': version,
        'webhook-id': webhookId,
        'webhook-timestamp': String(timestamp),
        ...(keys.length === 0 ? {} : { 'webhook-signature': signatureOf({ webhookId, timestamp, body }, keys) }),
      };
      const deadline = AbortSignal.timeout(deadlineMs);
      const bound = AbortSignal.any([signal, deadline]);
      const dispatcher = allowPrivate ? anywhere : publicOnly;
      try {
        const sent = request(url, { dispatcher, method: 'POST', headers, body, signal: bound });
        const response = await unlessAborted(sent, bound);
        // The head is the answer. The body only keeps the connection usable, and may be endless or break off.
        await response.body.dump({ limit: DISCARDED_BYTES });
        signal.throwIfAborted();
        return answerOf(response, ambient.now());
      } catch (error) {
        signal.throwIfAborted();
        return noAnswer(error, deadline.aborted);
      }
    },
    async close() {
      await Promise.all([publicOnly.destroy(), anywhere.destroy()]);
    },
  };
}

function answerOf({ statusCode: status, headers }: Dispatcher.ResponseData, nowMs: number): PartAnswer {
  const redirect = status >= 300 && status < 400;
  const asked = headers['retry-after'];
  const retryAfterMs = THROTTLED.has(status) && typeof asked === 'string' ? parseRetryAfter(asked, nowMs) : undefined;
  return {
    status,
    reason: redirect ? `${status}, a redirect, not followed` : String(status),
    permanent: status === 410,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

function noAnswer(error: unknown, timedOut: boolean): PartAnswer {
  if (error instanceof AddressRefused) return failed(error.message, true);
  if (timedOut) return failed(REASONS.timeout, false);
  const failure = networkFailureOf(error);
  if (failure === undefined) throw error;
  const { kind, code } = failure;
  return failed(kind === 'tls' ? `${REASONS.tls}: ${code}` : REASONS[kind], false);
}

function failed(reason: string, permanent: boolean): PartAnswer {
  return { status: null, reason, permanent };
}
