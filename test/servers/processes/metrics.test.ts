import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { choosePort } from '../../../stack/home/ports.js';
import { startWorkerProcess, type WorkerProcess } from '../../../stack/product/worker-process.js';
import { send } from '../../support/gateway/gateway.js';
import { spawnGateway } from '../../support/gateway/gateway-process.js';
import { dashboardExpressions } from '../../support/metrics/dashboard.js';
import { counted, expectations, type Sums } from '../../support/metrics/expected-sums.js';
import { startPrometheus, withoutPrometheus, type Sample } from '../../support/metrics/prometheus.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';
import { until } from '../../support/until.js';

const RULES = readFileSync(new URL('../../../deploy/prometheus/rules.yaml', import.meta.url), 'utf8');

describe('metrics of worker and gateway', () => {
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  const worker = (product: Product, env: NodeJS.ProcessEnv): Promise<WorkerProcess> => {
    const { PATH, HOME } = process.env;
    const all = { PATH, HOME, ...product.env, ...env };
    return startWorkerProcess({ env: all, onLog: () => undefined, onError: () => undefined });
  };

  const skip = withoutPrometheus() ?? false;
  test(
    'are scraped by Prometheus, equal the audit trail over faults and replays, and fill each panel',
    { skip },
    async (t) => {
      const webhook = { script: [{ on: 'webhook' as const, nth: 2, fault: '410' as const }] };
      const product = await suite.product({
        worker: false,
        simulator: {
          cxone: { data: { rows: 300 }, run: { polls: 2 } },
          faults: ['503:poll@0.2', '429:submit@0.2', 'drop-after:webhook@0.2'],
          receiver: { faults: webhook },
        },
      });
      const places = await Promise.all([choosePort([]), choosePort([]), choosePort([])]);
      const [first = '', second = '', third = ''] = places.map((port) => `127.0.0.1:${port}`);
      // A run is replayed each time another one takes its place in memory.
      const workers = await Promise.all(
        [first, second].map((METRICS_ADDRESS) => worker(product, { METRICS_ADDRESS, WORKER_CACHED_WORKFLOWS: '1' })),
      );
      t.after(() => Promise.all(workers.map((each) => each.stop(20_000))));
      const gateway = await spawnGateway(t, { env: { ...product.env, METRICS_ADDRESS: third } });
      const prometheus = await startPrometheus([first, second, third]);
      t.after(() => prometheus.stop());

      const { metric, dimension } = product.request().query;
      const request = { ...product.request(), query: { metric, dimension }, window: { relative: 'yesterday' } };
      await product.client.schedules.create({ id: `metrics-${product.env['CXONE_ORG_ID'] ?? ''}`, request });
      const body = { ...product.request(), query: { ...product.request().query, dateTo: '2026-11-02' } };
      await send(gateway.url, 'POST', '/aggregate', { body, headers: { prefer: 'wait=60' } });
      await send(gateway.url, 'GET', '/no/such/route');
      const runs = await Promise.all(
        [3, 4, 5, 6, 7, 8].map((day) =>
          product.client.start({ ...product.request(), query: { ...body.query, dateTo: `2026-11-0${day}` } }),
        ),
      );
      const ended = await Promise.allSettled(runs.map((run) => run.result()));
      const undelivered = runs.find((_run, n) => {
        const result = ended[n];
        return result?.status === 'fulfilled' && result.value.outcome === 'undelivered';
      });
      assert.ok(undelivered);
      const { temporal, env } = product;
      const at = { workflowId: `bad-${env['CXONE_ORG_ID'] ?? ''}`, taskQueue: env['TASK_QUEUE'] ?? '' };
      await assert.rejects(temporal.workflow.execute('aggregateJourneyMetrics', { ...at, args: [{}] }));
      const again = await product.client.startRedelivery({ workflowId: undelivered.workflowId });
      await product.temporal.workflow.getHandle(again.workflowId).result();

      const trail = await product.records.auditLog.list({ limit: 100 }, AbortSignal.timeout(60_000));
      assert.ok(trail.length >= 7);
      for (const [series, by, expected] of expectations(trail)) {
        const sums = await until(
          `${series} to be scraped`,
          async () => sumsOf(await prometheus.query(`sum by (${by}) (${series})`), by),
          (found) => total(found) >= total(expected),
        );
        assert.deepEqual(sums, expected, series);
      }

      assert.deepEqual(await prometheus.targets(), { [first]: 'up', [second]: 'up', [third]: 'up' });
      const alerts = [...RULES.matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
      assert.deepEqual(await prometheus.alerts(), alerts);
      for (const expression of [...dashboardExpressions(), ...temporalSeriesOf(RULES)]) {
        await until(
          `data of ${expression}`,
          () => prometheus.query(expression.replaceAll('$__rate_interval', '5m')),
          (samples) => samples.length > 0,
        );
      }
      const labels = (await prometheus.query('{__name__=~"journey_metrics_.*"}')).flatMap(({ metric }) =>
        Object.values(metric),
      );
      for (const { workflowId } of trail) assert.ok(!labels.includes(workflowId), 'no label is an id');
      const [requests] = await prometheus.query('journey_metrics_gateway_requests_total{route="none",status="404"}');
      assert.equal(requests?.value[1], '1');
    },
  );

  test('go to an OpenTelemetry collector where one is named', async (t) => {
    const heard: { path: string; header: string; text: string }[] = [];
    const collector = createServer((incoming, response) => {
      const parts: Buffer[] = [];
      incoming.on('data', (part: Buffer) => parts.push(part));
      incoming.on('end', () => {
        const { url: path = '', headers } = incoming;
        heard.push({ path, header: String(headers['x-tenant']), text: Buffer.concat(parts).toString('latin1') });
        response.end();
      });
    }).listen(0, '127.0.0.1');
    t.after(() => collector.close());
    await once(collector, 'listening');
    const { port } = collector.address() as AddressInfo;
    const product = await suite.product({ worker: false });
    const running = await worker(product, {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
      OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=acme%20inc',
    });
    t.after(() => running.stop(20_000));
    const found = await until(
      'our series at the collector',
      () => heard.find(({ text }) => text.includes('journey_metrics_gauges_read_timestamp_seconds')),
      (each) => each !== undefined,
      120_000,
    );
    assert.deepEqual([found?.path, found?.header], ['/v1/metrics', 'acme inc']);
    assert.match(found?.text ?? '', /temporal_/);
  });
});

function sumsOf(samples: readonly Sample[], by: string): Sums {
  const labels = by.split(', ');
  return counted(samples.map(({ metric, value }) => [labels.map((label) => metric[label] ?? ''), Number(value[1])]));
}

function total(sums: Sums): number {
  return Object.values(sums).reduce((sum, each) => sum + each, 0);
}

/** Of the SDK's series those that are there from the start, or come of the faults above. */
function temporalSeriesOf(rules: string): readonly string[] {
  const names = new Set([...rules.matchAll(/\btemporal_\w+/g)].map(([name]) => name));
  // These come only where Temporal is away, or workflow code does not fit a history.
  return [...names].filter((name) => !/^temporal_(request_failure|workflow_task_execution_failed)_total$/.test(name));
}
