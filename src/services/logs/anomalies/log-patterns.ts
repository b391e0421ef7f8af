import { createHash } from "node:crypto";
import type * as Logs from "../../../models/generated/logs.ts";

/** A message as words and what stands between them; what has a digit is likely to be another in the next one. */
const PARTS = /[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu;
const HAS_DIGIT = /\p{N}/u;
/** What follows in a longer message is not looked at. */
const LONGEST_CHARS = 2000;
const DYNAMIC = "<*>";
const MOST_VALUES = 10;

/** What the messages of one pattern have in common. */
export interface LogPattern {
  /** 32 hex digits of its text. */
  readonly id: string;
  /** `Request <*> took <*> ms`. */
  readonly text: string;
  /** The values that stood at its dynamic places, in order. */
  readonly values: readonly string[];
}

/**
 * The pattern that a message is an instance of: words with digits are dynamic. How AWS finds its patterns is not public; what it
 * shows of them is this form. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/LogsAnomalyDetection.html
 */
export function patternOf(message: string): LogPattern {
  const values: string[] = [];
  const text = partsOf(message)
    .map((part) => {
      if (!HAS_DIGIT.test(part)) return part;
      values.push(part);
      return DYNAMIC;
    })
    .join("");
  return { id: createHash("md5").update(text).digest("hex"), text, values };
}

const partsOf = (message: string): readonly string[] =>
  message.trim().slice(0, LONGEST_CHARS).match(PARTS) ?? [message];

/** How often each value stood at each dynamic place: as many values as AWS shows. */
export class Enumerations {
  readonly #counts: Map<string, number>[] = [];

  add(values: readonly string[]): void {
    for (const [at, value] of values.entries()) {
      this.#counts[at] ??= new Map();
      const counts = this.#counts[at];
      const known = counts.get(value);
      if (known !== undefined || counts.size < MOST_VALUES) counts.set(value, (known ?? 0) + 1);
    }
  }

  at(place: number): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts[place] ?? []);
  }
}

/** A pattern's tokens as `ListAnomalies` has them. */
export function tokensOf(pattern: string, enumerations: Enumerations): Logs.PatternToken[] {
  let dynamic = 0;
  return pattern
    .split(/(<\*>|\s+)/)
    .filter((token) => token !== "")
    .map((tokenString) => {
      if (tokenString !== DYNAMIC) return { isDynamic: false, tokenString, enumerations: {} };
      dynamic++;
      return {
        dynamicTokenPosition: dynamic,
        isDynamic: true,
        tokenString,
        enumerations: enumerations.at(dynamic - 1),
      };
    });
}

/** A regular expression that finds a pattern's messages. */
export const regexOf = (pattern: string): string =>
  pattern
    .split(DYNAMIC)
    .map((text) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"))
    .join(".*");
