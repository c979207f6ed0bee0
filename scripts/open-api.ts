/** `node --import tsx scripts/open-api.ts`: writes schemas/openapi.json from the routes of the gateway. */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { packageVersion } from '../src/config/places.js';
import { createGateway } from '../src/gateway/app.js';
import { createLogger } from '../src/observability/log.js';

/** Where the document is. */
export const OPEN_API_PATH = fileURLToPath(new URL('../schemas/openapi.json', import.meta.url));

/** The text of the OpenAPI document, as a gateway of this version serves it. */
export async function openApiText(): Promise<string> {
  const gateway = createGateway({
    authenticate: unused,
    log: createLogger({ level: 'silent', scrub: (text) => text, write: () => undefined }),
    client: { start: unused, run: unused, list: unused, startRedelivery: unused },
    idempotencyKeys: { claim: unused, settle: unused },
    audit: { list: unused },
    rows: { read: unused },
    coverage: { read: unused, history: unused },
    explain: unused,
    runPages: { page: unused, find: unused },
    destinations: { states: unused },
    pages: {
      ...{ report: unused, runs: unused, coverage: unused, window: unused, orgs: unused, destinations: unused },
      ...{ runUrl: unused, liveScript: '' },
    },
    organisations: { states: unused },
    health: { temporal: unused, database: unused },
    defaults: { org: undefined, destination: 'bi' },
    now: unused,
    lateAfterMs: 0,
    version: packageVersion(),
  });
  await gateway.ready();
  const text = JSON.stringify(gateway.swagger());
  await gateway.close();
  return format(text, { parser: 'json', printWidth: 120 });
}

function unused(): never {
  throw new Error('nobody asks this gateway for more than its document');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(OPEN_API_PATH, await openApiText());
