/** What a key may be allowed to do; each route names the one that it wants. */
export const SCOPES = ['runs:start', 'runs:read', 'runs:control', 'audit:read', 'rows:read'] as const;
export type Scope = (typeof SCOPES)[number];

/** Who asks. */
export interface Principal {
  /** Id of the key, never its secret: it is logged, and it owns idempotency keys and the count of requests. */
  readonly id: string;
  readonly scopes: ReadonlySet<Scope>;
  /** Organisations whose runs it may start and see; `*` for every one. */
  readonly orgs: ReadonlySet<string> | '*';
}

export function maySee(principal: Principal, org: string | null): boolean {
  return principal.orgs === '*' || (org !== null && principal.orgs.has(org));
}

/** Whose runs and entries a list may have: of what was asked for; undefined for all, and for those of no organisation. */
export function orgsSeen(principal: Principal, asked?: string): readonly string[] | undefined {
  if (asked !== undefined) return maySee(principal, asked) ? [asked] : [];
  return principal.orgs === '*' ? undefined : [...principal.orgs];
}

/** The one of `npm run dev` without a key file, where only this machine can reach the gateway. */
export const ANYBODY_HERE: Principal = { id: 'dev', scopes: new Set(SCOPES), orgs: '*' };
