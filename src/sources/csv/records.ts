import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import { malformed } from '../http/errors.js';

/** A quote that is never closed must not bring the rest of the file into memory. */
const LONGEST_RECORD = 1024 * 1024;

/** The records of a CSV in UTF-8, the header first; one at a time, however long the file is. */
export async function* csvRecords(body: AsyncIterable<Uint8Array>): AsyncGenerator<readonly string[]> {
  const parser = parse({
    bom: true,
    record_delimiter: ['\r\n', '\n'],
    skip_empty_lines: true,
    max_record_size: LONGEST_RECORD,
  });
  const fed = pipeline(Readable.from(body, { objectMode: false }), strictUtf8(), parser);
  // The parser's own iterator says the same.
  fed.catch(() => undefined);
  try {
    // The cast: without `columns`, a record is the list of its cells.
    for await (const record of parser as AsyncIterable<readonly string[]>) yield record;
  } catch (error) {
    throw error instanceof CsvError ? unreadable(error) : error;
  }
}

/** The library's message quotes the file, so only the name of what is wrong is taken, and where. */
function unreadable(error: CsvError): Error {
  const { lines } = error as { readonly lines?: unknown };
  const line = typeof lines === 'number' ? lines : 0;
  return malformed('page', `is no CSV that can be read (${error.code}, line ${line})`, { facts: { line } });
}

/** Passes bytes on. The parser would write U+FFFD in place of what is not UTF-8. */
function strictUtf8(): Transform {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const check = (work: () => void, done: (error?: Error | null) => void): void => {
    try {
      work();
      done();
    } catch {
      done(malformed('page', 'is not UTF-8 text'));
    }
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      check(() => {
        decoder.decode(chunk, { stream: true });
        this.push(chunk);
      }, done);
    },
    flush(done) {
      check(() => {
        decoder.decode();
      }, done);
    },
  });
}
