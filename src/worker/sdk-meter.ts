import type { MetricMeter } from '@temporalio/common';
import { METRICS, type MetricName } from '../contract/metrics.js';
import type { Meter } from '../ports/index.js';

type Recorder = (value: number, labels: Readonly<Record<string, string>>) => void;

export interface SdkMeter extends Meter {
  /** From here on figures are exported. Before, the SDK's native part does not run, and there is nothing to count. */
  attach(meter: MetricMeter): void;
}

/** Figures through the SDK's own meter, so that one exporter has the SDK's series and ours. */
export function createSdkMeter(): SdkMeter {
  let meter: MetricMeter | undefined;
  const recorders = new Map<MetricName, Recorder>();
  return {
    attach(to) {
      meter = to;
    },
    record(name, value, labels) {
      if (meter === undefined) return;
      const recorder = recorders.get(name) ?? recorderOf(meter, name);
      recorders.set(name, recorder);
      recorder(value, labels);
    },
  };
}

function recorderOf(meter: MetricMeter, name: MetricName): Recorder {
  const { kind, about } = METRICS[name];
  switch (kind) {
    case 'counter': {
      const counter = meter.createCounter(name, undefined, about);
      return (value, labels) => {
        counter.add(value, { ...labels });
      };
    }
    case 'gauge': {
      const gauge = meter.createGauge(name, 'float', undefined, about);
      return (value, labels) => {
        gauge.set(value, { ...labels });
      };
    }
    case 'histogram': {
      const histogram = meter.createHistogram(name, 'float', undefined, about);
      return (value, labels) => {
        histogram.record(value, { ...labels });
      };
    }
  }
}
