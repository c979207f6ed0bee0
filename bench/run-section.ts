import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Figures, SectionName, Settings } from './sections.js';

const ENTRY = fileURLToPath(new URL('section-process.ts', import.meta.url));
/** Where servers keep their files, so that not the disk is measured, unless rows are what it is about. */
const MEMORY = '/dev/shm';

/** Measures one section in a process of its own. */
export async function runSection<Name extends SectionName>(
  name: Name,
  settings: Settings[Name],
): Promise<Figures[Name]> {
  const inMemory = name !== 'scale' && name !== 'warehouse' && existsSync(MEMORY);
  const child = fork(ENTRY, {
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, ...(inMemory && { TMPDIR: MEMORY }) },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  let figures: Figures[Name] | undefined;
  child.once('message', (answer) => {
    figures = answer as Figures[Name];
  });
  child.send({ name, settings });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (figures === undefined) throw new Error(`the section ${name} ended without figures (${code ?? 'killed'})`);
  return figures;
}
