import type { LabelsOf, MetricName } from '../../contract/metrics.js';
import type { GateReader, Meter, RecordFigures } from '../../ports/index.js';

export interface GaugeSources {
  figures(signal: AbortSignal): Promise<RecordFigures>;
  readonly gateState: GateReader;
}

/** As often as Prometheus usually asks. */
const EVERY_MS = 15_000;
const WITHIN_MS = 10_000;

/**
 * Sets the gauges from the records, now and every 15 s, until it is told to stop. Where the records are away the last values
 * stand, and the time of the last reading says so.
 */
export function keepGauges(meter: Meter, records: GaugeSources, now: () => number): () => void {
  const read = gaugeReader(meter, records, now);
  const over = new AbortController();
  let reading: Promise<void> | undefined;
  const look = (): void => {
    const signal = AbortSignal.any([over.signal, AbortSignal.timeout(WITHIN_MS)]);
    reading ??= read(signal)
      .catch(() => undefined)
      .finally(() => (reading = undefined));
  };
  look();
  const timer = setInterval(look, EVERY_MS).unref();
  return () => {
    clearInterval(timer);
    over.abort();
  };
}

/** One reading. What a reading before had and this one has not is set to 0: a gauge cannot be taken back. */
export function gaugeReader(
  meter: Meter,
  records: GaugeSources,
  now: () => number,
): (signal: AbortSignal) => Promise<void> {
  let before = new Map<string, () => void>();
  return async (signal) => {
    const [{ undelivered, lags, setBack }, states] = await Promise.all([
      records.figures(signal),
      records.gateState.states(undefined, signal),
    ]);
    const seen = new Map<string, () => void>();
    const set = <Name extends MetricName>(name: Name, value: number, labels: LabelsOf<Name>): void => {
      meter.record(name, value, labels);
      seen.set(JSON.stringify([name, labels]), () => {
        meter.record(name, 0, labels);
      });
    };
    // Where a schedule delivers, nothing outstanding is a 0, and not a series that is missing.
    const none = lags.map(({ org, source, destination }) => ({ org, source, destination, windows: 0, oldestMs: 0 }));
    for (const { windows, oldestMs, ...place } of [...none, ...undelivered]) {
      set('journey_metrics_undelivered', windows, place);
      set('journey_metrics_undelivered_oldest_seconds', oldestMs / 1_000, place);
    }
    for (const { lagMs, ...place } of lags) set('journey_metrics_window_lag_seconds', lagMs / 1_000, place);
    for (const { org, holders, waiting, circuit } of states) {
      set('journey_metrics_gate_running', holders.length, { org });
      set('journey_metrics_gate_waiting', waiting, { org });
      set('journey_metrics_circuit_open', circuit === 'open' ? 1 : 0, { org });
    }
    set('journey_metrics_set_back_deliveries', setBack, {});
    set('journey_metrics_gauges_read_timestamp_seconds', now() / 1_000, {});
    for (const [key, reset] of before) if (!seen.has(key)) reset();
    before = seen;
  };
}
