export type LogLevel = "TRACE" | "DEBUG" | "INFO" | "WARN" | "ERROR";

const RANK: Record<LogLevel, number> = { TRACE: 0, DEBUG: 1, INFO: 2, WARN: 3, ERROR: 4 };

export interface LogLine {
  readonly atMs: number;
  readonly level: LogLevel;
  readonly logger: string;
  readonly message: string;
  /** What the line is about, for a log that is read by programs: a call's record. */
  readonly about?: object | undefined;
}

/** Where lines go and which are wanted; shared by all loggers of a cloud. */
export interface LogSink {
  level: LogLevel;
  /** Absent where nobody reads the log: no line is made then. */
  readonly write?: ((line: LogLine) => void) | undefined;
  nowMs(): number;
}

/** The log, under one logger's name. A message may be a function: it is only made when its level is wanted. */
export class Log {
  readonly #sink: LogSink;
  readonly #logger: string;

  constructor(sink: LogSink, logger = "squall") {
    this.#sink = sink;
    this.#logger = logger;
  }

  /** The same log under another name. */
  named(logger: string): Log {
    return new Log(this.#sink, logger);
  }

  wants(level: LogLevel): boolean {
    return this.#sink.write !== undefined && RANK[level] >= RANK[this.#sink.level];
  }

  trace(message: string | (() => string)): void {
    this.#write("TRACE", message);
  }
  /** @param about is made when somebody looks at it, while the line is written */
  debug(message: string | (() => string), about?: () => object): void {
    this.#write("DEBUG", message, about);
  }
  /** @param about is made when somebody looks at it, while the line is written */
  info(message: string | (() => string), about?: () => object): void {
    this.#write("INFO", message, about);
  }
  warn(message: string | (() => string)): void {
    this.#write("WARN", message);
  }
  error(message: string | (() => string), cause?: unknown): void {
    const text = typeof message === "function" ? message() : message;
    this.#write("ERROR", cause instanceof Error ? `${text}\n${cause.stack}` : text);
  }

  #write(level: LogLevel, message: string | (() => string), about?: () => object): void {
    if (!this.wants(level)) return;
    const line = {
      atMs: this.#sink.nowMs(),
      level,
      logger: this.#logger,
      message: typeof message === "function" ? message() : message,
    };
    this.#sink.write?.(about ? new Line(line, about) : line);
  }
}

class Line implements LogLine {
  readonly atMs: number;
  readonly level: LogLevel;
  readonly logger: string;
  readonly message: string;
  readonly #about: (() => object) | undefined;

  constructor(line: Omit<LogLine, "about">, about: (() => object) | undefined) {
    this.atMs = line.atMs;
    this.level = line.level;
    this.logger = line.logger;
    this.message = line.message;
    this.#about = about;
  }

  get about(): object | undefined {
    return this.#about?.();
  }
}

/**
 * The line form that scripts written for LocalStack look for:
 * `2023-11-06T22:21:40.789  INFO --- [  MainThread] localstack.request.aws     : AWS dynamodb.PutItem => 500 (DynamoDbException)`
 * and what else is known behind it: ` on orders by 000000000000:root`.
 */
export function formatLine({ atMs, level, logger, message }: LogLine): string {
  if (level !== lastLevel || logger !== lastLogger) {
    lastLevel = level;
    lastLogger = logger;
    between = ` ${level.padStart(5)} --- [  MainThread] ${logger.padEnd(26)} : `;
  }
  return timeOf(atMs) + between + message;
}

/** Who said the last line, and what stood between its time and its message: most lines are alike in it. */
let lastLevel: LogLevel | undefined;
let lastLogger: string | undefined;
let between = "";

let millisecond = Number.NaN;
let millisecondText = "";

/** `2023-11-06T22:21:40.789`, which many lines have in common. */
function timeOf(atMs: number): string {
  const whole = Math.floor(atMs);
  if (whole !== millisecond) {
    millisecond = whole;
    millisecondText = new Date(whole).toISOString().slice(0, 23);
  }
  return millisecondText;
}
