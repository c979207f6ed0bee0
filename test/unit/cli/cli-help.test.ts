import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { allCommands, printed } from '../../support/cli/cli-commands.js';

const commands = allCommands();

function examplesIn(help: string): readonly string[] {
  const [, after = ''] = help.split('\nExamples:\n');
  return [...after.matchAll(/^ {2}\$ (.+)$/gm)].map(([, example = '']) => example);
}

suite('help', () => {
  test('is there for every command, on stdout, with 0, and ends with examples of that command', async () => {
    assert.ok(commands.length > 40);
    for (const { words } of commands) {
      const name = ['journey-metrics', ...words].join(' ');
      const { code, stdout, stderr } = await printed([...words, '--help']);
      assert.deepEqual([code, stderr], [0, ''], name);
      assert.ok(stdout.startsWith(`Usage: ${name} `), stdout);
      const examples = examplesIn(stdout);
      assert.ok(examples.length > 0, `${name} --help has no examples`);
      for (const example of examples) assert.ok(example.startsWith(`${name} `) || example === name, example);
    }
  });

  test('has examples that name commands, options and arguments that there are', async () => {
    for (const { words } of commands) {
      const { stdout } = await printed([...words, '--help']);
      for (const example of examplesIn(stdout)) {
        const said = example.split(' ').slice(1);
        const named = commands.findLast(({ words: of }) => of.length > 0 && of.every((word, at) => said[at] === word));
        assert.ok(named, `${example}: no such command`);
        const { command } = named;
        const flags = command.options.flatMap(({ short, long }) => [short, long]);
        // What stands behind a pipe is another program's.
        const own = example.split(' | ')[0] ?? '';
        for (const flag of own.match(/(?<= )--?[a-z][a-z-]*/g) ?? [])
          assert.ok(flags.includes(flag), `${example}: ${flag}`);
        const required = command.options.filter(({ mandatory }) => mandatory);
        for (const { short = '', long = '' } of required) {
          assert.ok(said.includes(long) || said.includes(short), `${example} lacks ${long}`);
        }
      }
    }
  });

  test('describes every command, option and argument', () => {
    for (const { words, command } of commands) {
      assert.notEqual(command.description(), '', words.join(' '));
      for (const { flags, description } of command.options)
        assert.notEqual(description, '', `${words.join(' ')} ${flags}`);
      for (const argument of command.registeredArguments) assert.notEqual(argument.description, '', words.join(' '));
    }
  });

  test('keeps to the width of the terminal, all but examples, which are to be copied', async () => {
    for (const columns of [60, 80, 120]) {
      for (const { words } of commands) {
        const { stdout } = await printed([...words, '--help'], { columns });
        for (const line of stdout.split('\nExamples:')[0]?.split('\n') ?? []) {
          assert.ok(line.length <= columns || line.startsWith('Usage: '), `${words.join(' ')} at ${columns}: ${line}`);
        }
      }
    }
  });
});

/** With one letter fewer: as near as a typo can be. */
function mistyped(word: string): string {
  return `${word.slice(0, -2)}${word.slice(-1)}`;
}

suite('what is mistyped', () => {
  test('as a command is refused with the one that was meant, at every level', async () => {
    // What stands behind `windows` is an argument of `windows list`, which has none.
    for (const { words } of commands.filter(
      ({ words: [first], words: { length } }) => length > 0 && (first !== 'windows' || length === 1),
    )) {
      const last = words.at(-1) ?? '';
      const { code, stderr } = await printed([...words.slice(0, -1), mistyped(last)]);
      assert.equal(code, 2, words.join(' '));
      assert.match(
        stderr,
        new RegExp(`unknown command '${mistyped(last)}'\\n\\(Did you mean (one of )?.*\\b${last}\\b`),
      );
    }
  });

  test('as an option is refused with the one that was meant, at every command', async () => {
    for (const { words, command } of commands.filter((each) => each.command.commands.length === 0)) {
      const needed = command.registeredArguments.map(() => '1');
      const mandatory = command.options.filter((each) => each.mandatory).flatMap(({ long }) => [long ?? '', '1']);
      for (const { long = '' } of command.options) {
        const wrong = mistyped(long);
        if (command.options.some((each) => each.long === wrong)) continue;
        const { code, stderr } = await printed([...words, ...needed, ...mandatory, wrong]);
        assert.equal(code, 2, `${words.join(' ')} ${wrong}`);
        assert.match(stderr, new RegExp(`unknown option '${wrong}'\\n\\(Did you mean (one of )?.*${long}`));
      }
    }
  });
});
