import { createHash } from 'node:crypto';
import { z } from 'zod';

const payloadSchema = z.looseObject({
  timestamp: z.string(),
  queryId: z.string(),
  metrics: z.array(z.record(z.string(), z.unknown())),
  summary: z.looseObject({ total: z.number(), sampled: z.number() }),
  deliveryId: z.string().min(1),
  revision: z.int().positive(),
  part: z
    .strictObject({ index: z.int().nonnegative(), count: z.int().positive() })
    .refine(({ index, count }) => index < count, 'index must be below count'),
});

/** One part as the product sends it; other keys are kept as they came. */
type WebhookPayload = z.output<typeof payloadSchema>;

/** What the receiver holds of one window: a whole revision, never a part of one. */
export interface AcceptedWindow {
  readonly deliveryId: string;
  readonly revision: number;
  /** By part, in order. */
  readonly payloads: readonly WebhookPayload[];
  readonly webhookIds: readonly string[];
  /** The rows of all parts, in order. */
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/**
 * `accepted`: rows were taken in. `duplicate`: this id came before, with these bytes. `stale`: a later revision counts already.
 * `conflict`: this id came before with other bytes, or its place in the revision is taken. `malformed`: no payload of the product.
 */
export type Verdict = 'accepted' | 'duplicate' | 'stale' | 'conflict' | 'malformed';

/** A message, judged. Nothing of it is kept before `accept` is called. */
interface Judgement {
  readonly verdict: Verdict;
  readonly sha256: string;
  readonly payload?: WebhookPayload;
  /** Why it is malformed or in conflict. */
  readonly reason?: string;
  readonly accept?: () => void;
}

interface StoredPart {
  readonly webhookId: string;
  readonly payload: WebhookPayload;
}

/** Parts of a revision so far, by index. */
interface Revision {
  readonly count: number;
  readonly parts: Map<number, StoredPart>;
}

/** The receiver contract: ids are remembered, a revision counts when all its parts are there, and replaces the window. */
export class Inbox {
  /** SHA-256 of the body, by webhook id. */
  readonly #seen = new Map<string, string>();
  readonly #windows = new Map<string, AcceptedWindow>();
  readonly #pending = new Map<string, Revision>();

  judge(webhookId: string, body: Uint8Array): Judgement {
    const sha256 = createHash('sha256').update(body).digest('hex');
    const seen = this.#seen.get(webhookId);
    if (seen === sha256) return { verdict: 'duplicate', sha256 };
    if (seen !== undefined) return { verdict: 'conflict', sha256, reason: 'this id came with other bytes before' };
    const payload = payloadOf(body);
    if (typeof payload === 'string') return { verdict: 'malformed', sha256, reason: payload };

    const { deliveryId, revision, part } = payload;
    const current = this.#windows.get(deliveryId);
    if (current !== undefined && revision < current.revision) return { verdict: 'stale', sha256, payload };
    const place = `${deliveryId} ${revision}`;
    const known = this.#pending.get(place);
    if (current?.revision === revision || known?.parts.has(part.index) === true) {
      return { verdict: 'conflict', sha256, payload, reason: 'this part of the revision came under another id before' };
    }
    if (known !== undefined && known.count !== part.count) {
      return { verdict: 'conflict', sha256, payload, reason: `the revision had ${known.count} parts before` };
    }
    const accept = (): void => {
      this.#seen.set(webhookId, sha256);
      const collected = known ?? { count: part.count, parts: new Map<number, StoredPart>() };
      collected.parts.set(part.index, { webhookId, payload });
      this.#pending.set(place, collected);
      if (collected.parts.size === collected.count) this.#replaceWindow(payload, collected);
    };
    return { verdict: 'accepted', sha256, payload, accept };
  }

  /** What counts now, by delivery id. */
  windows(): ReadonlyMap<string, AcceptedWindow> {
    return this.#windows;
  }

  #replaceWindow({ deliveryId, revision }: WebhookPayload, { parts }: Revision): void {
    const ordered = [...parts.entries()].toSorted(([a], [b]) => a - b).map(([, part]) => part);
    const payloads = ordered.map(({ payload }) => payload);
    this.#windows.set(deliveryId, {
      deliveryId,
      revision,
      payloads,
      webhookIds: ordered.map(({ webhookId }) => webhookId),
      rows: payloads.flatMap(({ metrics }) => metrics),
    });
    this.#pending.delete(`${deliveryId} ${revision}`);
  }
}

/** The payload, or why it is not one. */
function payloadOf(body: Uint8Array): WebhookPayload | string {
  let document: unknown;
  try {
    document = JSON.parse(Buffer.from(body).toString());
  } catch {
    return 'the body is not JSON';
  }
  const parsed = payloadSchema.safeParse(document);
  if (parsed.success) return parsed.data;
  return parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
}
