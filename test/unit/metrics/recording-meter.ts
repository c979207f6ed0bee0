import { METRICS } from '../../../src/contract/metrics.js';
import type { Meter } from '../../../src/ports/index.js';

/** Keeps what is recorded: `lines()` are the sums and last values, as `name{labels} value`, without the common prefix. */
export function recordingMeter(): { readonly meter: Meter; readonly lines: () => readonly string[] } {
  const values = new Map<string, number>();
  return {
    meter: {
      record(name, value, labels) {
        const pairs = Object.entries<string>(labels).sort(([a], [b]) => (a < b ? -1 : 1));
        const known: readonly string[] = METRICS[name].labels;
        if (pairs.map(([label]) => label).join() !== [...known].sort().join()) throw new Error(`labels of ${name}`);
        const text = pairs.map(([label, of]) => `${label}=${of}`).join(',');
        const key = `${name.replace('journey_metrics_', '')}${text === '' ? '' : `{${text}}`}`;
        values.set(key, METRICS[name].kind === 'gauge' ? value : (values.get(key) ?? 0) + value);
      },
    },
    lines: () => [...values].map(([key, value]) => `${key} ${value}`).sort(),
  };
}
