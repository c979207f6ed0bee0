import { isUtf8 } from 'node:buffer';
import type { RequestProblem } from '../contract/failures.js';
import { canonicalDecimal } from '../domain/decimal.js';

const BYTE_ORDER_MARK = /^\uFEFF/;
const NUMBER_SHOWN = 40;

/**
 * What is wrong with the JSON text of a request that its value cannot show any more: bytes that are no UTF-8, which a
 * decoder would replace, and numbers that a double would round. The grammar is the parser's business.
 */
export function problemsOfText(bytes: Uint8Array): readonly RequestProblem[] {
  if (!isUtf8(bytes)) return [{ path: '', message: 'is not UTF-8: save or send it as UTF-8' }];
  const text = textOf(bytes);
  return isJson(text) ? roundedNumbers(text) : [];
}

/** Some editors begin a file with a byte order mark, which is no JSON. */
export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8').replace(BYTE_ORDER_MARK, '');
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*|[{}[\],:]/gs;

/** Where the reader stands: in a list at an index, in an object at a key. */
interface Place {
  readonly isList: boolean;
  at: string | number;
}

function roundedNumbers(text: string): readonly RequestProblem[] {
  const problems: RequestProblem[] = [];
  const open: Place[] = [];
  let string = '';
  for (const [token] of text.matchAll(TOKEN)) {
    const place = open.at(-1);
    if (token.startsWith('"')) string = token;
    else if (token === '{' || token === '[') open.push({ isList: token === '[', at: 0 });
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':' && place) place.at = String(JSON.parse(string));
    else if (token === ',' && place?.isList) place.at = Number(place.at) + 1;
    else if (/\d/.test(token) && !isHeld(token)) {
      const shown = token.length > NUMBER_SHOWN ? `${token.slice(0, NUMBER_SHOWN)}…` : token;
      const message = `${shown} has more digits than a number here can hold: write it as text, in quotes`;
      problems.push({ path: open.map(({ at }) => String(at)).join('.'), message });
    }
  }
  return problems;
}

function isHeld(number: string): boolean {
  return canonicalDecimal(number) === canonicalDecimal(String(Number(number)));
}
