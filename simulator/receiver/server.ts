import type { IncomingHttpHeaders } from 'node:http';
import { LOGIN_PAGE, LOGIN_PATH } from '../faults/alter.js';
import type { FaultSchedule } from '../faults/named.js';
import { FaultPlan } from '../faults/plan.js';
import { answerAdmin, commonRoutes, type AdminRoutes } from '../http/admin.js';
import { conduct, type JournaledRequest } from '../http/exchange.js';
import { listen } from '../http/listen.js';
import type { ArrivedRequest, Outcome } from '../http/reply.js';
import { transmit } from '../http/transmit.js';
import { InvalidSimulatorOption } from '../invalid-option.js';
import { Journal } from '../journal.js';
import { keepFile } from '../kept-file.js';
import { Inbox, type AcceptedWindow, type Verdict } from './inbox.js';
import { checkSignature, DEFAULT_WEBHOOK_SECRET, type SignatureCheck } from './signature.js';

const WEBHOOK_PATH = '/webhooks/journey-metrics';

/** Larger than any part that the product may send by default, by far. */
const MAX_BODY_BYTES = 32 * 2 ** 20;

export interface ReceiverOptions {
  /** Default 127.0.0.1. */
  readonly host?: string | undefined;
  /** Default 0: any free one. */
  readonly port?: number | undefined;
  /** `whsec_…`; a signature by any of them will do. */
  readonly secrets?: readonly string[];
  /** Takes messages without a signature, too; a wrong one is refused all the same. Default false. */
  readonly allowUnsigned?: boolean;
  readonly faults?: FaultSchedule;
  /** Seed of faults by rate; default `faults`. */
  readonly faultSeed?: string;
  /** NDJSON file that the journal is appended to. */
  readonly journalFile?: string | undefined;
  /** Keeps `<sha256>.json` in this folder for every body whose rows are taken in, byte for byte. */
  readonly bodyFolder?: string | undefined;
  /** Milliseconds since the epoch; the system's clock unless given. */
  readonly now?: () => number;
}

/** What the journal says of a delivery attempt beside operation, effect (rows were taken in), status and fault. */
interface ReceiverFacts {
  readonly webhookId?: string;
  readonly signature?: SignatureCheck;
  /** `refused`: by its signature, or for want of an id. */
  readonly verdict?: Verdict | 'refused';
  /** Why, unless it was accepted. */
  readonly reason?: string;
  readonly deliveryId?: string;
  readonly revision?: number;
  /** 0-based. */
  readonly part?: number;
  readonly parts?: number;
  readonly rows?: number;
  readonly bytes?: number;
  /** Of the body, in 64 hex digits. */
  readonly sha256?: string;
  readonly webhookTimestamp?: string;
  readonly aggregatorVersion?: string;
}

export type ReceiverEntry = ReceiverFacts & JournaledRequest;

/** A running webhook receiver. */
export interface Receiver {
  /** The address to deliver to. */
  readonly webhookUrl: string;
  /** Origin, without a trailing slash. */
  readonly url: string;
  readonly journal: Journal<ReceiverEntry>;
  readonly faults: FaultPlan;
  /** What counts now, by delivery id: complete revisions only. */
  windows(): ReadonlyMap<string, AcceptedWindow>;
  stop(): Promise<void>;
}

/** Starts a receiver that keeps the receiver contract, on loopback. @throws InvalidSimulatorOption before anything listens */
export async function startReceiver(options: ReceiverOptions = {}): Promise<Receiver> {
  const { host, port, now = Date.now, secrets = [DEFAULT_WEBHOOK_SECRET], allowUnsigned = false, bodyFolder } = options;
  if (secrets.length === 0 && !allowUnsigned) {
    throw new InvalidSimulatorOption(
      'The receiver has no secret to verify with: name one, or allow unsigned messages.',
    );
  }
  const inbox = new Inbox();
  const faults = new FaultPlan(options.faultSeed ?? 'faults', options.faults);
  const journal = new Journal<ReceiverEntry>({ now, file: options.journalFile });
  const routes: AdminRoutes = {
    ...commonRoutes(faults, journal),
    'GET windows': () => ({ status: 200, body: [...inbox.windows().values()] }),
  };
  const server = await listen(
    async (request, response, signal) => {
      const admin = answerAdmin(routes, request);
      if (admin !== undefined) return transmit(response, admin, undefined, signal);
      const nowMs = now();
      const outcome = answer(inbox, request, { secrets, allowUnsigned, bodyFolder, nowMs });
      await conduct({ request, response, outcome, faults, journal, nowMs, signal });
    },
    { host, port, maxBodyBytes: MAX_BODY_BYTES },
  );
  return {
    url: server.url,
    webhookUrl: server.url + WEBHOOK_PATH,
    journal,
    faults,
    windows: () => inbox.windows(),
    stop: () => server.stop(),
  };
}

interface Ways {
  readonly secrets: readonly string[];
  readonly allowUnsigned: boolean;
  readonly bodyFolder: string | undefined;
  readonly nowMs: number;
}

function answer(inbox: Inbox, request: ArrivedRequest, ways: Ways): Outcome<ReceiverFacts> {
  const { method, url, body } = request;
  if (url.pathname === LOGIN_PATH) return { operation: 'other', reply: { status: 200, body: LOGIN_PAGE }, facts: {} };
  if (method !== 'POST' || url.pathname !== WEBHOOK_PATH)
    return { operation: 'other', reply: { status: 404 }, facts: {} };
  if (body === null) return refuse(413, 'the body is too large', {});
  return receive(inbox, request.headers, body, ways);
}

function receive(inbox: Inbox, headers: IncomingHttpHeaders, body: Buffer, ways: Ways): Outcome<ReceiverFacts> {
  const header = (name: string): string => headers[name]?.toString() ?? '';
  const webhookId = header('webhook-id');
  const timestamp = header('webhook-timestamp');
  const version = header('x-aggregator-version');
  const signature = checkSignature(
    { id: webhookId, timestamp, signature: header('webhook-signature'), body },
    ways.secrets,
    ways.nowMs,
  );
  const facts: ReceiverFacts = {
    webhookId,
    signature,
    bytes: body.length,
    webhookTimestamp: timestamp,
    ...(version !== '' && { aggregatorVersion: version }),
  };
  if (webhookId === '') return refuse(400, 'there is no webhook-id', facts);
  if (signature !== 'valid' && !(signature === 'absent' && ways.allowUnsigned)) {
    return refuse(401, `the signature is ${signature}`, facts);
  }
  const { verdict, payload, sha256, reason, accept } = inbox.judge(webhookId, body);
  return {
    operation: 'webhook',
    subject: webhookId,
    reply: { status: verdict === 'malformed' ? 400 : 200, body: { verdict, ...(reason !== undefined && { reason }) } },
    facts: {
      ...facts,
      sha256,
      verdict,
      ...(reason !== undefined && { reason }),
      ...(payload !== undefined && {
        deliveryId: payload.deliveryId,
        revision: payload.revision,
        part: payload.part.index,
        parts: payload.part.count,
        rows: payload.metrics.length,
      }),
    },
    ...(accept !== undefined && {
      effect: () => {
        keepFile(ways.bodyFolder, `${sha256}.json`, body);
        accept();
      },
    }),
  };
}

function refuse(status: number, reason: string, facts: ReceiverFacts): Outcome<ReceiverFacts> {
  return { operation: 'webhook', reply: { status, body: { reason } }, facts: { ...facts, verdict: 'refused', reason } };
}
