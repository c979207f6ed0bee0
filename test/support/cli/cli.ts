import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Env } from '../../../src/config/environment.js';
import { printed } from './cli-commands.js';

const CLI = fileURLToPath(new URL('../../../src/cli.ts', import.meta.url));

export interface CliEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliProcess {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly ended: Promise<CliEnd>;
  /** Waits until stdout matches; rejects when the process ends without. */
  readonly printed: (pattern: RegExp) => Promise<RegExpExecArray>;
}

/** Starts the command line as a process of its own, in an environment that holds nothing but what is given. */
export function startCli(args: readonly string[], env: Env = {}, input = ''): CliProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', CLI, ...args], {
    env: environmentOf(env),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => undefined).end(input);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr }));
  const printed = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const match = pattern.exec(stdout);
        if (match) resolve(match);
      };
      child.stdout.on('data', look);
      child.once('close', () => {
        reject(new Error(`it ended without having printed ${pattern.source}: ${stderr}`));
      });
      look();
    });
  return { child, ended, printed };
}

/** Runs a command to its end as a process of its own: where its exit code, its signals or its pipes are the point. */
export function cliProcess(args: readonly string[], env?: Env, input?: string): Promise<CliEnd> {
  return startCli(args, env, input).ended;
}

/** Runs a command to its end, in this process, as src/cli.ts would. */
export function cli(args: readonly string[], env: Env = {}, input = ''): Promise<CliEnd> {
  return printed(args, { env: environmentOf(env), input });
}

function environmentOf(env: Env): Env {
  return { PATH: process.env['PATH'], HOME: process.env['HOME'], JOURNEY_METRICS_HOME: '/nonexistent', ...env };
}

/** `host:port` on which nothing listens. */
export async function closedAddress(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('a TCP server has a port');
  return `127.0.0.1:${address.port}`;
}
