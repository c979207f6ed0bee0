#!/usr/bin/env node
/** The command line. Exit codes: see `cli/program/exit-code.ts`. */
import { runCommandLine } from './cli/program/program.js';
import { createTerminal } from './cli/terminal/terminal.js';
import { readConfig } from './config/config.js';
import { programName } from './config/places.js';
import { createScrubber } from './observability/log.js';

const { env, stdin, stdout, stderr } = process;
const scrubber = createScrubber();
const config = readConfig(env, scrubber.learn);
const terminal = createTerminal({ config, stdin, stdout, stderr, scrubber, now: Date.now, program: programName(env) });

process.exitCode = await runCommandLine(process.argv.slice(2), terminal);
await terminal.flush().catch(() => undefined);
// A wait that was given up leaves a call to Temporal behind, which must not keep the shell. Everything is written.
process.exit();
