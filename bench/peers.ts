import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { pythonTool, runPython } from '../test/support/destinations/python-tools.js';
import type { ParquetFigures } from './parquet.js';

const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** The same page files into Parquet, by the product and by dlt, each in a process of its own; the ratio of both. */
export async function comparePeers(pages: string): Promise<string> {
  const out = await mkdtemp(join(tmpdir(), 'journey-metrics-peers-'));
  try {
    const ours = await measureOurs(pages, join(out, 'ours'));
    const dlt = await measureDlt(pages, join(out, 'dlt'));
    if ('missing' in dlt) return `${textOf('journey-metrics', ours)}\ndlt was not compared with: ${dlt.missing}\n`;
    if (dlt.rows !== ours.rows) throw new Error(`dlt wrote ${dlt.rows} rows, and we ${ours.rows}`);
    const [wall, cpu] = [dlt.wallMs / ours.wallMs, dlt.cpuMs / ours.cpuMs].map((ratio) => ratio.toFixed(1));
    const ratio = `dlt takes ${wall} times as long, and ${cpu} times the processor\n`;
    return `${textOf('journey-metrics', ours)}\n${textOf('dlt', dlt)}\n${ratio}`;
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

async function measureOurs(pages: string, out: string): Promise<ParquetFigures> {
  const args = ['--import', 'tsx', pathOf('bench.ts'), 'parquet', '--pages', pages, '--out', out];
  return JSON.parse((await promisify(execFile)(process.execPath, args)).stdout) as ParquetFigures;
}

async function measureDlt(pages: string, out: string): Promise<ParquetFigures | { readonly missing: string }> {
  const found = await pythonTool('dlt');
  if ('missing' in found) return found;
  const env = { RUNTIME__DLTHUB_TELEMETRY: 'false', DLT_DATA_DIR: join(out, 'state') };
  const run = { folders: [found.folder], args: [pathOf('dlt_peer.py'), pages, out], env };
  const { code, stdout, stderr } = await runPython(run);
  if (code !== 0) throw new Error(`dlt failed: ${stderr}`);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as ParquetFigures;
}

function textOf(name: string, { rows, bytes, wallMs, cpuMs, peakRssMiB }: ParquetFigures): string {
  const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
  const file = `${(bytes / 1e6).toFixed(1)} MB`;
  return `${name}: ${rows.toLocaleString('en-US')} rows, ${file}, ${seconds(wallMs)}, ${seconds(cpuMs)} of processor, at most ${peakRssMiB} MiB`;
}
