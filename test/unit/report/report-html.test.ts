import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { html, outside, type Piece } from '../../../src/report/page/html.js';

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&#96;': '`',
};

const read = (escaped: string): string =>
  escaped.replaceAll(/&[#a-z0-9]+;/g, (entity) => ENTITIES[entity] ?? 'unknown');

/** Texts as they come, and such as are made of what markup is made of. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.constantFrom('<', '>', '"', "'", '&', '`', '/', '=', '-->', ']]>', '</script>', '&lt;', 'x'), {
      maxLength: 12,
    })
    .map((parts) => parts.join('')),
);

test('whatever a text holds, it neither ends its element nor its attribute, and reads as it was', () => {
  fc.assert(
    fc.property(hostile, hostile, (inside, around) => {
      const { markup } = html`<p title="${around}">${inside}</p>`;
      const [whole, attribute = '', text = ''] = /^<p title="([^"<>]*)">([^<>]*)<\/p>$/.exec(markup) ?? [];
      assert.equal(whole, markup);
      // What no document may hold is replaced, one for one.
      const fit = (each: string): string =>
        each.replaceAll(/[^\P{Cc}\t\n]|\p{Cs}|[\uFDD0-\uFDEF\uFFFE\uFFFF\u202A-\u202E\u2066-\u2069]/gu, '\u{FFFD}');
      assert.deepEqual([read(attribute), read(text)], [fit(around), fit(inside)]);
    }),
    { numRuns: 2_000 },
  );
});

test('templates in templates, lists and what is absent are written once and escaped once', () => {
  const rows: readonly Piece[] = ['<b>', null, undefined, false, 0, html`<i>${'&'}</i>`];
  assert.equal(html`<p>${rows}</p>`.markup, '<p>&lt;b&gt;0<i>&amp;</i></p>');
});

test('a name of the outside has its own direction, and is cut without halving a character', () => {
  assert.equal(outside('abc').markup, '<bdi>abc</bdi>');
  assert.equal(outside('\u{1F600}'.repeat(5), 3).markup, '<bdi>\u{1F600}\u{1F600}…</bdi>');
  assert.equal(outside('x'.repeat(120)).markup, `<bdi>${'x'.repeat(120)}</bdi>`);
});
