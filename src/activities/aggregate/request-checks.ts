import { WindowError } from '../../calendar/windows.js';
import type { RequestProblem } from '../../contract/failures.js';
import type { Parsed } from '../../contract/request/request-schema.js';
import type { ParsedRequest } from '../../contract/request/request.js';
import { nearestName } from '../../domain/nearest-name.js';
import { invalidRequest } from '../failures.js';
import type { Catalogue, Destination, Directory, Source } from '../../ports/index.js';

/** A request that passed; its defaults are the worker's, and its dates are what the calendar made of them. */
interface CheckedRequest<Dates> {
  readonly org: string;
  readonly sourceName: string;
  readonly source: Source;
  readonly destinationName: string;
  readonly destination: Destination;
  readonly dates: Dates;
}

/** What the schema took. Fails with `InvalidRequest`. */
export function accepted<T>(parsed: Parsed<T>): T {
  if (parsed.ok) return parsed.request;
  throw invalidRequest(parsed.problems);
}

/**
 * What the schema cannot know: names of the catalogue, the organisations and destinations of this worker, and dates.
 * Fails with `InvalidRequest` that lists all of it.
 * @param datesOf throws `WindowError` where the calendar has no such dates
 */
export function checkRequest<Dates>(
  request: Pick<ParsedRequest, 'org' | 'destination'> & { readonly query: NamesOfQuery },
  directory: Directory,
  datesOf: () => Dates,
): CheckedRequest<Dates> {
  const org = request.org ?? directory.defaultOrg;
  const sourceName = directory.defaultSource(org);
  const source = sourceName === undefined ? undefined : directory.source(org, sourceName);
  const destinationName = request.destination ?? directory.defaultDestination;
  const destination = directory.destination(destinationName);
  const problems: RequestProblem[] = [];
  if (source) problems.push(...unknownNames(request.query, source.catalogue));
  else problems.push(unknown('org', org, directory.orgs));
  if (!destination) problems.push(unknown('destination', destinationName, directory.destinations));
  const dates = checked(datesOf, problems);
  const isComplete = source && sourceName !== undefined && destination && dates !== undefined;
  if (problems.length > 0 || !isComplete) throw invalidRequest(problems);
  return { org, sourceName, source, destinationName, destination, dates };
}

type NamesOfQuery = Pick<ParsedRequest['query'], 'reportType' | 'metric' | 'dimension'>;

function checked<Dates>(datesOf: () => Dates, problems: RequestProblem[]): Dates | undefined {
  try {
    return datesOf();
  } catch (error) {
    if (!(error instanceof WindowError)) throw error;
    problems.push({ path: error.path, message: error.message });
    return undefined;
  }
}

function unknownNames(query: NamesOfQuery, catalogue: Catalogue): RequestProblem[] {
  const check = (path: string, kind: string, name: string, known: readonly string[]): RequestProblem[] => {
    if (known.includes(name)) return [];
    const nearest = nearestName(name, known);
    const hint = nearest === undefined ? `known are ${known.join(', ')}` : `did you mean "${nearest}"?`;
    return [{ path, message: `"${name}" is not a known ${kind}: ${hint}` }];
  };
  return [
    ...check('query.reportType', 'report type', query.reportType, catalogue.reportTypes),
    ...query.metric.flatMap((name, index) => check(`query.metric.${index}`, 'metric', name, catalogue.metrics)),
    ...query.dimension.flatMap((name, index) =>
      check(`query.dimension.${index}`, 'dimension', name, catalogue.dimensions),
    ),
  ];
}

function unknown(path: 'org' | 'destination', name: string, known: readonly string[]): RequestProblem {
  return { path, message: `"${name}" is not configured; configured: ${known.join(', ')}` };
}
