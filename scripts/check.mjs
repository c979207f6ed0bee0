/**
 * `npm run check`: everything that a change must pass. `npm run check:static`: what needs no test. Goes on after a
 * failure, and names all that failed at the end.
 */
import { spawn } from 'node:child_process';

const STATIC = ['lint', 'format', 'types', 'imports', 'deadcode'];
const TESTS = ['test', 'test:servers'];

/** Runs a script of npm to its end, with its output in one piece. */
function run(step) {
  return new Promise((resolve) => {
    const child = spawn('npm', ['run', '--silent', step], { shell: process.platform === 'win32' });
    const output = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(chunk));
    child.on('close', (status) => {
      process.stdout.write(`\n> ${step}\n`);
      process.stdout.write(Buffer.concat(output));
      resolve(status === 0);
    });
  });
}

/** The same, with its output as it comes. */
function show(step) {
  process.stdout.write(`\n> ${step}\n`);
  return new Promise((resolve) => {
    const child = spawn('npm', ['run', '--silent', step], { stdio: 'inherit', shell: process.platform === 'win32' });
    child.on('close', (status, signal) => {
      if (signal === 'SIGINT' || status === 130) process.exit(130);
      resolve(status === 0);
    });
  });
}

const withTests = !process.argv.includes('--static');
const steps = withTests ? [...STATIC, ...TESTS] : STATIC;
const failed = [];
const note = (step) => (passed) => void (passed || failed.push(step));
// Lint takes as long as all others together.
const [longest, ...others] = STATIC;
await Promise.all([
  run(longest).then(note(longest)),
  (async () => {
    for (const step of others) await run(step).then(note(step));
  })(),
]);
if (withTests) for (const step of TESTS) await show(step).then(note(step));

process.stdout.write(
  failed.length === 0
    ? `\ncheck: all passed (${steps.join(', ')})\n`
    : `\ncheck: ${failed.length} of ${steps.length} failed: ${failed.join(', ')}; run one by itself: npm run ${failed[0]}\n`,
);
process.exit(failed.length === 0 ? 0 : 1);
