import type { MetricMeter } from '@temporalio/common';
import { METRICS, type MetricName } from '../contract/metrics.js';
import type { Meter } from '../ports/index.js';

type Recorder = (value: number, labels: Readonly<Record<string, string>>) => void;

/** Figures through the SDK's own meter, so that one exporter has the SDK's series and ours. */
export function sdkMeter(meter: () => MetricMeter): Meter {
  const recorders = new Map<MetricName, Recorder>();
  return {
    record(name, value, labels) {
      const known = recorders.get(name) ?? recorderOf(meter(), name);
      recorders.set(name, known);
      known(value, labels);
    },
  };
}

function recorderOf(meter: MetricMeter, name: MetricName): Recorder {
  const { kind, about } = METRICS[name];
  if (kind === 'counter') {
    const counter = meter.createCounter(name, undefined, about);
    return (value, labels) => {
      counter.add(value, { ...labels });
    };
  }
  if (kind === 'gauge') {
    const gauge = meter.createGauge(name, 'float', undefined, about);
    return (value, labels) => {
      gauge.set(value, { ...labels });
    };
  }
  const histogram = meter.createHistogram(name, 'float', undefined, about);
  return (value, labels) => {
    histogram.record(value, { ...labels });
  };
}
