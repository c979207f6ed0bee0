import type { FailureType } from './failures.js';

/** What an adapter may say of an error. Nothing else of it reaches history or a log: no URL, header or body. */
export interface SafeDetails {
  /** `token`, `submit`, `poll`, `page`, `webhook`, `store`, `records`. */
  readonly operation: string;
  readonly status?: number;
  /** `timeout`, `reset`, `refused`, `tls`, `dns`, … */
  readonly code?: string;
  readonly retryAfterMs?: number;
  /** Trying again does not help, because a setting is wrong: a program that starts ends with 2. */
  readonly misconfigured?: true;
  /** Of a request: whether it may have taken effect upstream. */
  readonly effect?: 'none' | 'unknown';
  /** Short facts for the message's reader, e.g. `{ expected: 10000, received: 9000 }`. */
  readonly facts?: Readonly<Record<string, string | number | boolean | null>>;
}

/** Base of the closed error families of `cxone/`, `datasets/`, `delivery/` and `records/`. */
export abstract class AdapterError extends Error {
  /** The failure that the run sees if nothing else is decided. */
  abstract readonly failureType: FailureType;
  readonly details: SafeDetails;

  /** @param message one sentence that names the thing and what to do; without secrets, URLs and bodies */
  protected constructor(message: string, details: SafeDetails, options?: ErrorOptions) {
    super(message, options);
    this.details = details;
  }
}
