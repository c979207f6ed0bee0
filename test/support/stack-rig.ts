import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import pg from 'pg';
import { choosePort } from '../../stack/home/ports.js';
import { startTimeOf } from '../../stack/install/process-identity.mjs';
import { type Stack, type StackOptions, startStack } from '../../stack/stack.js';
import { until } from './until.js';

const folders: string[] = [];
const stacks: Stack[] = [];

/** For a file's `after`: ends what its tests left running, as a failed one does, and removes their folders. */
export async function cleanUp(): Promise<void> {
  await Promise.all(stacks.map((stack) => stack.stop()));
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
}

export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'stack-'));
  folders.push(folder);
  return folder;
}

/** A home with pinned ports of its own, so that no other stack on this machine takes them between two starts. */
export async function newHome(): Promise<string> {
  const home = await newFolder();
  const ports = { temporal: await choosePort([]), ui: await choosePort([]), postgres: await choosePort([]) };
  await writeFile(join(home, 'ports.json'), JSON.stringify({ ...ports, pinned: true }));
  return home;
}

export async function start(options: StackOptions): Promise<Stack> {
  const stack = await startStack(options);
  stacks.push(stack);
  return stack;
}

export function urlOf(stack: Stack): string {
  assert.ok(stack.database);
  return stack.database.url;
}

export function pidsOf(stack: Stack): number[] {
  assert.ok(stack.temporal && stack.database);
  return [stack.temporal.pid, stack.database.pid];
}

export async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

export async function withTemporal<T>(stack: Stack, use: (client: Client) => Promise<T>): Promise<T> {
  assert.ok(stack.temporal);
  const connection = await Connection.connect({ address: stack.temporal.address });
  try {
    return await use(new Client({ connection, namespace: stack.temporal.namespace }));
  } finally {
    await connection.close();
  }
}

/** Asks until it is true; a test that waits in vain says for what. */
export async function eventually(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  await until(what, isTrue, (yes) => yes);
}

export function allGone(pids: readonly number[]): boolean {
  return pids.every((pid) => startTimeOf(pid) === null);
}

/** Takes a port away for as long as a test wants. */
export async function squat(): Promise<{ port: number; leave: () => void }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return { port: address.port, leave: () => server.close() };
}
