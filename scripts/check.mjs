/**
 * `npm run check`: everything that a change must pass. `npm run check:static`: what needs no test. Goes on after a
 * failure, and names all that failed at the end.
 */
import { spawnSync } from 'node:child_process';

const STATIC = ['format', 'lint', 'types', 'imports', 'deadcode'];
const TESTS = ['test', 'test:servers'];

const steps = process.argv.includes('--static') ? STATIC : [...STATIC, ...TESTS];
const failed = steps.filter((step) => {
  process.stdout.write(`\n> ${step}\n`);
  const { status, signal } = spawnSync('npm', ['run', '--silent', step], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (signal === 'SIGINT' || status === 130) process.exit(130);
  return status !== 0;
});

process.stdout.write(
  failed.length === 0
    ? `\ncheck: all passed (${steps.join(', ')})\n`
    : `\ncheck: ${failed.length} of ${steps.length} failed: ${failed.join(', ')}; run one by itself: npm run ${failed[0]}\n`,
);
process.exit(failed.length === 0 ? 0 : 1);
