import type { Chance } from '../chance.js';

const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|[a-z]+|\s+|./gs;

const TOKEN_CHOICES = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  ' ',
  '\n',
  '"',
  '""',
  '0',
  '-1.5e3',
  'null',
  'true',
  '"data"',
  '"rate"',
  '\\',
  '\0',
  '\x0b',
];

const BYTE_CHOICES = [
  ...Buffer.from('{}[],:"\\/ \t\r\n0123456789-+.eEuabfnrtlsx'),
  ...[0x00, 0x01, 0x0b, 0x0c, 0x1f, 0x7f, 0x80, 0xa0, 0xbf, 0xc0, 0xc3, 0xe2, 0xed, 0xef, 0xf0, 0xf5, 0xff],
];

/** The page with one to three changes, by bytes or by tokens. */
export function mutatedPage(page: Buffer, chance: Chance): Buffer {
  const byTokens = chance.odds(1, 2);
  return chance
    .several(1, 3, () => undefined)
    .reduce<Buffer>(
      (changed) => (byTokens ? withTokenChanged(changed, chance) : withByteChanged(changed, chance)),
      page,
    );
}

function withByteChanged(page: Buffer, chance: Chance): Buffer {
  const at = chance.below(page.length + 1);
  const end = Math.min(page.length, at + chance.below(chance.odds(1, 3) ? 40 : 3));
  const range = page.subarray(at, end);
  const byte = Buffer.of(chance.odds(1, 8) ? chance.below(256) : chance.pick(BYTE_CHOICES));
  const spliced = (removeTo: number, insert: Buffer): Buffer =>
    Buffer.concat([page.subarray(0, at), insert, page.subarray(removeTo)]);
  switch (chance.below(7)) {
    case 0:
      return spliced(at + 1, Buffer.of((page[at] ?? 0) ^ (1 << chance.below(8))));
    case 1:
      return spliced(at + 1, byte);
    case 2:
      return spliced(at, byte);
    case 3:
      return spliced(end, Buffer.alloc(0));
    case 4:
      return spliced(at, range);
    case 5:
      return chance.odds(1, 2) ? page.subarray(0, at) : Buffer.concat([page, byte]);
    default: {
      const from = chance.below(page.length + 1);
      return spliced(end, page.subarray(from, from + chance.below(30)));
    }
  }
}

/** On one character a byte, so that no byte is lost that is no UTF-8. */
function withTokenChanged(page: Buffer, chance: Chance): Buffer {
  const tokens = page.toString('latin1').match(TOKENS) ?? [];
  const at = chance.below(tokens.length + 1);
  const other = chance.below(tokens.length + 1);
  switch (chance.below(6)) {
    case 0:
      tokens.splice(at, 1 + chance.below(3));
      break;
    case 1:
      tokens.splice(at, 0, chance.pick(TOKEN_CHOICES));
      break;
    case 2:
      tokens.splice(at, 1, chance.pick(TOKEN_CHOICES));
      break;
    case 3:
      tokens.splice(other, 0, ...tokens.slice(at, at + 1 + chance.below(6)));
      break;
    case 4:
      tokens.splice(at, 1, tokens[other] ?? '');
      break;
    default:
      tokens.splice(at, 1, withByteChanged(Buffer.from(tokens[at] ?? '', 'latin1'), chance).toString('latin1'));
  }
  return Buffer.from(tokens.join(''), 'latin1');
}
