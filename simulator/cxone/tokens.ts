import { createHash, randomBytes } from 'node:crypto';
import type { Tenant } from './credentials.js';

export interface TokenGrant {
  readonly token: string;
  readonly org: string;
  readonly scope: string;
  readonly expiresAtMs: number;
}

/** First 12 hex digits of the token's SHA-256: what a journal may know of it. */
export function fingerprintOf(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 12);
}

/** Issues bearer tokens and knows which of them still hold. They do not survive a restart of the simulator. */
export class TokenDesk {
  readonly #issued: string[] = [];
  readonly #valid = new Map<string, TokenGrant>();
  readonly #settings: { readonly scope: string; readonly lifetimeS: number; readonly prefix: string };

  constructor(settings: { scope: string; lifetimeS: number; prefix: string }) {
    this.#settings = settings;
  }

  /** A token that nobody knows yet: it holds from {@link issue} on. */
  prepare(tenant: Tenant, nowMs: number): TokenGrant {
    const { scope, lifetimeS, prefix } = this.#settings;
    const token = prefix + randomBytes(24).toString('base64url');
    return { token, org: tenant.org, scope, expiresAtMs: nowMs + lifetimeS * 1_000 };
  }

  issue(grant: TokenGrant): void {
    this.#issued.push(grant.token);
    this.#valid.set(grant.token, grant);
  }

  /** The grant of a token that is known, not revoked and not expired. */
  check(token: string, nowMs: number): TokenGrant | undefined {
    const grant = this.#valid.get(token);
    return grant !== undefined && nowMs < grant.expiresAtMs ? grant : undefined;
  }

  revoke(token: string): void {
    this.#valid.delete(token);
  }

  /** Revokes every token issued so far; answers how many held until now. */
  revokeAll(): number {
    const count = this.#valid.size;
    this.#valid.clear();
    return count;
  }

  /** Every token ever issued, for tests that look for them where they must not be. */
  issued(): readonly string[] {
    return this.#issued;
  }
}
