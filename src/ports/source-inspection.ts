/** What a look at a source has found out about a tenant. Nothing in it is personal. */
export interface SourceInspection {
  readonly tenantId: string;
  /** Host of the tenant's API. */
  readonly api: string;
  readonly apiVersion: string;
  /** The UTC day that was looked at. */
  readonly day: string;
  /** How the tenant spells the fields that are read; null where the day has no contact. */
  readonly fields: {
    readonly start: string;
    readonly found: readonly string[];
    readonly absent: readonly string[];
  } | null;
  /** Contacts of the day as the tenant states them; null where it does not. To be compared with an unrestricted screen. */
  readonly total: number | null;
  /** Contacts on the one page that was read: what follows is of these. */
  readonly looked: number;
  readonly media: readonly { readonly id: string | null; readonly label: string | null; readonly contacts: number }[];
  readonly skills: number;
  readonly teams: number;
  /** Inbound contacts that were never queued, and how many of them are flagged as abandoned. */
  readonly neverQueued: { readonly contacts: number; readonly abandoned: number };
  readonly orphans: number;
  readonly suspectedSplits: number;
  /** The oldest UTC day on which contacts were found, to the week; null where none was. `before`: there may be older ones. */
  readonly oldest: { readonly day: string; readonly before: boolean } | null;
  /** Whether the tenant gives its own sums by skill, and why not. */
  readonly summary: string;
  /** The tenant's own time zone, in its own words; null where it does not say. */
  readonly timeZone: string | null;
  /** Of the page, those that began first. */
  readonly journeys: readonly {
    readonly rootId: string;
    readonly start: string;
    readonly outcome: string;
    readonly contactIds: readonly string[];
  }[];
}
