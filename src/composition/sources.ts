import type { SourceConfig } from '../config/source.js';
import type { Ambient } from '../ports/index.js';
import { createCxoneSource } from '../sources/analytics/source.js';

interface SourceWorld {
  readonly ambient: Ambient;
  /** Told of every token before it is used, so that the scrubber knows it. */
  readonly onToken: (token: string) => void;
}

/** Where rows come from. Another kind of source is a folder of `sources/`, and a line here. */
export function openSource(
  config: SourceConfig,
  { ambient, onToken }: SourceWorld,
): ReturnType<typeof createCxoneSource> {
  const { org, baseUrl, clientId, clientSecret, ca, circuitOpenMs } = config;
  return createCxoneSource({
    orgs: { [org]: { baseUrl, clientId, clientSecret } },
    ambient,
    circuit: { openMs: circuitOpenMs },
    onToken,
    ...(ca !== undefined && { ca }),
  });
}
