/** `node --import tsx scripts/room-table.ts`: writes floors and imports of .dependency-cruiser.floors.cjs into docs/architecture.md. */
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';

export const ARCHITECTURE = fileURLToPath(new URL('../docs/architecture.md', import.meta.url));

/** A room as the import rules know it: what it may import, and what of that as types only. */
interface Room {
  readonly room: string;
  readonly may?: readonly string[];
  readonly types?: readonly string[];
}

// The configuration is JavaScript: its JSDoc gives the table this shape.
const { FLOORS } = createRequire(import.meta.url)('../.dependency-cruiser.floors.cjs') as {
  readonly FLOORS: readonly (readonly Room[])[];
};

const BEGIN = '<!-- rooms -->';
const END = '<!-- /rooms -->';
const HEAD = ['| Floor | Room | Role | May import | Types |', '| --- | --- | --- | --- | --- |'];

/** Role of each room, as a row of the table says it: people write it there, and it stays. */
function rolesIn(table: string): ReadonlyMap<string, string> {
  const rows = [...table.matchAll(/^\| *\d+ *\| *\[(\w+)\]\([^)]*\) *\| *([^|]*?) *\|/gm)];
  return new Map(rows.map(([, room = '', role = '']) => [room, role]));
}

/** The document with the rooms of the import rules in its table; a room without a role in it gets `TODO`. */
export async function withRoomTable(document: string): Promise<string> {
  const [before, between, ...rest] = document.split(BEGIN);
  const [table, after, ...more] = between?.split(END) ?? [];
  if (before === undefined || table === undefined || after === undefined || rest.length + more.length > 0) {
    throw new Error(`docs/architecture.md must hold ${BEGIN} and ${END} once, in this order`);
  }
  const roles = rolesIn(table);
  const rows = FLOORS.flatMap((rooms, floor) =>
    rooms.map(({ room, may = [], types = [] }) => {
      const cells = [floor + 1, `[${room}](../src/${room})`, roles.get(room) ?? 'TODO', names(may), names(types)];
      return `| ${cells.join(' | ')} |`;
    }),
  );
  const text = `${before}${BEGIN}\n\n${[...HEAD, ...rows].join('\n')}\n\n${END}${after}`;
  return format(text, { parser: 'markdown', printWidth: 120 });
}

function names(rooms: readonly string[]): string {
  return rooms.length === 0 ? '–' : rooms.join(', ');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(ARCHITECTURE, await withRoomTable(await readFile(ARCHITECTURE, 'utf8')));
}
