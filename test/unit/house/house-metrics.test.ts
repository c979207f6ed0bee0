import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { METRICS } from '../../../src/contract/metrics.js';
import { staleness } from '../../../scripts/generated.js';
import { COMMAND, exposedName, METRICS_PAGE, withMetricsTables } from '../../../scripts/metrics-table.js';
import { dashboardExpressions } from '../../support/metrics/dashboard.js';

const pathOf = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const textOf = (path: string): string => readFileSync(pathOf(path), 'utf8');

const RULES = textOf('deploy/prometheus/rules.yaml');
const ALERTS = [...RULES.matchAll(/- alert: (\w+)/g)].map(([, name = '']) => name);
const EXPOSED = Object.entries(METRICS).flatMap(([name, { kind }]) =>
  kind === 'histogram' ? [`${name}_bucket`] : [exposedName(name, kind)],
);
const promtool = spawnSync('promtool', ['--version']).status === 0;
const skip = !promtool && 'there is no promtool here: apt-get install prometheus';

suite('metrics', () => {
  test('are documented from their table', () => {
    const text = readFileSync(METRICS_PAGE, 'utf8');
    const stale = staleness({ name: 'docs/metrics.md', text, command: COMMAND }, withMetricsTables(text));
    assert.equal(stale, undefined, stale);
  });

  test('have a unit in their name where it is time, and labels that are no ids', () => {
    for (const [name, metric] of Object.entries(METRICS)) {
      assert.match(name, /^journey_metrics_[a-z_]+$/);
      if ('buckets' in metric) assert.match(name, /_seconds$/);
      for (const label of metric.labels) assert.doesNotMatch(label, /id$|key|run$/i, name);
    }
  });
});

suite('alerts and dashboards', () => {
  test('ask only for series that there are', () => {
    const asked = [...[RULES, ...dashboardExpressions()].join('\n').matchAll(/\bjourney_metrics_\w+/g)].map(
      ([name]) => name,
    );
    assert.ok(asked.length > 30);
    assert.deepEqual(
      [...new Set(asked)].filter((name) => !EXPOSED.includes(name)),
      [],
    );
  });

  test('leave no series of ours out of the dashboard', () => {
    const shown = dashboardExpressions().join('\n');
    const known = ['journey_metrics_set_back_deliveries', 'journey_metrics_gauges_read_timestamp_seconds'];
    assert.deepEqual(
      EXPOSED.filter((name) => !shown.includes(name)),
      known,
      'these two are alerts only',
    );
  });

  test('have a row in the runbook each, and the runbook has no others', () => {
    const anchors = [...textOf('docs/operations.md').matchAll(/<a id="(alert-[a-z-]+)"><\/a>`(\w+)`/g)];
    const expected = ALERTS.map((alert) => [
      alert.replace('JourneyMetrics', 'alert').replaceAll(/[A-Z]/g, (c) => `-${c.toLowerCase()}`),
      alert,
    ]);
    assert.deepEqual(
      anchors.map(([, anchor, alert]) => [anchor, alert]),
      expected,
    );
    const linked = [...RULES.matchAll(/runbook: docs\/operations\.md#(\S+)/g)].map(([, anchor]) => anchor);
    assert.deepEqual(
      linked,
      expected.map(([anchor]) => anchor),
    );
  });

  test('are tried both ways: each alert has a time at which it fires, and one at which it does not', () => {
    const tried = textOf('deploy/prometheus/rules-test.yaml');
    const fires = [...tried.matchAll(/- alertname: (\w+)\n\s+eval_time: \w+\n\s+exp_alerts:/g)].map(([, name]) => name);
    const quiet = [...tried.matchAll(/- \{ alertname: (\w+), eval_time: \w+ \}/g)].map(([, name]) => name);
    assert.deepEqual([...new Set(fires)].sort(), [...ALERTS].sort());
    assert.deepEqual([...new Set(quiet)].sort(), [...ALERTS].sort());
  });

  test('are taken by promtool, and fire and stay quiet when they should', { skip }, () => {
    for (const args of [
      ['check', 'rules', '--lint-fatal', pathOf('deploy/prometheus/rules.yaml')],
      ['test', 'rules', pathOf('deploy/prometheus/rules-test.yaml')],
    ]) {
      const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8' });
      assert.equal(status, 0, stdout + stderr);
    }
  });
});
