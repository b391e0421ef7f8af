import type { Clock } from "../../../core/clock.ts";

type Level = "INFO" | "ERROR";

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The execution log of one request: what TestInvokeMethod gives back, and what goes to CloudWatch Logs. */
export class ExecutionLog {
  readonly #clock: Clock;
  readonly #level: "OFF" | Level;
  readonly lines: { readonly atMs: number; readonly text: string }[] = [];

  constructor(clock: Clock, level: "OFF" | Level) {
    this.#clock = clock;
    this.#level = level;
  }

  /** A message is only made when somebody reads it. */
  info(message: () => string): void {
    if (this.#level === "INFO") this.#add(message());
  }

  error(message: () => string): void {
    if (this.#level !== "OFF") this.#add(message());
  }

  /** As TestInvokeMethod shows it. */
  text(requestId: string): string {
    const lines = this.lines.map(({ atMs, text }) => `${javaDate(atMs)} : ${text}`);
    return `${[`Execution log for request ${requestId}`, ...lines].join("\n")}\n`;
  }

  #add(text: string): void {
    this.lines.push({ atMs: this.#clock.now(), text });
  }
}

/** `Mon Nov 23 21:12:00 UTC 2026` */
function javaDate(ms: number): string {
  const at = new Date(ms);
  const time = at.toISOString().slice(11, 19);
  const day = String(at.getUTCDate()).padStart(2, "0");
  return `${DAYS[at.getUTCDay()]} ${MONTHS[at.getUTCMonth()]} ${day} ${time} UTC ${at.getUTCFullYear()}`;
}

/** A map as the log has it: `{a=b, c=d}`. */
export const logged = (map: Readonly<Record<string, unknown>>): string =>
  `{${Object.entries(map)
    .map(([name, value]) => `${name}=${value}`)
    .join(", ")}}`;
