import type { TestContext } from 'node:test';
import { startGatewayProcess } from '../../../stack/product/gateway-process.js';
import { choosePort } from '../../../stack/home/ports.js';
import type { WorkerProcess } from '../../../stack/product/worker-process.js';
import type { Product } from '../product.js';

export interface GatewayProcess extends WorkerProcess {
  readonly url: string;
  readonly port: number;
  /** What it has logged and complained of. */
  readonly said: () => string;
}

/** The gateway as a process of its own, as `npm run dev` starts it; gone with the test. */
export async function spawnGateway(
  t: TestContext,
  { env }: Pick<Product, 'env'>,
  wish?: number,
): Promise<GatewayProcess> {
  const port = wish ?? (await choosePort([]));
  const url = `http://127.0.0.1:${port}`;
  let said = '';
  const hear = (text: string): void => {
    said += text;
  };
  const { PATH, HOME } = process.env;
  const place = { port, url };
  const started = await startGatewayProcess({ env: { PATH, HOME, ...env }, onLog: hear, onError: hear }, place);
  t.after(() => started.stop(5_000));
  return { ...started, ...place, said: () => said };
}
