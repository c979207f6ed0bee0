import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { StackError } from '../errors.js';
import { openLogFile } from './log-file.js';
import { removeProcessRecord, stopProcess, writeProcessRecord } from './process-record.js';
import { identify } from '../install/process-identity.mjs';

export interface ServerCommand {
  /** As people call it: `Postgres`, `Temporal`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
  readonly logPath: string;
  readonly recordPath: string;
}

/** A running server process whose output goes to its log. */
export interface ServerProcess {
  readonly pid: number;
  /** Resolves, never rejects, once it has ended, with how: `exit code 1`, `signal SIGKILL`. */
  readonly exited: Promise<string>;
  /** The last lines it logged since this start. */
  readonly tail: (lines: number) => string[];
  /** The error for a server that ended or did not get ready: what happened, its last words, where the rest is. */
  failure(what: string): StackError;
  /** Sends the signal, after five seconds SIGKILL; resolves once it is gone. */
  stop(signal: NodeJS.Signals): Promise<void>;
}

/** Starts a server and writes down which process it is. @throws StackError `server-failed` when it cannot be executed */
export async function launchServer(command: ServerCommand): Promise<ServerProcess> {
  const log = openLogFile(command.logPath);
  const child = spawn(command.command, command.args, {
    cwd: '/', // The user that the server runs as may not be able to stand where we do.
    env: command.env,
    stdio: ['ignore', log.descriptor, log.descriptor],
    ...(command.uid === undefined ? {} : { uid: command.uid }),
    ...(command.gid === undefined ? {} : { gid: command.gid }),
  });
  const exited = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      resolve(signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`);
    });
  });
  closeSync(log.descriptor);
  const { pid } = child;
  if (pid === undefined) {
    const reason = await new Promise<Error>((resolve) => child.once('error', resolve));
    const message = `${command.name} cannot be started: ${reason.message}; check that ${command.command} is executable.`;
    throw new StackError('server-failed', message);
  }
  writeProcessRecord(command.recordPath, pid);
  const identity = identify(pid);
  return {
    pid,
    exited,
    tail: log.tail,
    failure: (what) => {
      const said = log.tail(8).map((line) => `\n  ${line}`);
      const words = said.length === 0 ? 'It logged nothing.' : `The end of its log ${log.path}:${said.join('')}`;
      return new StackError('server-failed', `${command.name} ${what}. ${words}`);
    },
    stop: async (signal) => {
      if (identity !== null) await stopProcess(identity, signal);
      await exited;
      removeProcessRecord(command.recordPath);
    },
  };
}

/** The environment for a server: without anything by which the caller's shell could configure it. */
export function serverEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const foreign = /^(PG|POSTGRES|TEMPORAL_|CXONE_|BI_WEBHOOK|DATABASE_URL|DATASET_URL|npm_|NODE_)/;
  return { ...Object.fromEntries(Object.entries(env).filter(([name]) => !foreign.test(name))), LC_ALL: 'C' };
}
