import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { ARCHITECTURE, withRoomTable } from '../../../scripts/room-table.js';
import { assertFresh } from '../../support/generated.js';

const ROOT = new URL('../../../', import.meta.url);
const document = readFileSync(ARCHITECTURE, 'utf8');
const readme = readFileSync(new URL('README.md', ROOT), 'utf8');
const ignored = readFileSync(new URL('.gitignore', ROOT), 'utf8').split('\n');

function foldersIn(path: string): readonly string[] {
  const folders = readdirSync(new URL(path, ROOT), { withFileTypes: true }).filter((each) => each.isDirectory());
  const shown = folders.map(({ name }) => name).filter((name) => !name.startsWith('.'));
  return shown.filter((name) => !ignored.includes(name) && !ignored.includes(`${name}/`)).sort();
}

/** Folders that a table of docs/architecture.md links to, between two marks, each with its role. */
function tableOf(mark: string): readonly (readonly [folder: string, role: string])[] {
  const [, table = ''] = document.split(new RegExp(`<!-- /?${mark} -->`));
  return [...table.matchAll(/^\|(?: *\d+ *\|)? *\[(\w+)\]\([^)]*\) *\| *([^|]*?) *\|/gm)].map(
    ([, folder = '', role = '']) => [folder, role],
  );
}

/** Folders of the README's map: the words before two spaces, in lines that begin with one. `src/` opens those of src. */
function mapOf(text: string): { readonly rooms: readonly string[]; readonly folders: readonly string[] } {
  const [, map = ''] = /## Map.*?```text\n(.*?)```/s.exec(text) ?? [];
  const lines = map.split('\n').filter((line) => line !== '');
  const names = (line: string): string[] => (line.trim().split(/ {2,}/)[0] ?? '').split(' ');
  const inSrc = lines.filter((line) => /^(src\/| )/.test(line)).map((line) => line.replace('src/', '    '));
  const beside = lines.filter((line) => /^(?!src\/)\S/.test(line));
  return { rooms: inSrc.flatMap(names).sort(), folders: ['src', ...beside.flatMap(names)].sort() };
}

function namesIn(table: ReturnType<typeof tableOf>): readonly string[] {
  return table.map(([folder]) => folder).sort();
}

suite('the layout', () => {
  test('has the floors and imports on its page that `node --import tsx scripts/room-table.ts` writes', async () => {
    assertFresh(document, await withRoomTable(document), 'docs/architecture.md', 'scripts/room-table.ts');
  });

  test('has every room of src on its page with a role, and no other', () => {
    assert.deepEqual(namesIn(tableOf('rooms')), foldersIn('src/'));
  });

  test('has every top-level folder on its page with a role, and no other', () => {
    assert.deepEqual(namesIn(tableOf('folders')), foldersIn('./'));
  });

  test('says each role once', () => {
    const roles = [...tableOf('rooms'), ...tableOf('folders')].map(([, role]) => role);
    assert.deepEqual(
      roles.filter((role, index) => role.length < 8 || roles.indexOf(role) !== index),
      [],
    );
  });

  test('has the same folders on the map of the README', () => {
    assert.deepEqual(mapOf(readme), { rooms: foldersIn('src/'), folders: foldersIn('./') });
    assert.notDeepEqual(mapOf(readme.replace(' contract ports', ' contract')).rooms, foldersIn('src/'));
  });
});
