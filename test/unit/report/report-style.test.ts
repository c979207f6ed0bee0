import assert from 'node:assert/strict';
import { test } from 'node:test';
import { STYLE } from '../../../src/report/page/style.js';

type Palette = ReadonlyMap<string, string>;

/** The colours of light and of dark, as the style has them: `--ink: #16202c`. */
const PALETTES: readonly Palette[] = [...STYLE.matchAll(/color-scheme: (?:light|dark);([^}]*)/g)].map(
  ([, block = '']) =>
    new Map([...block.matchAll(/--([a-z0-9-]+): (#[0-9a-f]{6})/g)].map(([, name = '', hex = '']) => [name, hex])),
);

/** WCAG 2: relative luminance. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.040_45 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(palette: Palette, one: string, other: string): number {
  const [low = 0, high = 0] = [one, other]
    .map((name) => luminance(palette.get(name) ?? assert.fail(`no colour is called ${name}`)))
    .sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

test('texts have a contrast of 4.5 and more, in light, dark and print', () => {
  assert.equal(PALETTES.length, 3);
  const pairs = [
    ...['ink', 'soft', 'accent', 'good', 'bad'].map((text) => [text, 'paper'] as const),
    ...[
      ['ink', 'panel'],
      ['soft', 'panel'],
      ['ink', 'warn-paper'],
      ['ink', 'bad-paper'],
      ['full-ink', 'full'],
      ['part-ink', 'part'],
      ['bad', 'none'],
    ].map(([text = '', paper = '']) => [text, paper] as const),
  ];
  for (const palette of PALETTES) {
    for (const [text, paper] of pairs) assert.ok(contrast(palette, text, paper) >= 4.5, `${text} on ${paper}`);
  }
});

test('every metric has a colour of its own that stands out from the paper and from a missing bucket', () => {
  for (const palette of PALETTES) {
    const names = Array.from({ length: 10 }, (_, metric) => `metric-${metric + 1}`);
    assert.equal(new Set(names.map((name) => palette.get(name))).size, 10);
    for (const name of names) {
      assert.ok(contrast(palette, name, 'paper') >= 4.5, `${name} on paper`);
      assert.ok(contrast(palette, name, 'missing') >= 3, `${name} on a missing bucket`);
    }
  }
});

test('a style that could end its element would end the page', () => {
  assert.doesNotMatch(STYLE, /<\//);
});
