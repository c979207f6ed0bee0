import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { after, before, describe, it, type TestContext } from 'node:test';
import { choosePort } from '../../../stack/home/ports.js';
import { startWorkerProcess } from '../../../stack/product/worker-process.js';
import { counted, expectations, type Sums } from '../../support/metrics/expected-sums.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';
import { until } from '../../support/until.js';

const FINISHED = 'journey_metrics_runs_finished_total';
const RUNS = 12;

describe('counters of workers that are killed', () => {
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  /** A worker whose counters are read all the time: what it said last is what a Prometheus may have. */
  async function scraped(t: TestContext, product: Product) {
    const METRICS_ADDRESS = `127.0.0.1:${await choosePort([])}`;
    const { PATH, HOME } = process.env;
    const env = { PATH, HOME, ...product.env, METRICS_ADDRESS, WORKER_STICKY_TIMEOUT: '1 s' };
    const worker = await startWorkerProcess({ env, onLog: () => undefined, onError: () => undefined });
    t.after(() => worker.stop(15_000));
    let text = '';
    const over = new AbortController();
    const reading = (async () => {
      while (!over.signal.aborted) {
        text = await fetch(`http://${METRICS_ADDRESS}/metrics`)
          .then((answer) => answer.text())
          .catch(() => text);
        // Between two looks: what is told apart is not when, but how much.
        await setImmediate();
      }
    })();
    const end = async (): Promise<void> => {
      over.abort();
      await reading;
    };
    t.after(end);
    return {
      text: () => text,
      end,
      async kill() {
        process.kill(worker.pid, 'SIGKILL');
        await worker.exited;
        await end();
      },
    };
  }

  it('are never above the audit trail, added up over all restarts', async (t) => {
    const product = await suite.product({ worker: false, simulator: { faults: ['503:webhook@0.3'] } });
    const workers = [await scraped(t, product)];
    const days = Array.from({ length: RUNS }, (_, n) => `2026-11-${String(n + 2).padStart(2, '0')}`);
    const { query } = product.request();
    const runs = await Promise.all(
      days.map((dateTo) => product.client.start(product.request({ query: { ...query, dateTo } }))),
    );
    for (const most of [1, 4]) {
      const finished = (): number => total(sums(workers.map(({ text }) => text()).join('\n'), FINISHED, 'outcome'));
      await until(`${most} runs in the counters`, finished, (found) => found >= most);
      await workers.at(-1)?.kill();
      workers.push(await scraped(t, product));
    }
    await Promise.all(runs.map((run) => run.result()));
    const trail = await product.records.auditLog.list({ limit: 100 }, AbortSignal.timeout(60_000));
    assert.equal(trail.length, RUNS);
    const last = workers.at(-1);
    await until('the last worker to count', () => total(sums(last?.text() ?? '', FINISHED, 'outcome')), Boolean);
    await last?.end();
    const all = workers.map(({ text }) => text()).join('\n');
    for (const [series, by, expected] of expectations(trail)) {
      const found = sums(all, series, by);
      for (const [labels, count] of Object.entries(found)) {
        assert.ok(count <= (expected[labels] ?? 0), `${series} of "${labels}": ${count} of ${expected[labels] ?? 0}`);
      }
      assert.ok(total(found) > 0, series);
    }
  });
});

/** Adds up the lines of a series in Prometheus' text, by labels. */
function sums(text: string, series: string, by: string): Sums {
  const lines = [...text.matchAll(new RegExp(`^${series}\\{([^}]*)\\} (\\S+)`, 'gm'))];
  const labelled = lines.map(([, labels = '', value = '0']): [string[], number] => [
    by.split(', ').map((name) => new RegExp(`(?:^|,)${name}="([^"]*)"`).exec(labels)?.[1] ?? ''),
    Number(value),
  ]);
  return counted(labelled);
}

function total(found: Sums): number {
  return Object.values(found).reduce((sum, each) => sum + each, 0);
}
