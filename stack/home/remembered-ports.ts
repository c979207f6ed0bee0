import { z } from 'zod';
import { StackError } from '../errors.js';
import { readJsonFile, writeJsonFile } from './json-file.js';
import { choosePort } from './ports.js';

const USUAL = { temporal: 7233, ui: 8233, postgres: 5432 } as const;
const TRIES = 3;

export type PortName = keyof typeof USUAL;
export type Ports = Readonly<Record<PortName, number>>;

const portsFile = z.object({ temporal: z.int(), ui: z.int(), postgres: z.int() });

/** The ports of the last start where they are still free, so that workers find the server again; else the usual; else free ones. */
export async function choosePorts(path: string): Promise<Ports> {
  const last = await readJsonFile(path, portsFile);
  const [temporal, ui, postgres] = await Promise.all([
    choosePort([last?.temporal, USUAL.temporal]),
    choosePort([last?.ui, USUAL.ui]),
    choosePort([last?.postgres, USUAL.postgres]),
  ]);
  return { temporal, ui, postgres };
}

export async function rememberPorts(path: string, ports: Ports): Promise<void> {
  await writeJsonFile(path, ports);
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
