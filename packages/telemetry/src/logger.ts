import {
  type DestinationStream,
  destination,
  levels,
  type Logger as PinoLogger,
  pino,
  stdTimeFunctions,
} from 'pino';

/** A service's log: structured, one JSON object a line. */
export type Logger = PinoLogger;

export interface LoggerOptions {
  /** In every line: `gateway`, `invoker`, `comparator`, … */
  readonly service: string;
  /** Default: the environment's `UNDERSTUDY_LOG_LEVEL`, else `info`. */
  readonly level?: string;
}

/** The keys whose values never reach the log, however a caller came to log them. */
const secretKeys = ['authorization', 'proxy-authorization', 'cookie', 'set-cookie', 'x-api-key', 'password'];

/** Levels of nesting at which they are looked for: `password` to `err.config.headers.authorization`. */
const redactedDepth = 4;

/**
 * Makes a log that goes to standard error, so that standard output stays data.
 *
 * @throws RangeError for a level that there is not
 */
export function createLogger({ service, level = levelFromEnvironment() }: LoggerOptions): Logger {
  const known = [...Object.keys(levels.values), 'silent'];
  if (!known.includes(level)) {
    throw new RangeError(`log level "${level}": UNDERSTUDY_LOG_LEVEL must be one of ${known.join(', ')}`);
  }
  const options = {
    base: { service },
    level,
    timestamp: stdTimeFunctions.isoTime,
    redact: { paths: redactedPaths(), censor: '[redacted]' },
  };
  return pino(options, standardError());
}

function levelFromEnvironment(): string {
  return process.env['UNDERSTUDY_LOG_LEVEL'] || 'info';
}

/** Written at once: the last lines of a process that dies are those that matter. */
function standardError(): DestinationStream {
  return destination({ fd: 2, sync: true });
}

function redactedPaths(): string[] {
  return Array.from({ length: redactedDepth }, (_, depth) => '*.'.repeat(depth)).flatMap((prefix) =>
    secretKeys.map((key) => (/^\w+$/.test(key) ? `${prefix}${key}` : `${prefix.slice(0, -1)}["${key}"]`)),
  );
}
