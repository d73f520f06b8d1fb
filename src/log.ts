import { once } from 'node:events';
import { Writable } from 'node:stream';
import winston from 'winston';
import { type Level, levels, type Part, type Verbosity } from './model/log.ts';

/** Values beside a message. `part` is the part of the daemon that speaks. */
export type Fields = { readonly part?: Part; readonly [name: string]: unknown };

/** What the daemon writes to standard output: one line per change of state, never one per probe. */
export type Log = Readonly<Record<Level, (message: string, fields?: Fields) => void>> & {
  /** Other levels from now on. */
  choose(verbosity: Verbosity): void;
  /** Resolves when everything is written; nothing may be logged after it. */
  end(): Promise<void>;
};

export type LogOptions = {
  readonly format: 'logfmt' | 'json';
  readonly verbosity: Verbosity;
  /** Where the lines go; standard output when absent. */
  readonly write?: (line: string) => void;
  /** Monotonic milliseconds. */
  readonly now: () => number;
};

/** Of the same line so many are written in one window; the next one after it says how many were left out. */
const repeats = { most: 5, windowMs: 60_000, keys: 1_000 } as const;

/**
 * Makes the log. Values come from the network, so control characters never reach the terminal or a log parser; whatever
 * looks like a secret, by its name or by its form, is left out of every line at this one place.
 */
export function createLog({ format, verbosity, write, now }: LogOptions): Log {
  const { combine, timestamp, json, printf } = winston.format;
  const logfmt = printf(({ timestamp: time, level, message, ...fields }) =>
    [['time', time], ['level', level], ['msg', message], ...Object.entries(fields)]
      .map(([key, value]) => `${key}=${quoted(textOf(value))}`)
      .join(' '),
  );
  const logger = winston.createLogger({
    level: 'debug',
    levels: { error: 0, warn: 1, info: 2, debug: 3 },
    format: combine(timestamp(), format === 'json' ? json() : logfmt),
    transports: [
      write ? new winston.transports.Stream({ stream: lines(write) }) : new winston.transports.Console(),
    ],
  });
  const limiter = createLimiter(now);
  let chosen = verbosity;

  function say(level: Level, message: string, fields: Fields = {}) {
    const least = (fields.part && chosen.parts[fields.part]) ?? chosen.level;
    if (levels.indexOf(level) < levels.indexOf(least)) return;
    const safe = withoutSecrets(fields) as Fields;
    const said = String(withoutSecrets(message));
    const { allowed, leftOut } = limiter(`${level} ${said} ${JSON.stringify(safe)}`);
    if (allowed) logger.log(level, said, { ...safe, ...(leftOut > 0 ? { left_out: leftOut } : {}) });
  }

  return {
    debug: (message, fields) => say('debug', message, fields),
    info: (message, fields) => say('info', message, fields),
    warn: (message, fields) => say('warn', message, fields),
    error: (message, fields) => say('error', message, fields),
    choose(other) {
      chosen = other;
    },
    async end() {
      const finished = once(logger, 'finish');
      logger.end();
      await finished;
    },
  };
}

function lines(write: (line: string) => void): Writable {
  return new Writable({
    write(chunk, _encoding, done) {
      write(String(chunk));
      done();
    },
  });
}

/** Whether a line may be written, and how many like it were not since the last one. */
function createLimiter(now: () => number) {
  const known = new Map<string, { startMs: number; count: number }>();
  return (key: string): { readonly allowed: boolean; readonly leftOut: number } => {
    const at = now();
    const line = known.get(key);
    if (line && at - line.startMs < repeats.windowMs) {
      line.count++;
      return { allowed: line.count <= repeats.most, leftOut: 0 };
    }
    known.delete(key);
    known.set(key, { startMs: at, count: 1 });
    if (known.size > repeats.keys) known.delete(known.keys().next().value!);
    return { allowed: true, leftOut: Math.max(0, (line?.count ?? 0) - repeats.most) };
  };
}

const secretName =
  /pass(word|wd|phrase)?$|secret|token|authorization|cookie|credential|api.?key|private.?key/i;
const secretForms: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g, '<secret>'],
  [/\b(basic|bearer|digest|negotiate)\s+[\w+/.~=-]{6,}/gi, '$1 <secret>'],
  [/([a-z][a-z0-9+.-]*:\/\/)[^\s/?#@]+@/gi, '$1<secret>@'],
  [/\b(pass(?:word|wd|phrase)?|secret|token|api[_-]?key)(["']?\s*[=:]\s*["']?)[^\s"'&,;]+/gi, '$1$2<secret>'],
  [/\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}/g, '<secret>'],
  [/\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g, '<secret>'],
];

function withoutSecrets(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') {
    const plain = secretForms.reduce((text, [form, instead]) => text.replace(form, instead), value);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must go
    return plain.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').slice(0, 8_192);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (depth > 4) return '...';
  if (Array.isArray(value)) return value.map(item => withoutSecrets(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      secretName.test(name) ? '<secret>' : withoutSecrets(inner, depth + 1),
    ]),
  );
}

function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function quoted(text: string): string {
  return /^[^\s"=]+$/.test(text) ? text : JSON.stringify(text);
}
