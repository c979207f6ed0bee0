/** What goes wrong between the product, the source and the receiver: every kind × every operation, all in flight at once. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Operation } from '../../../simulator/faults/fault.js';
import { createActivities } from '../../../src/activities/index.js';
import type { RunHandle } from '../../../src/client.js';
import { checkCell, endOf, startCell, type CellOptions, type FaultCell } from '../../support/sources/fault-cell.js';
import { fieldForTests } from '../../support/sources/fault-field.js';
import { recordedHistory } from '../../support/workflow/history-chain.js';
import { until } from '../../support/until.js';
import { openDoor, type Door } from './door.js';
import { CHANCE, cellsOf, type Expected, type NetworkKind } from './matrix.js';
import { NETWORK_KINDS } from './network-kinds.js';
import { waitFor } from './retry-after-kinds.js';
import { waitOf } from './waits.js';

const HASTY_MS = 2_500;
const HASTY = { requestDeadlineMs: HASTY_MS, pageDeadlineMs: HASTY_MS, bodyCapBytes: 2 ** 20 };

/** Most of a run is waiting; more of them at once would starve one another on two cores, and miss their deadlines. */
const AT_ONCE = 20;
/** Ends what hangs: the whole file takes a quarter of it. */
const LIMIT_MS = 480_000;
const LONG_MS = 1_800_000;

describe('the network:', { concurrency: AT_ONCE, timeout: LIMIT_MS }, () => {
  const field = fieldForTests(CHANCE);

  for (const [kind, cells] of NETWORK_KINDS.flatMap(runsOf)) {
    const operations = cells.map(([operation]) => operation);
    const promised = promiseOf(cells);
    const seed = cells.flatMap(([, cell]) => (cell.seed === undefined ? [] : [`; seed: ${cell.seed}`])).join('');
    it(`${kind.kind} × ${operations.join(', ')}: ends as ${promised.ends}${seed}`, async (t) => {
      const door = 'door' in kind.inject ? openDoor(kind.inject, operations) : undefined;
      const cell = await startCell(t, field(), { ...optionsOf(kind, operations), ...door?.cell });
      t.after(() => door?.stop());
      field().admit(cell.org, createActivities(door?.watched(cell.dependencies) ?? cell.dependencies));
      const { deadline } = promised;
      const run = await field().client.start(cell.request(deadline === undefined ? {} : { poll: { deadline } }));
      const waited = await hurry(run, kind, operations, promised);
      const ended = await endOf(field(), run);
      await checkCell(cell, field().databaseUrl, run, ended, promised);
      for (const operation of operations) {
        checkStruck(cell, kind, operation, door);
        if (kind.asks === undefined) continue;
        checkWait(waited ?? waitOf(ended.history, operation, operations), kind.asks, operation);
      }
    });
  }

  /** Nobody waits for an hour, or three days: a wait for the source is ended by `pollNow`, others with their run. */
  async function hurry(
    run: RunHandle,
    { asks }: NetworkKind,
    operations: readonly Operation[],
    { ends }: Expected,
  ): Promise<number | undefined> {
    const isLong = asks !== undefined && asks !== null && asks[0] > LONG_MS;
    if (ends !== 'cancelled' && !isLong) return undefined;
    const waited = await until(
      'the wait that nobody waits for',
      () => (operations.includes('token') ? backOffOf(run) : firstWaitOf(run, operations)),
      (wait) => wait !== undefined,
      LIMIT_MS,
    );
    await (ends === 'cancelled' ? run.cancel() : run.pollNow());
    return waited;
  }

  /** Milliseconds until the next attempt of a step that failed once. */
  async function backOffOf({ workflowId }: RunHandle): Promise<number | undefined> {
    const { raw } = await field().temporal.workflow.getHandle(workflowId).describe();
    const interval = raw.pendingActivities?.find(({ attempt }) => (attempt ?? 0) > 1)?.currentRetryInterval;
    return interval?.seconds == null ? undefined : Number(interval.seconds) * 1_000;
  }

  async function firstWaitOf(
    { workflowId, runId = '' }: RunHandle,
    operations: readonly Operation[],
  ): Promise<number | undefined> {
    const history = await recordedHistory(field().temporal, workflowId, runId);
    return operations.map((operation) => waitOf(history, operation, operations)).find((wait) => wait !== undefined);
  }
});

type Cell = readonly [Operation, Expected];

/** One run meets a fault at every operation in turn, as far as it survives that; the others take a run each. */
function runsOf(kind: NetworkKind): (readonly [NetworkKind, readonly Cell[]])[] {
  const survives = ([, { ends, generations, deadline }]: Cell): boolean =>
    ends === 'completed' && generations === undefined && deadline === undefined && kind.apart !== true;
  const [together, alone] = [cellsOf(kind).filter(survives), cellsOf(kind).filter((cell) => !survives(cell))];
  return [...(together.length > 0 ? [together] : []), ...alone.map((cell) => [cell])].map((cells) => [kind, cells]);
}

function promiseOf(cells: readonly Cell[]): Expected {
  const [[, first], ...others] = cells as readonly [Cell, ...Cell[]];
  return others.reduce(
    (all, [, { orphans = 0, duplicates = 0, freshTokens = 0, attempts }]) => ({
      ...all,
      orphans: orphans + (all.orphans ?? 0),
      duplicates: duplicates + (all.duplicates ?? 0),
      ...(freshTokens + (all.freshTokens ?? 0) > 0 && { freshTokens: freshTokens + (all.freshTokens ?? 0) }),
      ...(attempts !== undefined && { attempts }),
    }),
    first,
  );
}

function optionsOf(
  { inject, hasty = false, circuit = {} }: NetworkKind,
  operations: readonly Operation[],
): CellOptions {
  const script = 'fault' in inject ? operations.map((on) => ({ on, ...inject })) : [];
  return {
    cxone: { faults: { script } },
    atReceiver: { script },
    ...(hasty && { deliveryDeadlineMs: HASTY_MS }),
    source: { circuit, ...(hasty && { limits: HASTY }) },
  };
}

/** A cell whose fault never struck would prove nothing. */
function checkStruck(
  { cxone, receiver }: FaultCell,
  { inject }: NetworkKind,
  operation: Operation,
  door: Door | undefined,
): void {
  const struck =
    door?.struck(operation) ??
    [...cxone.journal.entries({ operation }), ...receiver.journal.entries({ operation })].filter(
      ({ fault }) => fault !== undefined,
    ).length;
  if (inject.times < 10) assert.equal(struck, inject.times, 'every strike is in evidence');
  else assert.ok(struck > 0, 'it struck');
}

function checkWait(wait: number | undefined, asks: readonly [number, number] | null, operation: Operation): void {
  const [from, to] = waitFor(asks, operation);
  const right = wait !== undefined && wait >= from && wait <= to;
  assert.ok(right, `waits ${String(wait)} ms, where ${from}..${to} were right`);
}
