import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

type Json = Record<string, unknown>;
export type Row = Readonly<Record<string, unknown>>;

/** A line of a file: tests change it. */
export interface Line extends Json {
  at: string;
}

/** Evidence before it is written to a folder. Every list is a file, `results` and `bodies` are folders. */
export interface World {
  readonly cxone: Line[];
  readonly receiver: Line[];
  readonly operator: Line[];
  readonly runs: Json[];
  readonly runRecords: Json[];
  readonly submissions: Json[];
  readonly orphans: Json[];
  readonly ledger: { readonly table: string; readonly row: Json }[];
  audit: Json[];
  /** True rows of runs that make journeys of contacts. */
  readonly journeys: Json[];
  /** By query id. */
  readonly results: Record<string, readonly Row[]>;
  /** By the hash of their bytes. */
  readonly bodies: Record<string, string>;
}

export function emptyWorld(): World {
  return {
    ...{ cxone: [], receiver: [], operator: [], runs: [], runRecords: [], submissions: [], orphans: [], ledger: [] },
    ...{ audit: [], journeys: [], results: {}, bodies: {} },
  };
}

/** Seconds of the story. */
export function at(seconds: number): string {
  return new Date(Date.UTC(2026, 10, 2) + seconds * 1_000).toISOString();
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The trail that says this, chained as docs/operations.md has it. */
export function trailOf(entries: readonly Json[], from = 1): Json[] {
  let previous = '0'.repeat(64);
  return entries.map((said, index) => {
    const seq = index + from;
    const entry = JSON.stringify({ ...said, seq, effectId: `effect-${seq}` });
    const prevHash = previous;
    previous = sha256(`${prevHash}\n${entry}`);
    const { kind, status, workflowId, runKey, queryId, failureType, rows_processed, accuracy_rate } = said;
    const columns = { kind, status, workflow_id: workflowId, run_key: runKey, query_id: queryId, rows_processed };
    const more = { failure_type: failureType, accuracy_rate, effect_id: `effect-${seq}` };
    return { seq, entry, prev_hash: prevHash, hash: previous, ...columns, ...more };
  });
}

/** What the trail says, entry by entry. */
export function entriesOf({ audit }: World): Json[] {
  return audit.map(({ entry }) => JSON.parse(String(entry)) as Json);
}

/** The lines that say this, of a list that must have some. */
function those<T extends Json>(lines: readonly T[], like: Json): readonly T[] {
  const found = lines.filter((line) => Object.entries(like).every(([key, value]) => line[key] === value));
  assert.ok(found.length > 0, `there is no ${JSON.stringify(like)}`);
  return found;
}

/** Changes the lines that say this. Like all that follow it returns what it has changed. */
export function change(lines: readonly Json[], like: Json, to: Json): readonly Json[] {
  return those(lines, like).map((line) => Object.assign(line, to));
}

export function drop(lines: Json[], like: Json): readonly Json[] {
  return those(lines, like).flatMap((line) => lines.splice(lines.indexOf(line), 1));
}

/** Adds a line that says what the first of those says, but for some of it. */
export function add<T extends Json>(lines: T[], like: Json, but: Json): readonly T[] {
  for (const line of those(lines, like).slice(0, 1)) lines.push({ ...line, ...but });
  return lines;
}

/** Changes what the entry of a run says, and chains the trail anew: as a product that errs, not as one that forges. */
export function misaudit(world: World, name: string, to: Json): readonly Json[] {
  const entries = entriesOf(world);
  change(entries, { workflowId: `run-${name}` }, to);
  return (world.audit = trailOf(entries));
}

/** Changes what a run returns. */
export function misreport(world: World, name: string, to: Json): readonly Json[] {
  return those(world.runs, { workflowId: `run-${name}` }).map(({ result }) => Object.assign(result ?? {}, to));
}

/** Changes a row of what the source truly had. */
export function retell({ results }: World, queryId: string, index: number, to: Json): readonly Row[] {
  const rows = results[queryId] ?? [];
  return (results[queryId] = rows.map((row, position) => (position === index ? { ...row, ...to } : row)));
}

interface Payload extends Json {
  metrics: Json[];
}

/** Puts another body in the place of one that the receiver took in, as if it had been sent from the start. */
export function resend(world: World, webhookId: string, to: (payload: Payload) => Json): string {
  const [sent] = those(world.receiver, { webhookId });
  const old = String(sent?.['sha256']);
  const payload = JSON.parse(world.bodies[old] ?? '') as Payload;
  const body = JSON.stringify({ ...payload, ...to(payload) });
  world.bodies[sha256(body)] = body;
  change(world.receiver, { sha256: old }, { sha256: sha256(body) });
  change(
    world.ledger.map(({ row }) => row),
    { body_sha256: old },
    { body_sha256: sha256(body) },
  );
  return body;
}

export async function writeWorld(folder: string, world: World): Promise<void> {
  await Promise.all(['results', 'bodies'].map((name) => mkdir(join(folder, name), { recursive: true })));
  const text: Record<string, string> = {};
  const { results, bodies, runRecords, ...lists } = world;
  for (const [name, lines] of Object.entries({ ...lists, 'run-records': runRecords })) {
    text[`${name}.ndjson`] = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  }
  for (const [queryId, rows] of Object.entries(results)) text[`results/${queryId}.json`] = JSON.stringify(rows);
  for (const [hash, body] of Object.entries(bodies)) text[`bodies/${hash}.json`] = body;
  await Promise.all(Object.entries(text).map(([file, content]) => writeFile(join(folder, file), content)));
}
