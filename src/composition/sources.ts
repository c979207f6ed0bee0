import type { PageMemory } from '../async/page-memory.js';
import type {
  AnalyticsConfig,
  ContactsConfig,
  CustomReportConfig,
  DataExtractionConfig,
  SourceConfig,
} from '../config/orgs/source.js';
import type { Admission, Ambient, DaySheets, Source } from '../ports/index.js';
import { createAnalyticsSource } from '../sources/analytics/source.js';
import { createContactsSource } from '../sources/contacts/source.js';
import { createCustomReportSource } from '../sources/custom-report/source.js';
import { createDataExtractionSource } from '../sources/data-extraction/source.js';
import { DEFAULT_CIRCUIT, type CircuitLimits } from '../sources/http/circuit.js';
import { createTurns, type Turns } from '../sources/http/turns.js';

export type OpenSource = Source & { close(): Promise<void> };

export interface SourceWorld {
  readonly ambient: Ambient;
  /** Told of every token before it is used, so that the scrubber knows it. */
  readonly learnSecret: (secret: string) => void;
  /** Circuit and requests of a minute, for all workers; absent: a circuit of this process alone. */
  readonly admission?:
    ((org: string, limits: CircuitLimits & { readonly requestsPerMinute?: number }) => Admission) | undefined;
  /** Room for pages; unbounded unless given. */
  readonly memory?: PageMemory | undefined;
  /** Where settled days of contacts are kept; without it each reading asks for all of its days. */
  readonly sheets?: DaySheets;
  /** Of an organisation's tenant, for all of its sources; without it each source has its own. */
  readonly turnsOf?: (org: string) => Turns;
}

type Opener<Config> = (config: Config, world: SourceWorld) => OpenSource;

/** Every kind of source, by the word that configuration has for it. A new one is a folder in `sources/` and a line here. */
const KINDS = {
  analytics: (
    { org, ca, network, circuitOpenMs, catalogue, requestsPerMinute, ...access },
    { ambient, learnSecret, memory, admission },
  ) =>
    createAnalyticsSource({
      org,
      access,
      network,
      catalogue,
      ambient,
      memory,
      circuit: { openMs: circuitOpenMs },
      admission: admission?.(org, circuitLimits(circuitOpenMs, requestsPerMinute)),
      onToken: learnSecret,
      ...(ca !== undefined && { ca }),
    }),
  contacts: (
    { circuitOpenMs, requestsPerMinute, ...config },
    { ambient, learnSecret, memory, sheets, turnsOf, admission },
  ) =>
    createContactsSource({
      ...config,
      ambient,
      memory,
      circuit: { openMs: circuitOpenMs },
      admission: admission?.(config.org, circuitLimits(circuitOpenMs, requestsPerMinute)),
      onToken: learnSecret,
      ...(sheets && { sheets }),
      ...(turnsOf && { turns: turnsOf(config.org) }),
    }),
  'data-extraction': ({ circuitOpenMs, requestsPerMinute, ...config }, { ambient, learnSecret, turnsOf, admission }) =>
    createDataExtractionSource({
      ...config,
      ambient,
      circuit: { openMs: circuitOpenMs },
      admission: admission?.(config.org, circuitLimits(circuitOpenMs, requestsPerMinute)),
      onToken: learnSecret,
      ...(turnsOf && { turns: turnsOf(config.org) }),
    }),
  'custom-report': ({ circuitOpenMs, requestsPerMinute, ...config }, { ambient, learnSecret, turnsOf, admission }) =>
    createCustomReportSource({
      ...config,
      ambient,
      circuit: { openMs: circuitOpenMs },
      admission: admission?.(config.org, circuitLimits(circuitOpenMs, requestsPerMinute)),
      onToken: learnSecret,
      ...(turnsOf && { turns: turnsOf(config.org) }),
    }),
} as const satisfies {
  readonly analytics: Opener<AnalyticsConfig>;
  readonly contacts: Opener<ContactsConfig>;
  readonly 'data-extraction': Opener<DataExtractionConfig>;
  readonly 'custom-report': Opener<CustomReportConfig>;
};

function circuitLimits(openMs: number, requestsPerMinute: number | undefined) {
  return { ...DEFAULT_CIRCUIT, openMs, ...(requestsPerMinute !== undefined && { requestsPerMinute }) };
}

export function openSource(config: SourceConfig, world: SourceWorld): OpenSource {
  switch (config.kind) {
    case 'analytics':
      return KINDS.analytics(config, world);
    case 'contacts':
      return KINDS.contacts(config, world);
    case 'data-extraction':
      return KINDS['data-extraction'](config, world);
    case 'custom-report':
      return KINDS['custom-report'](config, world);
  }
}

/** Turns by organisation, made when they are first asked for. */
export function turnsByOrg(): (org: string) => Turns {
  const made = new Map<string, Turns>();
  return (org) => {
    const turns = made.get(org) ?? createTurns();
    made.set(org, turns);
    return turns;
  };
}
