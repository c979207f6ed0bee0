import type { Source } from '../../ports/index.js';
import { EXIT, type ExitCode } from '../program/exit-code.js';
import type { Terminal } from '../terminal/terminal.js';
import { openNamedSource } from './named-source.js';

export interface CatalogueOptions {
  readonly org?: string;
  readonly source?: string;
  readonly json?: boolean;
}

interface Named {
  readonly name: string;
  /** What it is. */
  readonly sentence?: string;
  /** Why it cannot be had. */
  readonly refused?: string;
}

/** `journey-metrics catalogue`: the names that a source knows. Asks nobody but the configuration. */
export async function printCatalogue(terminal: Terminal, options: CatalogueOptions): Promise<ExitCode> {
  const { org, name, source } = openNamedSource(terminal, options);
  await source.close();
  const { reportTypes, dimensions, sentences = {} } = source.catalogue;
  const said = (each: string): Named => ({ name: each, ...(sentences[each] && { sentence: sentences[each] }) });
  const metrics = source.catalogue.metrics.map((each) => ({ ...said(each), ...refusal(source, each) }));
  const definition = source.definition ?? null;
  const all = {
    org,
    source: name,
    kind: source.kind,
    definition,
    reportTypes,
    metrics,
    dimensions: dimensions.map(said),
  };
  if (options.json) terminal.printJson(all);
  else terminal.print(textOf(all));
  return EXIT.done;
}

function refusal(source: Source, metric: string): Pick<Named, 'refused'> {
  const prepared = source.prepare?.({ metric: [metric], filter: {} });
  const [problem] = prepared && 'problems' in prepared ? prepared.problems : [];
  return problem === undefined ? {} : { refused: problem.message };
}

function textOf(all: {
  readonly org: string;
  readonly source: string;
  readonly kind: string;
  readonly definition: Source['definition'] | null;
  readonly metrics: readonly Named[];
  readonly dimensions: readonly Named[];
}): string {
  const by = all.definition ? `, by the definition ${all.definition.name}` : '';
  const lines = (names: readonly Named[]): string[] =>
    names.map(({ name, sentence = '', refused }) => `  ${name.padEnd(24)} ${refused ?? sentence}`.trimEnd());
  return [
    `${all.org}, source ${all.source} of kind ${all.kind}${by}`,
    'Metrics',
    ...lines(all.metrics),
    'Dimensions',
    ...lines(all.dimensions),
  ].join('\n');
}
