import { invalidMessageContents } from "./errors.ts";

/** What XML 1.0 can carry: https://www.w3.org/TR/REC-xml/#charsets. A lone surrogate cannot be. */
const FORBIDDEN = /[^\u{9}\u{A}\u{D}\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

/** @throws AwsError `InvalidMessageContents` */
export function checkCharacters(text: string): void {
  if (FORBIDDEN.test(text)) throw invalidMessageContents();
}
