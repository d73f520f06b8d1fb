import winston from 'winston';

/** What the daemon writes to standard output: one line per change of state, never one per probe. */
export type Log = {
  info(message: string, fields?: object): void;
  warn(message: string, fields?: object): void;
  error(message: string, fields?: object): void;
  /** Resolves when everything is written; nothing may be logged after it. */
  end(): Promise<void>;
};

/** Makes the log. Values come from the network, so control characters never reach the terminal or a log parser. */
export function createLog(format: 'logfmt' | 'json'): Log {
  const { combine, timestamp, json, printf } = winston.format;
  const safe = winston.format(info => {
    for (const [key, value] of Object.entries(info))
      if (typeof value === 'string') info[key] = printable(value);
    return info;
  });
  const logfmt = printf(({ timestamp: time, level, message, ...fields }) =>
    [['time', time], ['level', level], ['msg', message], ...Object.entries(fields)]
      .map(([key, value]) => `${key}=${quoted(String(value))}`)
      .join(' '),
  );
  const logger = winston.createLogger({
    format: combine(timestamp(), safe(), format === 'json' ? json() : logfmt),
    transports: [new winston.transports.Console()],
  });
  return {
    info: (message, fields) => void logger.info(message, fields),
    warn: (message, fields) => void logger.warn(message, fields),
    error: (message, fields) => void logger.error(message, fields),
    end: () =>
      new Promise(resolve => {
        logger.on('finish', resolve);
        logger.end();
      }),
  };
}

function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must go
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}

function quoted(text: string): string {
  return /^[^\s"=]+$/.test(text) ? text : JSON.stringify(text);
}
