import { readJson } from "../../core/read-json.ts";
import type { Position } from "./event-log.ts";

/** What `@ptr` of a query's row says: which event it was made from. */
export interface Pointer extends Position {
  readonly group: string;
  readonly stream: string;
}

export const writePointer = ({ group, stream, timestamp, sequence }: Pointer) =>
  Buffer.from(JSON.stringify([group, stream, timestamp, sequence])).toString("base64");

export function readPointer(text: string): Pointer | undefined {
  try {
    const parts: unknown = readJson(Buffer.from(text, "base64").toString());
    if (!Array.isArray(parts) || parts.length !== 4) return undefined;
    const [group, stream, timestamp, sequence] = parts as [string, string, number, number];
    return { group, stream, timestamp, sequence };
  } catch {
    return undefined;
  }
}
