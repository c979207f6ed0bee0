#!/usr/bin/env node
/** The command line: wiring only. Exit codes: see `cli/exit-code.ts`. */
import { learnSecrets } from './config/learn-secrets.js';
import { runCommandLine } from './cli/program/program.js';
import { createTerminal } from './cli/terminal/terminal.js';
import { createScrubber } from './observability/log.js';

const { env, stdin, stdout, stderr } = process;
const scrubber = createScrubber();
learnSecrets(env, scrubber);
const terminal = createTerminal({ env, stdin, stdout, stderr, scrubber, now: Date.now });

process.exitCode = await runCommandLine(process.argv.slice(2), terminal);
await terminal.flush().catch(() => undefined);
// A wait that was given up leaves a call to Temporal behind, which must not keep the shell. Everything is written.
process.exit();
