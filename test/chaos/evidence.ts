import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AggregateRequest } from '../../src/client.js';
import type { Expectation, Target } from './plan.js';

/** What the harness did, for the auditor: one line each, written before it is done wherever it may be lost half-way. */
export type OperatorEvent =
  | {
      readonly event: 'plan';
      readonly seed: string;
      readonly faults: { readonly cxone: readonly string[]; readonly receiver: readonly string[] };
      readonly targets: readonly Target[];
    }
  | {
      readonly event: 'requested';
      readonly workflowId: string;
      readonly request: AggregateRequest;
      readonly expect: Expectation;
    }
  | { readonly event: 'cancel-asked' | 'terminated'; readonly workflowId: string }
  | { readonly event: 'kill'; readonly target: Target; readonly pid: number; readonly inFlight: number }
  | { readonly event: 'back'; readonly target: Target; readonly pid: number };

/** The folder that the auditor reads, and nothing beside it. */
export interface Evidence {
  readonly folder: string;
  /** Of `cxone.ndjson` and `receiver.ndjson`. */
  readonly journalFolder: string;
  readonly resultFolder: string;
  readonly bodyFolder: string;
  readonly logFolder: string;
  note(event: OperatorEvent): void;
  /** Runs that were asked for, so far. */
  requested(): readonly Extract<OperatorEvent, { readonly event: 'requested' }>[];
  /** Writes lines of JSON to a file of that name. */
  write(name: string, lines: readonly object[]): void;
  /** Appends to a log of that name. */
  log(name: string, text: string): void;
}

export function openEvidence(folder: string): Evidence {
  const logFolder = join(folder, 'logs');
  mkdirSync(logFolder, { recursive: true });
  const requested: Extract<OperatorEvent, { readonly event: 'requested' }>[] = [];
  return {
    folder,
    journalFolder: folder,
    resultFolder: join(folder, 'results'),
    bodyFolder: join(folder, 'bodies'),
    logFolder,
    requested: () => requested,
    note: (event) => {
      if (event.event === 'requested') requested.push(event);
      const line = JSON.stringify({ at: new Date().toISOString(), ...event });
      appendFileSync(join(folder, 'operator.ndjson'), `${line}\n`);
    },
    write: (name, lines) => {
      writeFileSync(join(folder, name), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    },
    log: (name, text) => {
      appendFileSync(join(logFolder, name), text);
    },
  };
}
