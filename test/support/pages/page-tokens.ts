/** Numbers at the edges of what a double holds, and of how one can be written. */
export const NUMBERS: readonly string[] = [
  '0 -0 -0.0 0e5 0.1 -1 10 1.50 72.3412 1e2 1E+2 1e-2 -1.25e3 1e999 -1e999 1e-999 5e-324 2.5e-324 1e22 1e23',
  '1.7976931348623157e308 1.7976931348623159e308 9007199254740991 9007199254740992 9007199254740993 90071992547409.925',
  '0.30000000000000004 0.1234567890123456789 123456789012345678901234567890 1.0000000000000000000000',
  '0.00000000000000000000001 900719925474099.3 0.0000000000000000000001 0.9007199254740993 9007199254740991e0',
].flatMap((line) => line.split(' '));

/** Texts that look like JSON's own signs, numbers or nothing at all. */
export const TEXTS: readonly string[] = [
  ...'2026-11-01 2026-11-02T05:00:00Z voice EMEA a"b },{ "data":[ \\ data é 漢字 \u{1F600} / __proto__ null'.split(' '),
  ...'12 -0 1e999 0x10 -.5 5. 01 1e 1e5 --1 9007199254740993 \u{2028}\u{2029} \u{7f} \0 \u{feff} \u{d800} \u{dc00}\u{d800}'.split(
    ' ',
  ),
  ...['', '\n', ' 12.5 ', '\u{a0}7', '12\n', '\\u0041', '\u{feff}3'],
];

/** No JSON, each close to some that is. */
export const FLAWS: readonly string[] = [
  ...'01 - -01 +1 .5 1. 1.e2 1e 1e+ 0x10 1_000 1a --1 00 -.1 1e1.5 1e1e1 Infinity -Infinity NaN -a'.split(' '),
  ...'undefined True nul nulll tru truefalse fals Null t f n \'a\' "a "\\x41" "\\u12G4" "\\u123" "\\u+123" "\\U0041" "\\" "\\'.split(
    ' ',
  ),
  ...'[1,] [,1] [1,,2] {"a"} {"a":} {"a":1,} {,} {a:1} {1:2} {"a":1,,"b":2} , : [ { ] } [} {] {] // /**/1'.split(' '),
  ...[
    '',
    '"\n"',
    '"\t"',
    '"\0"',
    '"\u{1f}"',
    '"\\\n"',
    '"\\u 123"',
    '"\\ "',
    '[1 2]',
    '{"a" 1}',
    '{"a":1 "b":2}',
    '1 2',
    '- 1',
    '1 .5',
  ],
  ...['\u{feff}1', '\u{a0}1', '\v1', '\f1', '\0', '1\0', '\u{2028}1'],
];

/** Bytes that other languages take for white space. */
export const ODD_SPACES: readonly string[] = [
  '\v',
  '\f',
  '\0',
  '\b',
  '\u{1}',
  '\u{1f}',
  '\u{a0}',
  '\u{feff}',
  '\u{2028}',
  '/',
];
