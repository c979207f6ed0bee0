import type { Source } from '../../ports/index.js';
import { EXIT, type ExitCode } from '../program/exit-code.js';
import type { Terminal } from '../terminal/terminal.js';
import { openNamedSource } from './named-source.js';

export interface CatalogueOptions {
  readonly org?: string;
  readonly source?: string;
  readonly json?: boolean;
  /** As the `schema.yml` of a dbt model. */
  readonly dbt?: boolean;
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
  else if (options.dbt) terminal.print(schemaOf(all));
  else terminal.print(textOf(all));
  return EXIT.done;
}

/** The columns of the rows as dbt describes them: YAML, in which a JSON text is a text. */
function schemaOf({
  org,
  source,
  metrics,
  dimensions,
}: Pick<Parameters<typeof textOf>[0], 'org' | 'source' | 'metrics' | 'dimensions'>): string {
  const column = ({ name, sentence = '' }: Named): string[] => [
    `      - name: ${JSON.stringify(name)}`,
    ...(sentence === '' ? [] : [`        description: ${JSON.stringify(sentence)}`]),
  ];
  const had = metrics.filter(({ refused }) => refused === undefined);
  return [
    'version: 2',
    'models:',
    '  - name: current_metrics',
    `    description: ${JSON.stringify(`Rows of the source ${source} of ${org}, the revision that counts of each window.`)}`,
    '    columns:',
    ...[{ name: 'date' }, ...dimensions, ...had].flatMap(column),
    '      - name: _delivery_id',
    '        data_tests: [not_null]',
  ].join('\n');
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
