/** `npm run test:field`: what takes hours, so CI does not run it. Goes on after a failure, and names all that failed. */
import { spawnSync } from 'node:child_process';

const FIELD = [
  {
    what: 'unit tests, replay and demo on Node 22 and 24',
    env: {},
    node: ['--import', 'tsx', 'scripts/other-nodes.ts'],
  },
  { what: 'a helm for the tests of the chart', env: {}, node: ['scripts/build-helm.mjs'] },
  {
    what: 'the tests of test/field: the package, the chart, recovery drills, dbt',
    env: {},
    script: ['test:field:files'],
  },
  { what: 'every crash point with three seeds', env: { CRASH_SEEDS: '3' }, script: ['test:crash'] },
  {
    what: 'a backfill of 731 days whose worker and Temporal are killed',
    env: { BACKFILL_DAYS: '731' },
    script: ['test:field:files', '--', 'backfill-kills', '--silence=600'],
  },
  {
    what: 'a backfill of 731 days that nobody disturbs',
    env: { BACKFILL_DAYS: '731' },
    script: ['test:servers', '--', 'backfill-continue', '--silence=600'],
  },
  { what: '5,000 runs with random kills', env: {}, script: ['chaos', '--', '--runs', '5000'] },
];

const failed = FIELD.filter(({ what, env, script, node }) => {
  process.stdout.write(`\n> ${what}\n`);
  const options = { stdio: 'inherit', env: { ...process.env, ...env }, shell: process.platform === 'win32' };
  const ran = node
    ? spawnSync(process.execPath, node, options)
    : spawnSync('npm', ['run', '--silent', ...script], options);
  return ran.status !== 0;
}).map(({ what }) => what);

process.stdout.write(failed.length === 0 ? '\nfield: all passed\n' : `\nfield: failed: ${failed.join('; ')}\n`);
process.exit(failed.length === 0 ? 0 : 1);
