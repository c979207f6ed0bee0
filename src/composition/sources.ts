import type {
  AnalyticsConfig,
  ContactsConfig,
  CustomReportConfig,
  DataExtractionConfig,
  SourceConfig,
} from '../config/source.js';
import type { Ambient, DaySheets, Source } from '../ports/index.js';
import { createAnalyticsSource } from '../sources/analytics/source.js';
import { createContactsSource } from '../sources/contacts/source.js';
import { createCustomReportSource } from '../sources/custom-report/source.js';
import { createJobTurns, type JobTurns } from '../sources/data-extraction/job-turns.js';
import { createDataExtractionSource } from '../sources/data-extraction/source.js';
import { createTurns, type Turns } from '../sources/http/turns.js';

export type OpenSource = Source & { close(): Promise<void> };

export interface SourceWorld {
  readonly ambient: Ambient;
  /** Told of every token before it is used, so that the scrubber knows it. */
  readonly learnSecret: (secret: string) => void;
  /** Where settled days of contacts are kept; without it each reading asks for all of its days. */
  readonly sheets?: DaySheets;
  /** Of an organisation's tenant, for all of its sources; without it each source has its own. */
  readonly turnsOf?: (org: string) => Turns;
  /** Whose turn it is to start a job of Data Extraction, for all sources; without it this one has its own. */
  readonly jobTurns?: JobTurns;
}

type Opener<Config> = (config: Config, world: SourceWorld) => OpenSource;

/** Every kind of source, by the word that configuration has for it. A new one is a folder in `sources/` and a line here. */
const KINDS = {
  analytics: ({ org, ca, network, circuitOpenMs, catalogue, ...access }, { ambient, learnSecret }) =>
    createAnalyticsSource({
      org,
      access,
      network,
      catalogue,
      ambient,
      circuit: { openMs: circuitOpenMs },
      onToken: learnSecret,
      ...(ca !== undefined && { ca }),
    }),
  contacts: ({ circuitOpenMs, ...config }, { ambient, learnSecret, sheets, turnsOf }) =>
    createContactsSource({
      ...config,
      ambient,
      circuit: { openMs: circuitOpenMs },
      onToken: learnSecret,
      ...(sheets && { sheets }),
      ...(turnsOf && { turns: turnsOf(config.org) }),
    }),
  'data-extraction': ({ circuitOpenMs, ...config }, { ambient, learnSecret, turnsOf, jobTurns }) =>
    createDataExtractionSource({
      ...config,
      ambient,
      jobTurns: jobTurns ?? createJobTurns(ambient),
      circuit: { openMs: circuitOpenMs },
      onToken: learnSecret,
      ...(turnsOf && { turns: turnsOf(config.org) }),
    }),
  'custom-report': ({ circuitOpenMs, ...config }, { ambient, learnSecret, turnsOf }) =>
    createCustomReportSource({
      ...config,
      ambient,
      circuit: { openMs: circuitOpenMs },
      onToken: learnSecret,
      ...(turnsOf && { turns: turnsOf(config.org) }),
    }),
} as const satisfies {
  readonly analytics: Opener<AnalyticsConfig>;
  readonly contacts: Opener<ContactsConfig>;
  readonly 'data-extraction': Opener<DataExtractionConfig>;
  readonly 'custom-report': Opener<CustomReportConfig>;
};

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
function turnsByOrg(): (org: string) => Turns {
  const made = new Map<string, Turns>();
  return (org) => {
    const turns = made.get(org) ?? createTurns();
    made.set(org, turns);
    return turns;
  };
}

/** What the sources of one process share. */
export function shared(ambient: Ambient): Required<Pick<SourceWorld, 'turnsOf' | 'jobTurns'>> {
  return { turnsOf: turnsByOrg(), jobTurns: createJobTurns(ambient) };
}
