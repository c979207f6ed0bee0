import { fileURLToPath } from 'node:url';
import { choosePort } from '../home/ports.js';
import { startWorkerProcess, type WorkerProcess } from './worker-process.js';

/** Arguments of Node for the gateway of the sources. Nobody but this machine reaches it, so it may go without keys. */
const GATEWAY = ['--import', 'tsx', fileURLToPath(new URL('../../src/gateway.ts', import.meta.url)), '--keyless'];
const HOST = '127.0.0.1';
const USUAL_PORT = 8080;

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
  return startWorkerProcess({ ...options, env, command: GATEWAY, what: 'gateway' });
}
