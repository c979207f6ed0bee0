import type { PageKeys } from '../../../src/pages/rows-scan.js';
import type { Chance } from '../chance.js';
import { FLAWS, NUMBERS, ODD_SPACES, TEXTS } from './page-tokens.js';

/** What is asked of a made page; some keys in several ways, and one that is special to JavaScript. */
export const PAGE_KEYS: PageKeys = {
  metrics: ['rate', 'dropOff', '__proto__', 'both'],
  texts: ['date', 'channel'],
  others: ['journeyId', 'both', 'date', 'caf\u{e9}'],
};
export const ENVELOPE_KEYS = ['status', 'totalCount', '__proto__', 'length', ''];

const ROW_KEYS = [
  'date',
  'rate',
  'dropOff',
  'both',
  'journeyId',
  'caf\u{e9}',
  '__proto__',
  'other',
  'channel',
  '',
  '0',
];

/** Writes pages, most of them JSON: `flaws` of a thousand tokens are none. */
export class PageWriter {
  readonly #chance: Chance;
  readonly #gaps: readonly string[];
  readonly #flaws: number;

  constructor(chance: Chance) {
    this.#chance = chance;
    this.#gaps = chance.pick([[''], [''], ['', '', ' '], ['', ' ', '\n', '\r\n\t', '  ']]);
    this.#flaws = chance.odds(1, 6) ? 20 : 0;
  }

  page(): string {
    const chance = this.#chance;
    if (chance.odds(1, 50)) return this.#around(this.#value(3));
    const members = chance.several(0, 4, () =>
      this.#member(chance.pick([...ENVELOPE_KEYS, 'data', 'Data', 'x']), this.#value(2)),
    );
    const data = chance.odds(1, 40)
      ? []
      : chance.several(1, chance.odds(1, 20) ? 2 : 1, () => this.#member('data', this.#rows()));
    const place = chance.below(members.length + 1);
    return this.#around(this.#list('{', [...members.slice(0, place), ...data, ...members.slice(place)], '}'));
  }

  #rows(): string {
    const chance = this.#chance;
    const most = chance.odds(1, 400) ? 2500 : 9;
    const shape = chance.several(0, 8, () => chance.pick(ROW_KEYS));
    const loose = chance.odds(1, 3);
    const plain = chance.odds(1, 2);
    const row = (): string => {
      if (chance.odds(1, 60)) return this.#value(2);
      const keys = loose ? this.#varied(shape) : shape;
      return this.#list(
        '{',
        keys.map((key) => this.#member(key, this.#cell(key, plain))),
        '}',
      );
    };
    return this.#list('[', chance.several(0, most, row), ']');
  }

  /** Keys left out, moved, added or twice, as from a source that writes every row by itself. */
  #varied(shape: readonly string[]): readonly string[] {
    const chance = this.#chance;
    const keys = shape.filter(() => !chance.odds(1, 8));
    if (chance.odds(1, 3)) keys.splice(chance.below(keys.length + 1), 0, chance.pick(ROW_KEYS));
    return chance.odds(1, 5) ? keys.reverse() : keys;
  }

  #cell(key: string, plain: boolean): string {
    const chance = this.#chance;
    if (!plain || chance.odds(1, 12)) return this.#value(2);
    if (key === 'date') return `"2026-11-0${1 + chance.below(3)}"`;
    return chance.odds(1, 2) ? `${chance.below(100)}.${chance.below(10_000)}` : `"journey-${chance.below(5)}"`;
  }

  #value(depth: number): string {
    const chance = this.#chance;
    if (chance.below(1000) < this.#flaws) return chance.pick(FLAWS);
    const kind = chance.below(depth > 0 ? 9 : 7);
    if (kind < 2) return this.#text(chance.pick(TEXTS));
    if (kind < 5) return this.#number();
    if (kind < 7) return chance.pick(['null', 'true', 'false']);
    if (chance.odds(1, 40)) return this.#deep();
    if (kind === 7)
      return this.#list(
        '[',
        chance.several(0, 3, () => this.#value(depth - 1)),
        ']',
      );
    const member = (): string => this.#member(chance.pick([...ROW_KEYS, ...TEXTS]), this.#value(depth - 1));
    return this.#list('{', chance.several(0, 3, member), '}');
  }

  #deep(): string {
    const open = this.#chance.several(1, 300, () => this.#chance.pick(['[', '{"a":']));
    const close = open.map((sign) => (sign === '[' ? ']' : '}')).reverse();
    return [...open, this.#value(0), ...close].join('');
  }

  #number(): string {
    const chance = this.#chance;
    const digits = (most: number): string => chance.several(1, most, () => chance.below(10)).join('');
    if (chance.odds(1, 2)) return chance.pick(NUMBERS);
    const whole = chance.odds(1, 3) ? '0' : `${1 + chance.below(9)}${digits(chance.odds(1, 8) ? 25 : 4).slice(1)}`;
    const decimals = chance.odds(2, 3) ? `.${digits(chance.odds(1, 4) ? 25 : 6)}` : '';
    const exponent = chance.odds(1, 6) ? `${chance.pick(['e', 'E'])}${chance.pick(['', '+', '-'])}${digits(3)}` : '';
    return `${chance.pick(['', '', '-'])}${whole}${decimals}${exponent}`;
  }

  #member(key: string, value: string): string {
    return `${this.#text(key)}${this.#gap()}:${this.#gap()}${value}`;
  }

  /** A string's token; now and then with escapes where none are needed. */
  #text(text: string): string {
    const chance = this.#chance;
    if (chance.below(1000) < this.#flaws) return chance.pick(FLAWS);
    if (chance.odds(5, 6)) return JSON.stringify(text);
    const hex = (unit: string): string => unit.charCodeAt(0).toString(16).padStart(4, '0');
    const units = text.split('').map((unit) => {
      if (chance.odds(1, 3)) return chance.odds(1, 2) ? `\\u${hex(unit)}` : `\\u${hex(unit).toUpperCase()}`;
      return unit === '/' ? '\\/' : JSON.stringify(unit).slice(1, -1);
    });
    return `"${units.join('')}"`;
  }

  #list(open: string, items: readonly string[], close: string): string {
    const spaced = items.map((item) => this.#around(item));
    return `${open}${spaced.length > 0 ? spaced.join(',') : this.#gap()}${close}`;
  }

  #around(text: string): string {
    return `${this.#gap()}${text}${this.#gap()}`;
  }

  #gap(): string {
    const chance = this.#chance;
    if (chance.below(5000) < this.#flaws) return chance.pick(ODD_SPACES);
    return chance.pick(this.#gaps);
  }
}
