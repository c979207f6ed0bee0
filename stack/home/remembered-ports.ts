import { z } from 'zod';
import { StackError } from '../errors.js';
import { readJsonFile, writeJsonFile } from './json-file.js';
import { choosePort } from './ports.js';

const USUAL = { temporal: 7233, ui: 8233, postgres: 5432 } as const;
const TRIES = 3;

export type PortName = keyof typeof USUAL;
export type Ports = Readonly<Record<PortName, number>>;

const portsFile = z.object({
  temporal: z.int(),
  ui: z.int(),
  postgres: z.int(),
  /** Somebody has chosen them: they come before the usual ones. */
  pinned: z.boolean().optional(),
});

/** The usual ports where they are free, since documents name them; else those of the last start; else free ones. */
export async function choosePorts(path: string, usual: Ports = USUAL): Promise<Ports> {
  const last = await readJsonFile(path, portsFile);
  const wishes = (name: PortName): readonly (number | undefined)[] =>
    last?.pinned ? [last[name], usual[name]] : [usual[name], last?.[name]];
  const [temporal, ui, postgres] = await Promise.all([
    choosePort(wishes('temporal')),
    choosePort(wishes('ui')),
    choosePort(wishes('postgres')),
  ]);
  return { temporal, ui, postgres };
}

export async function rememberPorts(path: string, ports: Ports): Promise<void> {
  const pinned = (await readJsonFile(path, portsFile))?.pinned;
  await writeJsonFile(path, { ...ports, ...(pinned && { pinned }) });
}

/** Starts a server on its port, or on free ones when somebody was quicker there. */
export async function onFreePorts<T>(ports: Ports, start: (ports: Ports) => Promise<T>): Promise<T> {
  let wanted = ports;
  for (let tries = 1; ; tries += 1) {
    try {
      return await start(wanted);
    } catch (error) {
      if (!(error instanceof StackError) || error.kind !== 'port-busy' || tries === TRIES) throw error;
      const [temporal, ui, postgres] = await Promise.all([choosePort([]), choosePort([]), choosePort([])]);
      wanted = { temporal, ui, postgres };
    }
  }
}
