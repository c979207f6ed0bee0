import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { allCommands } from '../../support/cli/cli-commands.js';
import { documentedCommands } from '../../support/cli/cli-document.js';

suite('docs/cli.md', () => {
  const commands = allCommands().filter(({ words, command }) => words.length > 0 && command.commands.length === 0);

  test('names every command with its arguments and options, and no other', () => {
    const documented = documentedCommands().map(({ command, options }) => [command, options]);
    const there = commands.map(({ words, command }) => {
      const needed = command.registeredArguments.map((argument) =>
        argument.required ? `<${argument.name()}>` : `[${argument.name()}]`,
      );
      return [[...words, ...needed].join(' '), command.options.map(({ flags }) => flags)];
    });
    assert.deepEqual(Object.fromEntries(documented), Object.fromEntries(there));
    assert.equal(documented.length, there.length);
  });

  test('says of every command what its JSON is, for every command has it', () => {
    for (const { command, options, prints } of documentedCommands()) {
      assert.ok(options.includes('--json'), command);
      assert.ok(prints.length > 2, command);
    }
  });
});
