/** A key of one caller: what another caller sends under the same name is another key. */
export interface OwnedKey {
  /** Id of the principal. */
  readonly principal: string;
  /** As sent in `Idempotency-Key`. */
  readonly key: string;
}

export interface KeyClaim extends OwnedKey {
  /** SHA-256 of the body's canonical JSON, 64 hex digits. */
  readonly bodyHash: string;
  readonly workflowId: string;
  /** The request as it is started, with an absolute window: JSON. */
  readonly request: string;
  /** ISO 8601. */
  readonly at: string;
}

/** What a key stands for, no matter which of several claimed it first. */
export interface ClaimedKey {
  /** Whether this claim is the first one. */
  readonly isNew: boolean;
  readonly bodyHash: string;
  readonly workflowId: string;
  readonly claimedAt: string;
  /** The run that came of it; null while nobody has heard of one: then `request` is what is to be started. */
  readonly runId: string | null;
  readonly request: string | null;
}

/** Which request was sent under which key, and which run came of it. Rejects with an `AdapterError`. */
export interface IdempotencyKeys {
  /** Written ahead of the start, so that a crash between the two is finished by the next request with this key. */
  claim(claim: KeyClaim, signal: AbortSignal): Promise<ClaimedKey>;
  /** Says which run came of it. The first answer stands. */
  settle(key: OwnedKey, runId: string, signal: AbortSignal): Promise<void>;
}
