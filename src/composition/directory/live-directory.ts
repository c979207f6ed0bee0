import type { Destination as DestinationConfig } from '../../config/destinations/destinations.js';
import { DEFAULT_DESTINATION } from '../../config/destinations/destinations.js';
import type { OrgsConfig } from '../../config/orgs/orgs.js';
import type { SourceConfig } from '../../config/orgs/source.js';
import type { Directory } from '../../ports/index.js';
import type { OpenDestination } from '../destinations.js';
import { createDirectory } from './directory.js';
import type { OpenSource } from '../sources.js';

export interface Named {
  readonly orgs: OrgsConfig;
  readonly destinations: Readonly<Record<string, DestinationConfig>>;
}

export interface LiveDirectory {
  readonly directory: Directory;
  /** Opens what is new or has changed. What it takes the place of serves those who have it, until `close`. */
  change(to: Named): void;
  close(): Promise<void>;
}

interface Openers {
  /** By its name in the organisation. */
  readonly source: (config: SourceConfig, name: string) => OpenSource;
  readonly destination: (config: DestinationConfig, name: string) => OpenDestination;
  /** Whether `change` may ever be called. */
  readonly canChange: boolean;
}

/** The registry of sources and destinations, which follows its files: each step asks it again. */
export function liveDirectory(first: Named, open: Openers): LiveDirectory {
  const sources = reusing(open.source);
  const destinations = reusing(open.destination);
  const directoryOf = ({ orgs: { defaultOrg, orgs }, destinations: places }: Named): Directory =>
    createDirectory({
      defaultOrg,
      orgs: mapped(orgs, ({ sources: own, ...facts }, org) => ({
        ...facts,
        sources: mapped(own, (config, name) => sources.get(name, config, `${org} ${name}`)),
      })),
      defaultDestination: DEFAULT_DESTINATION,
      destinations: mapped(places, (config, name) => destinations.get(name, config)),
    });
  let current = directoryOf(first);
  return {
    directory: {
      canChange: open.canChange,
      get defaultOrg() {
        return current.defaultOrg;
      },
      get orgs() {
        return current.orgs;
      },
      defaultDestination: DEFAULT_DESTINATION,
      defaultSource: (org) => current.defaultSource(org),
      sources: (org) => current.sources(org),
      source: (org, name) => current.source(org, name),
      rulesOf: (org) => current.rulesOf(org),
      destinations: (org) => current.destinations(org),
      destination: (org, name) => current.destination(org, name),
    },
    change(to) {
      current = directoryOf(to);
    },
    async close() {
      await Promise.all([sources.close(), destinations.close()]);
    },
  };
}

/** Opens each by its key once for as long as its configuration stays the same. */
function reusing<Config, Open extends { close(): Promise<void> }>(open: (config: Config, name: string) => Open) {
  const opened = new Map<string, { readonly text: string; readonly it: Open }>();
  const all: Open[] = [];
  return {
    get(name: string, config: Config, key = name): Open {
      const text = JSON.stringify(config);
      const known = opened.get(key);
      if (known?.text === text) return known.it;
      const it = open(config, name);
      opened.set(key, { text, it });
      all.push(it);
      return it;
    },
    close: () => Promise.all(all.map((each) => each.close())),
  };
}

function mapped<A, B>(record: Readonly<Record<string, A>>, of: (value: A, name: string) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, of(value, name)]));
}
