import assert from 'node:assert/strict';
import { Readable, Writable } from 'node:stream';
import { test } from 'node:test';
import { createTerminal, type Terminal } from '../../../src/cli/terminal/terminal.js';
import { readConfig } from '../../../src/config/config.js';
import type { Env } from '../../../src/config/environment.js';
import { programName } from '../../../src/config/places.js';
import { createScrubber } from '../../../src/observability/log.js';

interface Screen {
  readonly terminal: Terminal;
  readonly written: { stdout: string; stderr: string };
}

/** Streams that only look like a terminal's: nothing but what is asked of them here is there. */
function screen(
  like: Partial<NodeJS.WriteStream> = {},
  failure?: NodeJS.ErrnoException,
  env: Env = {},
  program = programName(env),
): Screen {
  const written = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof written): NodeJS.WriteStream => {
    const sink = new Writable({
      write(chunk: Buffer, _encoding, done) {
        written[name] += chunk.toString();
        done(name === 'stdout' ? failure : undefined);
      },
    });
    return Object.assign(sink, like) as NodeJS.WriteStream;
  };
  const stdin = Readable.from([]);
  const scrubber = createScrubber(['canary-secret']);
  const [stdout, stderr] = [stream('stdout'), stream('stderr')];
  return {
    terminal: createTerminal({ config: readConfig(env), now: Date.now, scrubber, stdin, stdout, stderr, program }),
    written,
  };
}

const COLOURFUL = { isTTY: true, columns: 72, hasColors: () => true };

test('prints JSON on one line to a pipe, and indented to a person', () => {
  const [pipe, person] = [screen(), screen(COLOURFUL)];
  for (const { terminal } of [pipe, person]) terminal.printJson({ a: [1] });
  assert.equal(pipe.written.stdout, '{"a":[1]}\n');
  assert.equal(person.written.stdout, '{\n  "a": [\n    1\n  ]\n}\n');
});

test('a hint can be typed as it is printed: through npm in a checkout, by the program’s name elsewhere', () => {
  const hint =
    'look at: journey-metrics runs show x, on the task queue journey-metrics of https://a.example/journey-metrics runs';
  const { terminal, written } = screen({}, undefined, { npm_lifecycle_event: 'cli' });
  terminal.print(hint);
  terminal.note('see `journey-metrics doctor`');
  assert.equal(written.stdout, `${hint.replace('journey-metrics', 'npm run --silent cli --')}\n`);
  assert.equal(written.stderr, 'see `npm run --silent cli -- doctor`\n');
  const installed = screen();
  installed.terminal.print(hint);
  assert.equal(installed.written.stdout, `${hint}\n`);
});

test('takes secrets out of what it says', () => {
  const { terminal, written } = screen();
  terminal.note('the secret is canary-secret');
  assert.equal(written.stderr, 'the secret is [redacted]\n');
});

test('has colours and a width on a terminal only, and no width where the terminal does not know it', () => {
  const [pipe, person] = [screen().terminal, screen(COLOURFUL).terminal];
  assert.deepEqual(
    [pipe.columns, person.columns, screen({ ...COLOURFUL, columns: 0 }).terminal.columns],
    [undefined, 72, undefined],
  );
  assert.equal(pipe.paint('red', 'text'), 'text');
  assert.notEqual(person.paint('red', 'text'), 'text');
  assert.equal(screen({ ...COLOURFUL, hasColors: () => false }).terminal.paint('red', 'text'), 'text');
});

test('takes colours away for NO_COLOR, and leaves the last word to FORCE_COLOR, also in a pipe', () => {
  const isColoured = (env: Env, like: Partial<NodeJS.WriteStream> = COLOURFUL): boolean =>
    screen(like, undefined, env).terminal.paint('red', 'text') !== 'text';
  assert.deepEqual(
    [isColoured({}), isColoured({ NO_COLOR: '1' }), isColoured({ NO_COLOR: '' }), isColoured({ FORCE_COLOR: '0' })],
    [true, false, true, false],
  );
  assert.deepEqual(
    [isColoured({}, {}), isColoured({ FORCE_COLOR: '1' }, {}), isColoured({ FORCE_COLOR: '', NO_COLOR: '1' }, {})],
    [false, true, true],
  );
  assert.equal(isColoured({ FORCE_COLOR: 'false' }), false);
});

test('a reader that has had enough is no failure; an output that takes nothing is one', async () => {
  const failing = (code: string): Terminal => screen({}, Object.assign(new Error(code), { code })).terminal;
  const [gone, full] = [failing('EPIPE'), failing('ENOSPC')];
  gone.print('text');
  full.print('text');
  await gone.flush();
  await assert.rejects(full.flush(), /the output cannot be written \(ENOSPC\)/);
});
