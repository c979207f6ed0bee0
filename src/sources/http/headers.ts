import type { Dispatcher } from 'undici';

type Headers = Dispatcher.ResponseData['headers'];

/** A header that was sent twice says nothing that could be trusted. Blanks around a value are no part of it (RFC 9110). */
export function single(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header.replaceAll(/^[ \t]+|[ \t]+$/g, '') : undefined;
}

/** Of an answer: its links as one text, and the rows that it states. */
export function statedIn(headers: Headers): {
  readonly link?: string;
  readonly statedRows?: number;
} {
  const { link } = headers;
  const total = single(headers['x-total-count']) ?? /\/(\d+)$/.exec(single(headers['content-range']) ?? '')?.[1] ?? '';
  return {
    ...(link !== undefined && { link: [link].flat().join(', ') }),
    ...(/^\d{1,15}$/.test(total) && { statedRows: Number(total) }),
  };
}

/** Compressed bodies are never unpacked. */
export function isCompressed(headers: Readonly<Record<string, string | readonly string[] | undefined>>): boolean {
  return !['identity', ''].includes(String(headers['content-encoding'] ?? '').toLowerCase());
}
