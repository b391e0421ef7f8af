import { styleText } from "node:util";
import type { CallRecord } from "../core/bus.ts";
import { formatLine, type LogLevel, type LogLine } from "../core/log.ts";

type Colour = "red" | "yellow";

const OF_LEVEL: Partial<Record<LogLevel, Colour>> = { WARN: "yellow", ERROR: "red" };

/** Does it show colours: a terminal that NO_COLOR does not forbid them to, or what FORCE_COLOR demands them of? */
export const isColoured = (stream: NodeJS.WriteStream): boolean => styleText("red", "x", { stream }) !== "x";

/** A line of the log for a terminal: warnings and refused calls are yellow, errors and calls that failed red, all others plain. */
export function colouredLine(line: LogLine): string {
  const colour = line.about === undefined ? OF_LEVEL[line.level] : ofCall(line.about as CallRecord);
  const text = formatLine(line);
  return colour === undefined ? text : styleText(colour, text, { validateStream: false });
}

function ofCall({ status, dropped }: CallRecord): Colour | undefined {
  if (dropped !== undefined || status >= 500) return "red";
  return status >= 400 ? "yellow" : undefined;
}
