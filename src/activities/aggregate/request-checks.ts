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
  /** In the order of the request. */
  readonly destinations: readonly [NamedDestination, ...NamedDestination[]];
  readonly dates: Dates;
  /** That its rows will have. */
  readonly metrics: readonly string[];
}

/** A destination, and the name that configuration has for it. */
export interface NamedDestination {
  readonly name: string;
  readonly destination: Destination;
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
  request: Pick<ParsedRequest, 'org' | 'source' | 'destination' | 'timeZone'> & { readonly query: NamesOfQuery },
  directory: Directory,
  datesOf: (zone: { readonly timeZone: string | undefined }) => Dates,
): CheckedRequest<Dates> {
  const org = request.org ?? directory.defaultOrg;
  const sourceName = request.source ?? directory.defaultSource(org);
  const source = sourceName === undefined ? undefined : directory.source(org, sourceName);
  const { timeZone } = directory.rulesOf(org) ?? {};
  const allowed = directory.destinations(org);
  const problems: RequestProblem[] = [];
  const metrics = source ? metricsOf(request.query, source, problems) : [];
  if (!directory.orgs.includes(org)) problems.push(unknownOrg(org));
  else if (!source) problems.push(unknown('source', sourceName ?? '', directory.sources(org)));
  const asked = request.destination ?? defaultOf(allowed, directory);
  const [first, ...others] = directory.orgs.includes(org) ? destinationsOf(asked, org, directory, problems) : [];
  const dates = checked(() => datesOf({ timeZone: request.timeZone ?? timeZone }), problems);
  const isComplete = source && sourceName !== undefined && first && dates !== undefined;
  if (problems.length > 0 || !isComplete) throw invalidRequest(problems);
  return { org, sourceName, source, destinations: [first, ...others], dates, metrics };
}

/** Those that are configured, and two of them never one place: each would undo what the other has written. */
function destinationsOf(
  asked: string | readonly string[],
  org: string,
  directory: Directory,
  problems: RequestProblem[],
): readonly NamedDestination[] {
  const names = typeof asked === 'string' ? [asked] : asked;
  const found: NamedDestination[] = [];
  for (const [index, name] of names.entries()) {
    const path = typeof asked === 'string' ? 'destination' : `destination.${index}`;
    const destination = directory.destination(org, name);
    if (!destination) {
      problems.push(unknown(path, name, directory.destinations(org)));
      continue;
    }
    const same = found.find(
      (each) => each.destination.place !== undefined && each.destination.place === destination.place,
    );
    if (same) problems.push({ path, message: `"${name}" and "${same.name}" are one place: name one of them` });
    found.push({ name, destination });
  }
  return found;
}

function defaultOf(destinations: readonly string[], { defaultDestination }: Directory): string {
  return destinations.includes(defaultDestination) ? defaultDestination : (destinations[0] ?? defaultDestination);
}

type NamesOfQuery = Pick<ParsedRequest['query'], 'reportType' | 'metric' | 'dimension' | 'filter'>;

/** Names that nobody knows come first: the source's own reasons are about names that it has. */
function metricsOf(query: NamesOfQuery, source: Source, problems: RequestProblem[]): readonly string[] {
  problems.push(...unknownNames(query, source.catalogue));
  const prepared = problems.length === 0 ? source.prepare?.(query) : undefined;
  if (prepared === undefined) return query.metric;
  if ('metrics' in prepared) return prepared.metrics;
  problems.push(...prepared.problems);
  return [];
}

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
    const reason = catalogue.refused?.[name];
    if (reason !== undefined) return [{ path, message: `"${name}" cannot be had: ${reason}` }];
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

/** The caller may see one organisation only: the others are not named. */
function unknownOrg(org: string): RequestProblem {
  return { path: 'org', message: `"${org}" is not configured: \`journey-metrics orgs list\` shows which are` };
}

function unknown(path: string, name: string, known: readonly string[]): RequestProblem {
  return { path, message: `"${name}" is not configured; configured: ${known.join(', ')}` };
}
