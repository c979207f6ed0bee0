// Every npm script runs this first: a fresh clone needs no step by hand. Nothing may be imported before the version is known.
const MINIMUM = [20, 18, 1];

const version = process.versions.node.split('.').map(Number);
const difference = MINIMUM.map((part, index) => version[index] - part).find((part) => part !== 0) ?? 0;
if (difference < 0) {
  const wanted = MINIMUM.join('.');
  fail(
    `Node ${process.versions.node} is too old: ${wanted} or later is needed; install Node 24 (https://nodejs.org) and try again.`,
  );
} else {
  const { ensureInstalled, InstallError } = await import('./install/install.mjs');
  const { fileURLToPath } = await import('node:url');
  try {
    await ensureInstalled({ root: fileURLToPath(new URL('..', import.meta.url)), env: process.env, say });
  } catch (error) {
    if (!(error instanceof InstallError)) throw error;
    fail(error.message);
  }
}

function fail(sentence) {
  say(sentence);
  process.exitCode = 1;
}

function say(sentence) {
  process.stderr.write(`${sentence}\n`);
}
