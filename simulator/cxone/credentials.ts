/** One organisation and the client that may read its data. */
export interface Tenant {
  readonly org: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Credentials with characters that a client must form-encode: sent as they are, they are wrong. */
export const DEFAULT_TENANT: Tenant = {
  org: 'acme',
  clientId: 'journey+metrics&simulator',
  clientSecret: 'not a=secret&not+one%2Fat/all',
};

export const DEFAULT_SCOPE = 'reporting:analytics:read journeys:read';
