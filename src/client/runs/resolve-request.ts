import { resolveWindow, WindowError } from '../../calendar/windows.js';
import { deliverySubjectOf, destinationText, sourceIdentity, workflowIdOf } from '../../contract/values/ids.js';
import { AGGREGATE_WORKFLOW } from '../../contract/values/names.js';
import { parseRequest } from '../../contract/request/request-schema.js';
import type { AggregateRequest, ParsedRequest, RunWindow } from '../../contract/request/request.js';
import { invalidRequestError } from '../error.js';
import type { Startable } from './start-workflow.js';

/** A request with an absolute window, and the ids that follow from it. */
export interface ResolvedRequest extends Startable {
  readonly request: AggregateRequest;
  readonly window: RunWindow;
}

/** What a request is told that does not say it itself. */
export interface RequestDefaults {
  readonly org: string | undefined;
  readonly destination: string;
}

export const NO_ORG = { path: 'org', message: 'name the organisation, or set CXONE_ORG_ID' };

/** Checks a request and makes its window absolute, so that the same request has the same id. Throws `InvalidRequest`. */
export function resolveRequest(raw: unknown, defaults: RequestDefaults, nowMs: number): ResolvedRequest {
  const parsed = parseRequest(raw);
  if (!parsed.ok) throw invalidRequestError(parsed.problems);
  const { request } = parsed;
  const org = request.org ?? defaults.org;
  if (org === undefined) throw invalidRequestError([NO_ORG]);
  const window = windowOf(request, nowMs);
  const destination = destinationText(request.destination ?? defaults.destination);
  const source = sourceIdentity(request.source);
  const subject = deliverySubjectOf(request, { org, destination, window, source });
  const { settle } = request.window ?? {};
  return {
    workflowType: AGGREGATE_WORKFLOW,
    org,
    from: window.from,
    window,
    request: {
      ...request,
      org,
      query: { ...request.query, dateFrom: window.from, dateTo: window.to },
      timeZone: window.timeZone,
      window: settle === undefined ? undefined : { settle },
    },
    summary: `${org}: ${request.name ?? request.query.reportType} ${window.label} → ${destination}`,
    workflowId: (again) => workflowIdOf(subject, again),
  };
}

function windowOf({ query, timeZone, window }: ParsedRequest, nowMs: number): RunWindow {
  try {
    return resolveWindow({ dateFrom: query.dateFrom, dateTo: query.dateTo, timeZone, window }, nowMs);
  } catch (error) {
    if (error instanceof WindowError) throw invalidRequestError([error]);
    throw error;
  }
}
