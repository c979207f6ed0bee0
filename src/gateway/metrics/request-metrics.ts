import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { METRICS, type MetricName } from '../../contract/metrics.js';
import type { RequestWatch } from '../ports.js';

export interface RequestMetrics {
  readonly watch: RequestWatch;
  /** The text that Prometheus reads, and its media type. */
  render(): Promise<{ readonly type: string; readonly text: string }>;
}

/** Counts requests, and what Node says of its process. */
export function requestMetrics(): RequestMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    ...facts('journey_metrics_gateway_requests', registry),
    name: 'journey_metrics_gateway_requests_total',
  });
  const seconds = new Histogram({
    ...facts('journey_metrics_gateway_request_seconds', registry),
    buckets: [...METRICS.journey_metrics_gateway_request_seconds.buckets],
  });
  const open = new Gauge(facts('journey_metrics_gateway_open_requests', registry));
  return {
    watch: {
      began() {
        open.inc();
      },
      ended({ route = 'none', method, status, ms }) {
        open.dec();
        requests.inc({ route, method, status: String(status) });
        seconds.observe({ route }, ms / 1_000);
      },
    },
    render: async () => ({ type: registry.contentType, text: await registry.metrics() }),
  };
}

function facts(name: MetricName, registry: Registry) {
  const { about, labels } = METRICS[name];
  return { name, help: about, labelNames: [...labels], registers: [registry] };
}
