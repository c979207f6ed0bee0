import { AdapterError } from '../../contract/adapter-error.js';
import { ConfigError, sentenceOf } from '../../config/errors.js';

/** One thing that was looked at. `skipped`: not configured, and that may be meant. */
export interface Check {
  readonly name: string;
  readonly status: 'ok' | 'warn' | 'fail' | 'skipped';
  /** What was found, in a few words. */
  readonly found: string;
  /** What to do about it. */
  readonly remedy?: string;
  /** Of a failure: the variable that is wrong. */
  readonly variable?: string;
}

/** How far a server's clock is behind ours at least, and at most; negative: it is ahead. */
export interface ClockReading {
  readonly of: string;
  readonly behindAtLeastMs: number;
  readonly behindAtMostMs: number;
}

/** What one part of the doctor has found. */
export interface Findings {
  readonly checks: readonly Check[];
  readonly clocks?: readonly ClockReading[];
}

export function ok(name: string, found: string): Check {
  return { name, status: 'ok', found };
}

export function warn(name: string, found: string, remedy: string): Check {
  return { name, status: 'warn', found, remedy };
}

export function fail(name: string, found: string, remedy?: string): Check {
  return { name, status: 'fail', found, ...(remedy !== undefined && { remedy }) };
}

/** What is wrong is what this process is told. */
export function misconfigured(name: string, error: ConfigError): Check {
  return { ...fail(name, error.message), variable: error.variable };
}

export function skipped(name: string, found: string): Check {
  return { name, status: 'skipped', found };
}

/** The check, or what stopped it: one that cannot be done is one that failed. Adapters say in their sentence what to do. */
export async function checkOr(name: string, check: () => Promise<Check>): Promise<Check> {
  try {
    return await check();
  } catch (error) {
    return stopped(name, error);
  }
}

/** The same of several that come one after the other: what was found before stays. */
export async function checksOr(name: string, checks: AsyncIterable<Check>): Promise<readonly Check[]> {
  const found: Check[] = [];
  try {
    for await (const check of checks) found.push(check);
  } catch (error) {
    found.push(stopped(name, error));
  }
  return found;
}

function stopped(name: string, error: unknown): Check {
  if (error instanceof ConfigError) return misconfigured(name, error);
  const { cause } = error instanceof Error ? error : { cause: undefined };
  const because = !(error instanceof AdapterError) && cause instanceof Error ? ` (${cause.message})` : '';
  return fail(name, `${sentenceOf(error)}${because}`);
}
