import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { z } from 'zod';
import { countsIn, NOTHING, type Counts } from './counts.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** How long a file that is given up may take to say what it waits for. */
const ANSWER_MS = 5_000;

export interface TestFileOptions {
  readonly env: NodeJS.ProcessEnv;
  /** A file in which no test begins or ends for this long is given up. */
  readonly silenceMs: number;
  /** Ends it at once. */
  readonly signal: AbortSignal;
}

export interface TestFileResult {
  /** Of the file, or of the folder that its files are in. */
  readonly path: string;
  readonly counts: Counts;
  readonly seconds: number;
  /** Of its own process, without those that it started; undefined when it was killed. */
  readonly cpuSeconds: number | undefined;
  /** What it printed. */
  readonly output: string;
  /** Why it failed, if not by a test of its own that failed. */
  readonly failure?: string;
}

const progress = z.object({ test: z.string(), level: z.number(), begins: z.boolean() });
const end = z.object({ cpuSeconds: z.number() });
const answer = z.object({ waits: z.array(z.string()), resources: z.array(z.string()) });

/** Runs the tests of one file, or of several one after the other, in a process group of which nothing is left afterwards. */
export async function runTestFile(
  path: string,
  options: TestFileOptions,
  files: readonly string[] = [path],
): Promise<TestFileResult> {
  const startedAt = performance.now();
  const child = startChild(files, options.env);
  const read = readOutput(child);
  const watch = watchTests(child, options.silenceMs);
  let cpuSeconds: number | undefined;
  child.on('message', (message) => {
    cpuSeconds ??= end.safeParse(message).data?.cpuSeconds;
  });
  const stopped = new Promise<'stopped'>((resolve) => {
    if (options.signal.aborted) resolve('stopped');
    options.signal.addEventListener('abort', () => {
      resolve('stopped');
    });
  });
  const how = await Promise.race([read.exited, watch.silence, stopped]);
  watch.end();
  const failure = how === 'silent' ? await givenUp(child, watch.underWay(), options.silenceMs) : undefined;
  killGroup(child);
  const code = await read.exited;
  const output = await read.output;
  const result = { path, output, cpuSeconds, seconds: (performance.now() - startedAt) / 1_000 };
  const counts = countsIn(output);
  if (how === 'stopped') return { ...result, counts: counts ?? NOTHING, failure: 'stopped' };
  if (failure !== undefined) return { ...result, counts: oneMore(counts), failure };
  if (counts === undefined) return { ...result, counts: oneMore(counts), failure: `ended with ${code}, no summary` };
  const isOdd = code !== 'exit code 0' && counts.fail + counts.cancelled === 0;
  return isOdd ? { ...result, counts: oneMore(counts), failure: `ended with ${code}` } : { ...result, counts };
}

/** A file that fails as a whole is a test that failed: else nobody would count it. */
function oneMore(counts: Counts = NOTHING): Counts {
  return { ...counts, tests: counts.tests + 1, fail: counts.fail + 1 };
}

function startChild(files: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  const own = new URL('in-child.mjs', import.meta.url).href;
  const main = fileURLToPath(new URL('several.mjs', import.meta.url));
  const urls = files.map((file) => pathToFileURL(resolve(ROOT, file)).href);
  const imports = [import.meta.resolve('tsx'), own].flatMap((url) => ['--import', url]);
  const reporters = [
    ['spec', 'stdout'],
    [own, 'stderr'],
  ].flatMap(([name, to]) => [`--test-reporter=${name ?? ''}`, `--test-reporter-destination=${to ?? ''}`]);
  return spawn(process.execPath, [...imports, ...reporters, main, ...urls], {
    cwd: ROOT,
    // Set where a test file starts another one: it would have the tests print what only node's own runner reads.
    env: { ...env, NODE_TEST_CONTEXT: undefined },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}

function readOutput(child: ChildProcess): { readonly exited: Promise<string>; readonly output: Promise<string> } {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (part: string) => (text += part));
  }
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => {
      resolve(error.message);
    });
    child.once('exit', (code, signal) => {
      resolve(signal ?? `exit code ${code ?? 'unknown'}`);
    });
  });
  // A process that left its group may hold the pipe for ever: what has come a second after the end is all.
  const closed = new Promise<void>((resolve) => child.once('close', resolve));
  const patience = exited.then(() => new Promise<void>((resolve) => setTimeout(resolve, 1_000).unref()));
  const output = Promise.race([closed, patience]).then(() => {
    child.stdout?.destroy();
    child.stderr?.destroy();
    return text;
  });
  return { exited, output };
}

interface Watch {
  /** Resolves once no test has begun or ended for too long. */
  readonly silence: Promise<'silent'>;
  /** Names of the tests that have begun and not ended, the suites that hold them before them. */
  underWay(): readonly string[];
  end(): void;
}

function watchTests(child: ChildProcess, silenceMs: number): Watch {
  const open: { readonly name: string; readonly level: number }[] = [];
  let timer: NodeJS.Timeout | undefined;
  let giveUp: (verdict: 'silent') => void;
  const silence = new Promise<'silent'>((resolve) => {
    giveUp = resolve;
  });
  const heard = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      giveUp('silent');
    }, silenceMs);
  };
  heard();
  child.on('message', (message) => {
    const { success, data } = progress.safeParse(message);
    if (!success) return;
    heard();
    const known = open.findIndex(({ name, level }) => name === data.test && level === data.level);
    if (data.begins) open.push({ name: data.test, level: data.level });
    else if (known >= 0) open.splice(known, 1);
  });
  return {
    silence,
    underWay: () => open.map(({ name }) => name),
    end: () => {
      clearTimeout(timer);
    },
  };
}

/** Asks a silent process what it waits for. */
async function givenUp(child: ChildProcess, tests: readonly string[], silenceMs: number): Promise<string> {
  const told = new Promise<z.infer<typeof answer>>((resolve) => {
    child.on('message', (message) => {
      const { success, data } = answer.safeParse(message);
      if (success) resolve(data);
    });
  });
  const patience = new Promise<null>((resolve) => setTimeout(resolve, ANSWER_MS, null));
  if (child.connected) child.send('what do you wait for?', () => undefined);
  const said = await Promise.race([told, patience]);
  const silence = `given up: no test began or ended for ${silenceMs / 1_000} s`;
  const where = tests.length === 0 ? 'outside of any test' : `in ${tests.map((name) => `"${name}"`).join(' > ')}`;
  if (said === null) return `${silence}, ${where}; its process does not answer, so it is busy`;
  const open = `open: ${said.resources.join(', ') || 'nothing'}`;
  const waits = said.waits.length === 0 ? [open] : said.waits;
  return [`${silence}, ${where}; it waits for`, ...waits].join('\n    ');
}

/** Ends a process, its group, and what it has started in groups of its own. */
function killGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid === undefined) return;
  const others = exitCode === null && signalCode === null ? descendantsOf(pid) : [];
  for (const target of [-pid, ...others]) {
    try {
      process.kill(target, 'SIGKILL');
    } catch {
      // It has ended already.
    }
  }
}

function descendantsOf(pid: number): readonly number[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const pairs = stdout.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    pairs.flatMap(([child, of]) => (of === parent && child !== undefined ? [child, ...below(child)] : []));
  return below(pid);
}
