/**
 * `node --import tsx test/run.ts TIER [PART OF A PATH]… [--silence=MINUTES]`: runs the test files of a tier, or those of
 * them whose path holds one of the parts, several at a time, on servers that they share. Ends with node's own summary,
 * whatever happens. `--silence`: when to give up a file in which no test begins or ends, for tests of hours.
 */
import { availableParallelism } from 'node:os';
import { partsOf, sum, summaryOf } from './support/run/counts.js';
import { slowestFirst } from './support/run/order.js';
import { startServers, type RunningServers } from './support/run/start-servers.js';
import { runTestFile, type TestFileResult } from './support/run/test-file.js';
import { groupsOf, isTier, testFilesOf, TIERS, wantsServers, type TestGroup, type Tier } from './support/run/tiers.js';
import { sharing } from './support/shared-servers.js';

/** A file waits more than it works: two more than cores keep the cores busy. */
const AT_ONCE = availableParallelism() + 2;

/** Tests ask servers of this machine by gRPC, which would ask the proxy of the person who runs them. It knows small letters alone. */
const { no_proxy: noProxy, NO_PROXY: noProxyToo } = process.env;
const DIRECTLY = { no_proxy: [noProxy ?? noProxyToo ?? '', 'localhost', '127.0.0.1'].join(',') };

const SILENCE = '--silence=';
const [name = '', ...parts] = process.argv.slice(2).filter((word) => !word.startsWith(SILENCE));
const minutes = process.argv.find((word) => word.startsWith(SILENCE))?.slice(SILENCE.length);
if (!isTier(name)) {
  process.stderr.write(`test/run.ts needs a tier first: ${Object.keys(TIERS).join(', ')}\n`);
  process.exit(2);
}
const tier: Tier = TIERS[name];
process.exit(await run(minutes === undefined ? tier : { ...tier, silenceMs: Number(minutes) * 60_000 }, parts));

/** @returns the exit code */
async function run(tier: Tier, wanted: readonly string[]): Promise<number> {
  const startedAt = performance.now();
  const stop = new AbortController();
  let code = 0;
  for (const [signal, exitCode] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.on(signal, () => {
      code = exitCode;
      stop.abort();
    });
  }
  const files = testFilesOf(tier).filter((path) => wanted.length === 0 || wanted.some((part) => path.includes(part)));
  const groups = groupsOf(slowestFirst(files));
  const results = await runAll(groups, tier, stop.signal);
  for (const result of results) sayFailures(result);
  const counts = sum(results.map((result) => result.counts));
  const cpuSeconds = results.reduce((total, result) => total + (result.cpuSeconds ?? 0), 0);
  say(`${results.length} processes of tests took ${cpuSeconds.toFixed(0)} s of CPU`);
  say(summaryOf(counts, performance.now() - startedAt));
  const unrun = groups.length - results.length;
  if (unrun > 0) say(`stopped: ${unrun} of ${groups.length} processes did not run`);
  if (files.length === 0) say(`no test file matches ${wanted.join(' ')}`);
  return code || (counts.fail + counts.cancelled + unrun > 0 || files.length === 0 ? 1 : 0);
}

async function runAll(
  groups: readonly TestGroup[],
  tier: Tier,
  signal: AbortSignal,
): Promise<readonly TestFileResult[]> {
  const results: TestFileResult[] = [];
  const waiting = [...groups];
  const servers = groups.some(({ path }) => wantsServers(path)) ? startServers(signal) : undefined;
  let up: RunningServers | undefined;
  const started = servers?.then(
    (running) => void (up = running),
    (error: unknown) => {
      say(`the servers did not start: ${error instanceof Error ? error.message : String(error)}`);
      waiting.length = 0;
    },
  );
  /** Until the servers are up, files that need none come first. */
  const next = async (): Promise<TestGroup | undefined> => {
    const ready = waiting.findIndex(({ path }) => up !== undefined || !wantsServers(path));
    if (ready < 0 && waiting.length > 0) await started;
    return waiting.splice(Math.max(ready, 0), 1)[0];
  };
  const work = async (): Promise<void> => {
    for (let group = await next(); group !== undefined && !signal.aborted; group = await next()) {
      const env = { ...process.env, ...DIRECTLY, ...(up !== undefined && sharing(up.shared)) };
      const result = await runTestFile(group.path, { env, silenceMs: tier.silenceMs, signal }, group.files);
      results.push(result);
      sayTests(result);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  await started;
  await up?.stop();
  return results;
}

function sayTests({ path, seconds, cpuSeconds = 0, output, failure }: TestFileResult): void {
  say(`\n${path} (${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} s of CPU)`);
  say(partsOf(output).tests);
  if (failure !== undefined) say(`✖ ${path} ${failure}`);
}

/** Once more at the end, where everybody looks. */
function sayFailures({ path, output, failure }: TestFileResult): void {
  const { failures } = partsOf(output);
  if (failures === '' && failure === undefined) return;
  say(`\n✖ ${path}${failure === undefined ? '' : ` ${failure}`}`);
  if (failures !== '') say(failures);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
