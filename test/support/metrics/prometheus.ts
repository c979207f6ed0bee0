import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { choosePort } from '../../../stack/home/ports.js';
import { until } from '../until.js';

const RULES = fileURLToPath(new URL('../../../deploy/prometheus/rules.yaml', import.meta.url));

/** Why there is none here; undefined where there is one. */
export function withoutPrometheus(): string | undefined {
  if (spawnSync('prometheus', ['--version']).status === 0) return undefined;
  return 'there is no prometheus here: apt-get install prometheus';
}

/** One series of an answer: its labels, and its newest value. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [at: number, value: string];
}

export interface Prometheus {
  query(expression: string): Promise<readonly Sample[]>;
  /** Health of each place that is scraped, by its address. */
  targets(): Promise<Readonly<Record<string, string>>>;
  /** Names of the alerts as it has loaded them. */
  alerts(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** A real Prometheus that scrapes these places every second, with our rules. */
export async function startPrometheus(places: readonly string[]): Promise<Prometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'prometheus-'));
  const port = await choosePort([]);
  const file = join(folder, 'prometheus.yml');
  const scrape = { job_name: 'journey-metrics', static_configs: [{ targets: places }] };
  // YAML has all of JSON.
  await writeFile(
    file,
    JSON.stringify({
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: [RULES],
      scrape_configs: [scrape],
    }),
  );
  const options = [
    `--config.file=${file}`,
    `--storage.tsdb.path=${folder}/data`,
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  const child = spawn('prometheus', options, { stdio: 'ignore' });
  const exited = once(child, 'exit');
  const ask = async (path: string): Promise<unknown> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`);
    const { status, data, error } = (await answer.json()) as { status: string; data: unknown; error?: string };
    if (status !== 'success') throw new Error(error ?? status);
    return data;
  };
  await until(
    'Prometheus to be ready',
    () =>
      fetch(`http://127.0.0.1:${port}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      ),
    (ready) => ready,
    120_000,
  );
  return {
    async query(expression) {
      const { result } = (await ask(`/api/v1/query?query=${encodeURIComponent(expression)}`)) as {
        result: readonly Sample[];
      };
      return result;
    },
    async targets() {
      const { activeTargets } = (await ask('/api/v1/targets')) as {
        activeTargets: readonly { labels: { instance: string }; health: string }[];
      };
      return Object.fromEntries(activeTargets.map(({ labels, health }) => [labels.instance, health]));
    },
    async alerts() {
      const { groups } = (await ask('/api/v1/rules')) as { groups: readonly { rules: readonly { name: string }[] }[] };
      return groups.flatMap(({ rules }) => rules.map(({ name }) => name));
    },
    async stop() {
      child.kill('SIGTERM');
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
