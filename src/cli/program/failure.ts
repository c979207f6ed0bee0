import { CommanderError } from 'commander';
import { isGrpcServiceError } from '@temporalio/client';
import { JourneyMetricsError } from '../../client/error.js';
import { ConfigError, exitCodeOf, sentenceOf } from '../../config/errors.js';
import { AdapterError } from '../../contract/adapter-error.js';
import { ExplainError } from '../../contract/explain-error.js';
import type { RequestProblem } from '../../contract/failures.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { ExportFailed, RunFailed, RunGoesOn, UsageError } from './errors.js';
import { printable } from '../../text/printable.js';
import type { Terminal } from '../terminal/terminal.js';

/** Why a command did not do what it was asked, as `--json` says it, and what the process ends with. */
export interface Failure {
  readonly exitCode: ExitCode;
  readonly type: string;
  /** One sentence. */
  readonly message: string;
  readonly details: readonly unknown[];
}

/** The one place that turns whatever was thrown into a sentence and an exit code. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof RunFailed) return describeFailure(error.failure);
  if (error instanceof JourneyMetricsError) {
    const { type, message, details } = error;
    return { exitCode: type === 'InvalidRequest' ? EXIT.invalid : EXIT.failed, type, message, details };
  }
  if (error instanceof RunGoesOn) {
    const { type, message, run } = error;
    return { exitCode: type === 'Timeout' ? EXIT.timeout : EXIT.interrupted, type, message, details: [run] };
  }
  const message = sentenceOf(error);
  if (error instanceof ConfigError) {
    return { exitCode: EXIT.invalid, type: 'InvalidConfiguration', message, details: [{ variable: error.variable }] };
  }
  if (error instanceof UsageError || error instanceof CommanderError) {
    return { exitCode: EXIT.invalid, type: 'InvalidUsage', message: message.replace(/^error: /, ''), details: [] };
  }
  if (error instanceof AdapterError) {
    return { exitCode: exitCodeOf(error), type: error.failureType, message, details: [error.details] };
  }
  if (error instanceof ExplainError) {
    const isUsage = error.kind === 'InvalidDate';
    const [exitCode, type] = isUsage ? [EXIT.invalid, 'InvalidUsage'] : [EXIT.failed, error.kind];
    return { exitCode, type, message, details: [{ option: error.parameter }] };
  }
  if (error instanceof ExportFailed) return { exitCode: EXIT.failed, type: 'ExportFailed', message, details: [] };
  const { cause } = error instanceof Error ? error : { cause: undefined };
  const because = isGrpcServiceError(cause) ? `${message}: ${cause.details}` : message;
  return { exitCode: EXIT.failed, type: 'Unexpected', message: because, details: [] };
}

/** Says what went wrong: a sentence on stderr, never a stack, and with `--json` one document on stdout. */
export function reportFailure(error: unknown, terminal: Terminal, json: boolean): ExitCode {
  const { exitCode, type, message, details } = describeFailure(error);
  const { scrub } = terminal.scrubber;
  // Commander has written its own sentence, with its suggestion.
  if (!(error instanceof CommanderError)) terminal.note(`journey-metrics: ${explain(message, details)}`);
  if (error instanceof RunGoesOn || error instanceof RunFailed) {
    for (const hint of error.hints) terminal.note(`  ${hint}`);
  }
  if (json) terminal.printJson(scrubbed({ error: { type, message, details } }, scrub));
  return exitCode;
}

/** Text by text: in the document as one text, a secret of digits would take a number apart. */
function scrubbed(document: unknown, scrub: (text: string) => string): unknown {
  return JSON.parse(JSON.stringify(document), (_, value: unknown) =>
    typeof value === 'string' ? scrub(value) : value,
  );
}

/** Several problems of a request each get a line. */
function explain(message: string, details: readonly unknown[]): string {
  const problems = problemsIn(details);
  if (problems.length < 2) return printable(message);
  const lines = problems.map(
    ({ path, message: problem }) => `  ${printable(path === '' ? problem : `${path}: ${problem}`)}`,
  );
  return ['the request is not valid:', ...lines].join('\n');
}

function problemsIn([first]: readonly unknown[]): readonly RequestProblem[] {
  if (typeof first !== 'object' || first === null || !('problems' in first)) return [];
  // `InvalidRequest` has them, from client and worker alike: see `JourneyMetricsError.details`.
  return Array.isArray(first.problems) ? (first.problems as RequestProblem[]) : [];
}
