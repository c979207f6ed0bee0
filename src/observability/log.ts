import { pino, type Logger } from 'pino';
import { plainErrors } from './plain-errors.js';

/** Takes secrets out of texts: of the ones it has learnt, and of what looks like one. One for the whole process. */
export interface Scrubber {
  readonly scrub: (text: string) => string;
  /** Learns a secret that must never be written anywhere. */
  readonly learn: (secret: string) => void;
}

/** `plainErrors` has made them plain already. */
const AS_THEY_ARE = { err: (plain: unknown) => plain };

const REDACTED = '[redacted]';
/** Shorter ones would take ordinary words out of every sentence. */
const SHORTEST_SECRET = 6;
const LOOKS_LIKE_A_SECRET =
  /(?<=\bBearer\s)[\w.~+/=-]{6,}|\bwhsec_[\w+/=-]+|(?<=\bjm_[a-z0-9-]+_)[\w-]{43}|(?<=:\/\/[^\s:@/]*:)[^\s@]+(?=@)/g;

export function createScrubber(secrets: readonly string[] = []): Scrubber {
  const known = new Set<string>();
  let longestFirst: readonly string[] = [];
  const learn = (secret: string): void => {
    if (secret.length < SHORTEST_SECRET || known.has(secret)) return;
    known.add(secret);
    // As JSON has it, and JSON in the text of JSON.
    known.add(inJson(secret));
    known.add(inJson(inJson(secret)));
    // Half of a surrogate pair has no escaped form.
    known.add(encodeURIComponent(secret.replaceAll(/\p{Surrogate}/gu, '')));
    known.add(new URLSearchParams({ s: secret }).toString().slice(2));
    // Else what a shorter one, which is part of it, leaves of a longer one would stay.
    longestFirst = [...known].sort((one, other) => other.length - one.length);
  };
  secrets.forEach(learn);
  const scrub = (text: string): string => {
    let clean = text;
    for (const secret of longestFirst) clean = clean.replaceAll(secret, REDACTED);
    return clean.replaceAll(LOOKS_LIKE_A_SECRET, REDACTED);
  };
  return { scrub, learn };
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** JSON lines on a stream, every one through the scrubber as it leaves. */
export function createLogger(options: {
  readonly level: string;
  readonly scrub: (text: string) => string;
  readonly write: (line: string) => void;
}): Logger {
  const { level, scrub, write } = options;
  return pino(
    { level, base: null, formatters: { log: plainErrors }, serializers: AS_THEY_ARE },
    {
      write: (line: string) => {
        write(scrub(line));
      },
    },
  );
}
