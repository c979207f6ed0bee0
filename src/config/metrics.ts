import type { Variables } from './environment.js';
import type { ListenAddress } from './kinds.js';

/** How a worker gives its metrics away. */
export type MetricsExport =
  | { readonly to: 'prometheus'; readonly address: ListenAddress }
  | {
      readonly to: 'collector';
      readonly url: string;
      readonly http: boolean;
      readonly headers: Readonly<Record<string, string>>;
    };

/** What is scraped wins: a collector is often named for every program of a cluster. */
export function readMetrics({ get }: Variables): MetricsExport | undefined {
  const address = get('METRICS_ADDRESS');
  const url = get('OTEL_EXPORTER_OTLP_ENDPOINT');
  const http = get('OTEL_EXPORTER_OTLP_PROTOCOL') === 'http/protobuf';
  const headers = get('OTEL_EXPORTER_OTLP_HEADERS') ?? {};
  if (address !== undefined) return { to: 'prometheus', address };
  if (url === undefined) return undefined;
  return { to: 'collector', url: http ? `${url.replace(/\/$/, '')}/v1/metrics` : url, http, headers };
}
