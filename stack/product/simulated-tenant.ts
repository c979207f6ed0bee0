import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningSimulator } from '../../simulator/main.js';
import { SERVED } from '../../simulator/reporting/legs/directory.js';
import { DEFAULT_REPORTING_TENANT, type ReportingTenant } from '../../simulator/reporting/tenant.js';

/** Where the simulated source is. */
interface Simulated {
  readonly cxone: Pick<RunningSimulator['cxone'], 'url'>;
}

/** Variables that make the simulated tenant of real CXone the one organisation. */
export function tenantVariables({ cxone }: Simulated): NodeJS.ProcessEnv {
  const { org, clientId, clientSecret, accessKeyId, accessKeySecret } = DEFAULT_REPORTING_TENANT;
  return {
    CXONE_ORG_ID: org,
    CXONE_CLIENT_ID: clientId,
    CXONE_CLIENT_SECRET: clientSecret,
    CXONE_ACCESS_KEY_ID: accessKeyId,
    CXONE_ACCESS_KEY_SECRET: accessKeySecret,
    CXONE_ISSUER: cxone.url,
    CXONE_BASE_URL: undefined,
  };
}

/** The same tenant as a further organisation: a file of organisations below the home, and the variable that names it. */
export async function tenantFile(
  home: string,
  { cxone }: Simulated,
  { org, clientId, clientSecret, accessKeyId, accessKeySecret }: ReportingTenant = DEFAULT_REPORTING_TENANT,
): Promise<NodeJS.ProcessEnv> {
  const folder = join(home, 'simulated-tenant');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const secretFile = async (name: string, secret: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, secret, { mode: 0o600 });
    return path;
  };
  const orgs = {
    [org]: {
      auth: {
        kind: 'access-key',
        issuer: cxone.url,
        clientId,
        clientSecretFile: await secretFile('client', clientSecret),
        accessKeyId,
        accessKeySecretFile: await secretFile('access-key', accessKeySecret),
      },
      sources: {
        journeys: {
          kind: 'contacts',
          definition: { name: org, version: 1, settings: { contained: [`disposition:${SERVED.id}`] } },
        },
      },
    },
  };
  const path = join(folder, 'orgs.json');
  await writeFile(path, `${JSON.stringify(orgs, null, 2)}\n`);
  return { CXONE_ORGS_FILE: path };
}
