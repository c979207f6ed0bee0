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
import { createDataExtractionSource } from '../sources/data-extraction/source.js';
import { createTurns, type Turns } from '../sources/data-extraction/turn.js';

export type OpenSource = Source & { close(): Promise<void> };

export interface SourceWorld {
  readonly ambient: Ambient;
  /** Told of every token before it is used, so that the scrubber knows it. */
  readonly learnSecret: (secret: string) => void;
  /** Where settled days of contacts are kept; without it each reading asks for all of its days. */
  readonly sheets?: DaySheets;
  /** Shared by all sources of a process, so that two of one tenant keep its gap. Absent: this source has its own. */
  readonly turns?: Turns;
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
  contacts: ({ circuitOpenMs, ...config }, { ambient, learnSecret, sheets }) =>
    createContactsSource({
      ...config,
      ambient,
      circuit: { openMs: circuitOpenMs },
      onToken: learnSecret,
      ...(sheets && { sheets }),
    }),
  'data-extraction': ({ circuitOpenMs, ...config }, { ambient, learnSecret, turns = createTurns(ambient) }) =>
    createDataExtractionSource({
      ...config,
      ambient,
      turns,
      circuit: { openMs: circuitOpenMs },
      onToken: learnSecret,
    }),
  'custom-report': ({ circuitOpenMs, ...config }, { ambient, learnSecret }) =>
    createCustomReportSource({ ...config, ambient, circuit: { openMs: circuitOpenMs }, onToken: learnSecret }),
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
