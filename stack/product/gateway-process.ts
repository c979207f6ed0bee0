import { fileURLToPath } from 'node:url';
import { choosePort, isPortFree } from '../home/ports.js';
import { startWorkerProcess, WorkerFailed, type WorkerProcess } from './worker-process.js';

/** Arguments of Node for the gateway of the sources. Nobody but this machine reaches it, so it may go without keys. */
const GATEWAY = ['--import', 'tsx', fileURLToPath(new URL('../../src/gateway.ts', import.meta.url)), '--keyless'];
const HOST = '127.0.0.1';
const USUAL_PORT = 8080;
const TRIES = 3;

export interface GatewayPlace {
  readonly port: number;
  /** Without a slash at its end. */
  readonly url: string;
}

/** The port that is named, else the usual one; a free one when that is taken. */
export async function chooseGatewayPlace(named: string | undefined): Promise<GatewayPlace> {
  const wish = Number(named === undefined || named === '' ? USUAL_PORT : named);
  const port = await choosePort(Number.isInteger(wish) && wish > 0 && wish < 65_536 ? [wish] : []);
  return { port, url: `http://${HOST}:${port}` };
}

/** Starts a gateway and resolves once it listens. @throws WorkerFailed */
export function startGatewayProcess(
  options: Omit<Parameters<typeof startWorkerProcess>[0], 'command'>,
  { port }: GatewayPlace,
): Promise<WorkerProcess> {
  const env = { ...options.env, GATEWAY_HOST: HOST, GATEWAY_PORT: String(port) };
  return startWorkerProcess({ ...options, env, command: GATEWAY, name: 'gateway' });
}

/**
 * The same, at another place where somebody took the port meanwhile: between the look at a port and the gateway's own
 * listening lie seconds, in which another `dev` may come.
 * @param start of tests
 */
export async function startGatewayNear(
  options: Parameters<typeof startGatewayProcess>[0],
  wished: GatewayPlace,
  start = startGatewayProcess,
): Promise<{ readonly process: WorkerProcess; readonly place: GatewayPlace }> {
  let place = wished;
  for (let tries = 1; ; tries += 1) {
    try {
      return { process: await start(options, place), place };
    } catch (error) {
      const isTaken = error instanceof WorkerFailed && !(await isPortFree(place.port));
      if (!isTaken || tries === TRIES) throw error;
      place = await chooseGatewayPlace(undefined);
      options.onError(`the gateway goes to port ${place.port}, since its port was taken\n`);
    }
  }
}
