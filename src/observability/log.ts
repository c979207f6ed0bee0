import { pino, type Logger } from 'pino';

/** Takes secrets out of texts: of the ones it has learnt, and of what looks like one. One for the whole process. */
export interface Scrubber {
  readonly scrub: (text: string) => string;
  /** Learns a secret that must never be written anywhere. */
  readonly learn: (secret: string) => void;
}

const REDACTED = '[redacted]';
/** Shorter ones would take ordinary words out of every sentence. */
const SHORTEST_SECRET = 6;
const LOOKS_LIKE_A_SECRET =
  /(?<=\bBearer\s)[\w.~+/=-]{6,}|\bwhsec_[\w+/=-]+|(?<=\bjm_[a-z0-9-]+_)[\w-]{43}|(?<=:\/\/[^\s:@/]*:)[^\s@/]+(?=@)/g;

export function createScrubber(secrets: readonly string[] = []): Scrubber {
  const known = new Set<string>();
  const learn = (secret: string): void => {
    if (secret.length < SHORTEST_SECRET) return;
    known.add(secret);
    known.add(JSON.stringify(secret).slice(1, -1));
    known.add(encodeURIComponent(secret));
    known.add(new URLSearchParams({ s: secret }).toString().slice(2));
  };
  secrets.forEach(learn);
  const scrub = (text: string): string => {
    let clean = text;
    for (const secret of known) clean = clean.replaceAll(secret, REDACTED);
    return clean.replaceAll(LOOKS_LIKE_A_SECRET, REDACTED);
  };
  return { scrub, learn };
}

/** JSON lines on a stream, every one through the scrubber as it leaves. */
export function createLogger(options: {
  readonly level: string;
  readonly scrub: (text: string) => string;
  readonly write: (line: string) => void;
}): Logger {
  const { level, scrub, write } = options;
  return pino(
    { level, base: null },
    {
      write: (line: string) => {
        write(scrub(line));
      },
    },
  );
}
