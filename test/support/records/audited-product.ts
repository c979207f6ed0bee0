import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { audit } from '../../auditor/audit.js';
import { collect } from '../../auditor/collect.js';
import type { AggregateRequest } from '../../../src/contract/request/request.js';
import type { Product, ProductOptions, Suite } from '../product.js';

/** A product whose simulator keeps journals, so that the auditor, which knows nothing of the product, can judge it. */
export interface AuditedProduct {
  readonly product: Product;
  /** Starts a run that the auditor knows of. */
  readonly start: (
    request: AggregateRequest,
    expect?: string,
    again?: boolean,
  ) => ReturnType<Product['client']['start']>;
  /** What the auditor finds, but that there was no plan of faults. */
  readonly verdict: () => Promise<readonly string[]>;
}

export async function auditedProduct(
  t: TestContext,
  suite: Suite,
  { simulator, ...options }: ProductOptions = {},
): Promise<AuditedProduct> {
  const folder = await mkdtemp(join(tmpdir(), 'journey-metrics-audited-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const product = await suite.product({
    ...options,
    simulator: {
      ...simulator,
      journalFolder: folder,
      cxone: { ...simulator?.cxone, resultFolder: join(folder, 'results') },
      receiver: { ...simulator?.receiver, bodyFolder: join(folder, 'bodies') },
    },
  });
  return {
    product,
    async start(request, expect = 'completed', again = false) {
      const run = await product.client.start(request, { again });
      const event = { at: new Date().toISOString(), event: 'requested', workflowId: run.workflowId, request, expect };
      await appendFile(join(folder, 'operator.ndjson'), `${JSON.stringify(event)}\n`);
      return run;
    },
    async verdict() {
      const { TASK_QUEUE: taskQueue = '', DATABASE_URL: databaseUrl = '' } = product.env;
      const { temporalAddress } = suite.servers;
      await collect({ databaseUrl, taskQueue, folder, temporalAddress, namespace: 'default' });
      const findings = audit(folder).findings.filter(({ promise }) => promise !== 'evidence');
      return findings.map(({ promise, subject, what }) => `${promise}: ${subject} ${what}`);
    },
  };
}
