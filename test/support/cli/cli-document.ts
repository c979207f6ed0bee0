import { readFileSync } from 'node:fs';

/** A line of the tables of docs/cli.md. */
export interface DocumentedCommand {
  /** With its arguments: `runs show <run>`. */
  readonly command: string;
  /** As `--help` writes them: `-q, --query <file>`. */
  readonly options: readonly string[];
  readonly prints: string;
  /** The shapes that it names, in their order. */
  readonly shapes: readonly Shape[];
}

/** `[{workflowId, progress?}]`: an array, of objects with one key at least and perhaps another. */
export interface Shape {
  readonly isArray: boolean;
  readonly always: readonly string[];
  readonly perhaps: readonly string[];
}

export function documentedCommands(): readonly DocumentedCommand[] {
  const document = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8');
  const lines = [...document.matchAll(/^\| `([a-z][^`]*)` +\| (.*?) +\| (.*?) +\|$/gm)];
  return lines.map(([, command = '', options = '', prints = '']) => ({
    command,
    options: spansIn(options),
    prints,
    shapes: spansIn(prints).flatMap(shapeOf),
  }));
}

function spansIn(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span);
}

function shapeOf(span: string): readonly Shape[] {
  const [, bracket, keys] = /^(\[?)\{([^}]*)\}\]?$/.exec(span) ?? [];
  if (keys === undefined) return [];
  const all = keys.split(', ');
  return [
    {
      isArray: bracket === '[',
      always: all.filter((key) => !key.endsWith('?')),
      perhaps: all.filter((key) => key.endsWith('?')).map((key) => key.slice(0, -1)),
    },
  ];
}
