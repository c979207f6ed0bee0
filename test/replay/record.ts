/**
 * Records golden histories: `node --import tsx test/replay/record.ts`. Run it when a release changes what workflows do.
 * What is there already stays: runs that were started by an older version are still under way somewhere.
 */
import { readdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { isChild } from '../support/workflow/history-chain.js';
import { createRig, type Rig } from '../support/workflow/workflow-rig.js';
import type { Recording } from './recording.js';
import { RECORDINGS } from './recordings.js';

const VERSION = 'v0.1';
const FOLDER = new URL('histories/', import.meta.url);

async function save(rig: Rig, name: string, record: Recording['record']): Promise<void> {
  const before = rig.recorded.length;
  await record(rig);
  const chain = rig.recorded.slice(before).filter((history) => !isChild(history));
  for (const [index, { json: raw }] of chain.entries()) {
    const json = raw.replaceAll(process.cwd(), '').replaceAll(`@${hostname()}`, '@host');
    const part = chain.length === 1 ? '' : `-${index + 1}`;
    const file = new URL(`${VERSION}-${name}${part}.json`, FOLDER);
    await writeFile(file, `${JSON.stringify(JSON.parse(json))}\n`, { flag: 'wx' });
  }
}

const present = await readdir(FOLDER);
const missing = Object.entries(RECORDINGS).filter(
  ([name]) => !present.some((file) => [`${VERSION}-${name}.json`, `${VERSION}-${name}-1.json`].includes(file)),
);
for (const server of ['dev', 'time-skipping'] as const) {
  const rig = await createRig(server, {
    ownServers: 'it suggests continue-as-new soon',
    dynamicConfig: ['limit.historyCount.suggestContinueAsNew=60'],
  });
  for (const [name, { on = 'dev', record }] of missing) if (on === server) await save(rig, name, record);
  await rig.stop();
}
