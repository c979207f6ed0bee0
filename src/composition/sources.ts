import type { SourceConfig } from '../config/source.js';
import type { Ambient, Source } from '../ports/index.js';
import { createAnalyticsSource } from '../sources/analytics/source.js';

export type OpenSource = Source & { close(): Promise<void> };

export interface SourceWorld {
  readonly ambient: Ambient;
  /** Told of every token before it is used, so that the scrubber knows it. */
  readonly learnSecret: (secret: string) => void;
}

type OpenKind = (config: SourceConfig, world: SourceWorld) => OpenSource;

/** The source of an organisation that says nothing else, and its kind. */
export const DEFAULT_SOURCE = 'analytics';

/** Every kind of source, by the word that configuration has for it. A new one is a folder in `sources/` and a line here. */
const KINDS = {
  analytics: ({ org, ca, circuitOpenMs, catalogue, ...access }, { ambient, learnSecret }) =>
    createAnalyticsSource({
      org,
      access,
      catalogue,
      ambient,
      circuit: { openMs: circuitOpenMs },
      onToken: learnSecret,
      ...(ca !== undefined && { ca }),
    }),
} as const satisfies Readonly<Record<string, OpenKind>>;

export function openSource(
  config: SourceConfig,
  world: SourceWorld,
  kind: keyof typeof KINDS = 'analytics',
): OpenSource {
  return KINDS[kind](config, world);
}
