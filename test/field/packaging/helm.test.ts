import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '../../../stack/install/cache-folder.mjs';
import { pythonTool } from '../../support/cli/python-tool.js';

const FOLDER = fileURLToPath(new URL('../../../deploy/helm/', import.meta.url));
const CHART = join(FOLDER, 'journey-metrics');
const EXAMPLES = readdirSync(join(FOLDER, 'examples'));
/** The oldest that the chart says, and the newest that the schemas have. */
const VERSIONS = ['1.27.0', '1.34.0'];

/** Where `npm run test:field` builds one, once. */
const BUILT = join(cacheFolder(process.env), 'helm-3.22.0', 'helm');
const helm = existsSync(BUILT) ? BUILT : 'helm';
const skip =
  spawnSync(helm, ['version']).status !== 0 && 'there is no helm here: install it, or run `npm run test:field`';

function render(...args: readonly string[]): {
  readonly status: number | null;
  readonly text: string;
  readonly said: string;
} {
  const { status, stdout, stderr } = spawnSync(helm, ['template', 'jm', CHART, ...args], { encoding: 'utf8' });
  return { status, text: stdout, said: stderr };
}

function validate(
  tool: string,
  version: string,
  text: string,
): { readonly status: number | null; readonly said: string } {
  const args = ['-m', 'kubernetes_validate', '--strict', '--no-warn', '-k', version, '-'];
  const env = { ...process.env, PYTHONPATH: tool };
  const { status, stdout, stderr } = spawnSync('python3', args, { env, input: text, encoding: 'utf8' });
  return { status, said: stdout + stderr };
}

describe('the chart', () => {
  test('is of the version of the product', () => {
    const { version } = JSON.parse(readFileSync(join(FOLDER, '../../package.json'), 'utf8')) as { version: string };
    const chart = readFileSync(join(CHART, 'Chart.yaml'), 'utf8');
    assert.match(chart, new RegExp(`^version: ${version}\\nappVersion: ${version}$`, 'm'));
  });

  for (const example of EXAMPLES) {
    test(`is what Kubernetes takes, strictly, with ${example}`, { skip }, async (t) => {
      const values = ['--values', join(FOLDER, 'examples', example)];
      const lint = spawnSync(helm, ['lint', '--strict', CHART, ...values], { encoding: 'utf8' });
      assert.equal(lint.status, 0, lint.stdout + lint.stderr);
      const tool = await pythonTool(t, 'kubernetes-validate', 'kubernetes_validate/__init__.py');
      if (tool === undefined) return;
      for (const version of VERSIONS) {
        const { status, text, said } = render('--kube-version', version, ...values);
        assert.equal(status, 0, said);
        const checked = validate(tool, version.replace(/\.0$/, ''), text);
        assert.equal(checked.status, 0, checked.said);
        assert.match(checked.said, /passed for resource deployment\/jm-worker/);
      }
    });
  }

  test('gives each pod a user that is not root, a root that is read-only, limits and probes', { skip }, () => {
    const { text } = render('--kube-version', '1.34.0', '--values', join(FOLDER, 'examples/everything.yaml'));
    const pods = text.split(/^---$/m).filter((each) => /^kind: Deployment$/m.test(each));
    assert.equal(pods.length, 2);
    for (const pod of pods) {
      for (const has of [
        /runAsNonRoot: true/,
        /readOnlyRootFilesystem: true/,
        /allowPrivilegeEscalation: false/,
        /drop: \[ALL\]/,
        /automountServiceAccountToken: false/,
        /livenessProbe:/,
        /readinessProbe:/,
        /startupProbe:/,
        /limits:\n\s+memory:/,
        /terminationGracePeriodSeconds: 30/,
      ])
        assert.match(pod, has);
      assert.doesNotMatch(pod, /:latest/);
    }
    const kinds = [...text.matchAll(/^kind: (\w+)$/gm)].map(([, kind]) => kind);
    for (const kind of [
      'HorizontalPodAutoscaler',
      'PodDisruptionBudget',
      'NetworkPolicy',
      'ServiceMonitor',
      'PrometheusRule',
    ])
      assert.ok(kinds.includes(kind), kind);
    assert.match(text, /alert: JourneyMetricsRunsFail/, 'the rules are those of deploy/prometheus');
    const changed = render(
      '--kube-version',
      '1.34.0',
      '--values',
      join(FOLDER, 'examples/minimal.yaml'),
      '--set',
      'worker.env.HEALTH_ADDRESS=[::]:8081',
    );
    assert.match(changed.text, /name: HEALTH_ADDRESS\n\s+value: "\[::\]:8081"/, 'what is said wins over what is usual');
  });

  test('refuses what would lose rows, or not start, with a sentence', { skip }, () => {
    const base = ['--kube-version', '1.34.0', '--set', 'env.TEMPORAL_ADDRESS=t:7233'];
    const refused: readonly (readonly [RegExp, readonly string[]])[] = [
      [/set env\.TEMPORAL_ADDRESS/, ['--kube-version', '1.34.0']],
      [/set env\.DATASET_URL/, base],
      [
        /several workers need a bucket/,
        [...base, '--set', 'env.DATASET_URL=file:///datasets,datasets.persistentVolumeClaim=rows'],
      ],
      [
        /need datasets\.persistentVolumeClaim/,
        [...base, '--set', 'env.DATASET_URL=file:///datasets,worker.replicas=1'],
      ],
      [/the gateway needs keys/, [...base, '--set', 'env.DATASET_URL=s3://b/p,gateway.enabled=true']],
    ];
    for (const [sentence, args] of refused) {
      const { status, said } = render(...args);
      assert.notEqual(status, 0);
      assert.match(said, sentence);
    }
  });
});
