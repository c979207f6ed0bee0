import type { Destination, Directory, OrgRules, Source } from '../../ports/index.js';

export interface Places {
  readonly defaultOrg: string;
  readonly defaultDestination: string;
  /** By organisation: its sources by name, and which of them a request means that names none. */
  readonly orgs: Readonly<
    Record<string, OrgRules & { readonly defaultSource: string; readonly sources: Readonly<Record<string, Source>> }>
  >;
  readonly destinations: Readonly<Record<string, Destination>>;
}

/** The registry of sources and destinations, by the names that configuration gives them. */
export function createDirectory({ defaultOrg, defaultDestination, orgs, destinations }: Places): Directory {
  const orgOf = new Map(Object.entries(orgs));
  const sources = new Map([...orgOf].map(([org, { sources: own }]) => [org, new Map(Object.entries(own))]));
  const destinationOf = new Map(Object.entries(destinations));
  const allowed = (org: string): readonly string[] => {
    const rules = orgOf.get(org);
    return rules === undefined ? [] : (rules.destinations ?? [...destinationOf.keys()]);
  };
  return {
    canChange: false,
    defaultOrg,
    defaultDestination,
    orgs: [...orgOf.keys()],
    defaultSource: (org) => orgOf.get(org)?.defaultSource,
    sources: (org) => [...(sources.get(org)?.keys() ?? [])],
    source: (org, name) => sources.get(org)?.get(name),
    rulesOf: (org) => orgOf.get(org),
    destinations: allowed,
    destination: (org, name) => (allowed(org).includes(name) ? destinationOf.get(name) : undefined),
  };
}
