import { unlessAborted } from '../../async/abort.js';
import type { CheckStep } from '../../ports/index.js';
import { CxoneError, type CxoneFailureType } from '../http/errors.js';
import type { ReportingClient } from './client.js';

/** What to do, by what went wrong. */
type Remedies = Readonly<Partial<Record<CxoneFailureType, string>>>;

const DISCOVERY: Remedies = {
  MalformedResponse: 'set the issuer to the address that CXone names, for example https://cxone.niceincontact.com',
  InvalidLocation: 'if the host is right, add it to auth.trustedHosts in CXONE_ORGS_FILE',
};
const TOKEN: Remedies = {
  Unauthorized:
    'id and secret of the key end in "====", which belongs to them; if CXone refuses the client, set "clientAuth" in CXONE_ORGS_FILE to "post"',
  Forbidden: 'let the application use access keys, and check that the user of the key is active',
  MalformedResponse: 'ask CXone whether the application is registered for access keys',
  InvalidLocation: 'if the host is right, add it to auth.trustedHosts in CXONE_ORGS_FILE',
};
const COME_BACK = 'check the network, CXONE_CA_FILE and any proxy; if CXone itself is down, try again later';

/** Discovery and token, which every source of a tenant needs, and then what one source needs. The first that fails is the last. */
export async function* checkAccess(
  client: ReportingClient,
  signal: AbortSignal,
  further: readonly (() => Promise<CheckStep>)[] = [],
): AsyncGenerator<CheckStep> {
  for (const step of [() => discover(client, signal), () => token(client, signal), ...further]) {
    const found = await step();
    yield found;
    if (found.status === 'fail') return;
  }
}

function discover(client: ReportingClient, signal: AbortSignal): Promise<CheckStep> {
  return tried('discovery', DISCOVERY, async () => {
    const endpoint = await unlessAborted(client.discover(), signal);
    return { status: 'ok', found: `tokens are asked for at ${endpoint.host}` };
  });
}

function token(client: ReportingClient, signal: AbortSignal): Promise<CheckStep> {
  return tried('token', TOKEN, async () => {
    const { expiresAt } = await client.token(signal);
    const { tenantId, apiBase } = await client.place(signal);
    return { status: 'ok', found: `token until ${expiresAt}, tenant ${tenantId} at ${apiBase.host}` };
  });
}

/** The step as it was found, or as it failed. */
export async function tried(
  step: string,
  remedies: Remedies,
  work: () => Promise<Omit<CheckStep, 'step'>>,
): Promise<CheckStep> {
  try {
    return { step, ...(await work()) };
  } catch (error) {
    if (!(error instanceof CxoneError)) throw error;
    return { step, status: 'fail', found: error.message, remedy: remedies[error.failureType] ?? COME_BACK };
  }
}
