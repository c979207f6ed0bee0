import { parseDuration } from '../contract/values/duration.js';
import { BadValue } from './errors.js';

/** What a value is, for people, and how it is read. */
export interface Kind<T> {
  /** One or two words, for the table in the documents. */
  readonly name: string;
  /** Throws `BadValue`, or another error whose message repeats nothing of the text. */
  readonly parse: (text: string) => T;
  /** It names a file or folder: no `_FILE` may stand for it. */
  readonly isPath?: true;
}

export const text: Kind<string> = { name: 'text', parse: (value) => value };
export const file: Kind<string> = { name: 'file', parse: (value) => value, isPath: true };
export const folder: Kind<string> = { name: 'folder', parse: (value) => value, isPath: true };

/** A text of one form. @param must the rest of a sentence: `be one DNS label` */
export function textLike(fits: (value: string) => boolean, must: string): Kind<string> {
  return { name: 'text', parse: (value) => demand(fits(value), value, must) };
}

/** @param parse throws an error whose message is a sentence without the text */
export function url<T>(parse: (value: string) => T): Kind<T> {
  return { name: 'URL', parse };
}

/** As milliseconds. */
export function duration(example: string): Kind<number> {
  return {
    name: 'duration',
    parse: (value) => {
      const ms = parseDuration(value);
      if (ms === undefined) throw new BadValue(`must be a duration like "${example}"`);
      return ms;
    },
  };
}

/** A whole number within bounds, both inclusive. */
export function count(least: number, most: number): Kind<number> {
  return {
    name: 'number',
    parse: (value) => {
      const number = Number(value);
      return demand(
        /^\d+$/.test(value) && number >= least && number <= most,
        number,
        `be a whole number from ${least} to ${most}`,
      );
    },
  };
}

/** Where to listen. */
export interface ListenAddress {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
}

/** `HOST:PORT`, or a port alone, which is on loopback. An IPv6 address stands in brackets. */
export const listenAddress: Kind<ListenAddress> = {
  name: 'address',
  parse: (value) => {
    const [, ipv6, name, port = ''] = /^(?:\[([\da-fA-F:.]+)\]:|([^\s:[\]/@]+):)?(\d{1,5})$/.exec(value) ?? [];
    const address = { host: ipv6 ?? name ?? '127.0.0.1', port: Number(port) };
    return demand(port !== '' && address.port <= 65_535, address, 'be an address like "0.0.0.0:9464", or a port');
  },
};

/** One of a few words. */
export function choice<const Word extends string>(...words: readonly Word[]): Kind<Word> {
  return {
    name: words.map((word) => `\`${word}\``).join(', '),
    parse: (value) => {
      const word = words.find((each) => each === value);
      if (word === undefined) throw new BadValue(`must be one of ${words.join(', ')}`);
      return word;
    },
  };
}

export const flag: Kind<boolean> = {
  name: '`0` or `1`',
  parse: (value) => demand(value === '0' || value === '1', value, 'be 0 or 1') === '1',
};

function demand<T>(isFit: boolean, value: T, must: string): T {
  if (!isFit) throw new BadValue(`must ${must}`);
  return value;
}
