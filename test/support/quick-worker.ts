import { startWorkerProcess, type WorkerProcess } from '../../stack/product/worker-process.js';
import type { Product } from './product.js';

/** A worker process of the product, to be killed: what was its own is given to another one after a second. */
export function startQuickWorker({ env }: Pick<Product, 'env'>): Promise<WorkerProcess> {
  const ignored = (): void => undefined;
  const quick = { ...process.env, ...env, WORKER_STICKY_TIMEOUT: '1 s', LOG_LEVEL: 'error' };
  return startWorkerProcess({ env: quick, onLog: ignored, onError: ignored });
}
