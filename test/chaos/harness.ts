import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { audit } from '../auditor/audit.js';
import { collect } from '../auditor/collect.js';
import { createJourneyMetricsClient } from '../../src/client.js';
import { TASK_QUEUE } from '../../src/contract/values/names.js';
import { attack, type Attacked } from './attack.js';
import { findCanaries } from './canaries.js';
import { openEvidence, type Evidence } from './evidence.js';
import { planFaults } from './faults.js';
import { tracesOf } from './leftovers.js';
import type { ChaosOptions } from './options.js';
import { TARGETS } from './plan.js';
import type { Finding } from './runs.js';
import { trueJourneys } from './true-journeys.js';
import { startWorld, type World } from './world.js';

/** What became of a chaos run. */
export interface ChaosReport extends Attacked {
  /** `nothing tested`: nothing was seen broken, but too little was done for that to mean anything. */
  readonly verdict: 'held' | 'broken' | 'nothing tested';
  readonly seed: string;
  readonly seconds: number;
  /** How often each fault struck, by who played it. */
  readonly faults: Readonly<Record<'cxone' | 'receiver', Readonly<Record<string, number>>>>;
  /** What the auditor looked at. */
  readonly counts: Readonly<Record<string, number>>;
  /** Folder of the evidence; null when it was removed. */
  readonly evidence: string | null;
  /** The command that does the same again. */
  readonly replay: string;
}

interface Stage {
  readonly show: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Starts runs, kills what carries them, has the outcome audited, and looks for secrets in what is left behind. */
export async function runChaos(options: ChaosOptions, stage: Stage): Promise<ChaosReport> {
  const startedAt = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'journey-metrics-chaos-'));
  const evidence = openEvidence(join(folder, 'evidence'));
  let keep = true;
  try {
    const found = await storm(options, { ...stage, home: join(folder, 'home'), evidence });
    keep = options.keep || found.verdict !== 'held';
    return {
      ...found,
      seed: options.seed,
      seconds: Math.round((performance.now() - startedAt) / 1_000),
      evidence: keep ? evidence.folder : null,
      replay: replayOf(options),
    };
  } catch (error) {
    keep = !stage.signal.aborted;
    if (keep) stage.show(`what there is of the evidence: ${evidence.folder}`);
    throw error;
  } finally {
    if (!keep) await rm(folder, { recursive: true, force: true });
  }
}

type Found = Omit<ChaosReport, 'seed' | 'seconds' | 'evidence' | 'replay'>;

async function storm(
  options: ChaosOptions,
  stage: Stage & { readonly home: string; readonly evidence: Evidence },
): Promise<Found> {
  const { home, evidence, show } = stage;
  const { seed, runs } = options;
  const failed = new AbortController();
  const signal = AbortSignal.any([stage.signal, failed.signal]);
  const onFailure = (error: Error): void => {
    failed.abort(error);
  };
  const faults = planFaults(seed, runs);
  evidence.note({ event: 'plan', seed, faults: faults.names, targets: TARGETS });
  show('starting the servers and the worker');
  const world = await startWorld({ home, seed, faults, evidence, onFailure, signal });
  const { address, namespace } = world.temporal;
  const client = createJourneyMetricsClient({ connection: { address }, org: world.org, requester: 'chaos' });
  // Neither is closed: a call that nobody waits for any more may be under way, and would throw. The process ends soon.
  const temporal = new Client({
    connection: Connection.lazy({ address, channelArgs: { 'grpc.enable_http_proxy': 0 } }),
    namespace,
  });
  try {
    const attacked = await attack(options, { ...world, client, temporal, evidence, show, signal });
    return await judge(attacked, { world, temporal, evidence, show });
  } finally {
    await world.stop();
  }
}

/** What the auditor finds, what callers found, and secrets. */
async function judge(
  attacked: Attacked,
  { world, temporal, evidence, show }: { world: World; temporal: Client; evidence: Evidence; show: Stage['show'] },
): Promise<Found> {
  const { folder } = evidence;
  const { address: temporalAddress, namespace } = world.temporal;
  show('auditing');
  evidence.write('journeys.ndjson', trueJourneys(world.simulator.cxone.reporting, evidence.requested()));
  await collect({ databaseUrl: world.database.url, temporalAddress, namespace, taskQueue: TASK_QUEUE, folder });
  await world.worker.stop();
  await keepLogs(world.stack.home, evidence);
  const { verdict, findings, counts } = audit(folder);
  show('looking for secrets');
  const own = [...attacked.findings, ...(await secretsLeft(world, temporal, evidence))];
  const { cxone, receiver } = world.simulator;
  return {
    ...attacked,
    verdict: own.length > 0 ? 'broken' : verdict,
    findings: [...findings, ...own],
    counts,
    faults: { cxone: cxone.faults.fired(), receiver: receiver.faults.fired() },
  };
}

/** What the servers and their supervisor wrote. */
async function keepLogs(home: string, { logFolder }: Evidence): Promise<void> {
  for (const { name, parentPath } of await readdir(home, { recursive: true, withFileTypes: true })) {
    if (name.endsWith('.log')) await cp(join(parentPath, name), join(logFolder, name));
  }
}

async function secretsLeft(world: World, temporal: Client, { folder }: Evidence): Promise<readonly Finding[]> {
  const folders = { evidence: folder, datasets: world.datasetFolder };
  const found = await findCanaries(tracesOf({ folders, databaseUrl: world.database.url, temporal }), world.canaries);
  return found.map(({ place, name }) => ({ promise: 'secrets', subject: place, what: `holds ${name}` }));
}

function replayOf({ seed, runs, inFlight, minutes }: ChaosOptions): string {
  const more = minutes > 0 ? ` --minutes ${minutes}` : '';
  return `npm run chaos -- --seed ${seed} --runs ${runs} --in-flight ${inFlight}${more} --keep`;
}
