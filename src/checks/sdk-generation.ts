import { sure } from "../core/sure.ts";

/** How an SDK retries, as far as its user agent tells. Source: AWS's announcement of 10 November 2026, checked in botocore 1.44. */
export interface Generation {
  readonly name: "since 2026-11" | "before 2026-11";
  /** The longest wait before attempt n + 2 (n from 0), in milliseconds. */
  longestWaitMs(n: number, about: { readonly service: string; readonly isThrottle: boolean }): number;
  /** What an attempt after a failure takes of the 500 tokens. */
  tokens(about: { readonly isThrottle: boolean; readonly isTimeout: boolean }): number;
}

const CAP_MS = 20_000;

const SINCE: Generation = {
  name: "since 2026-11",
  longestWaitMs(n, { service, isThrottle }) {
    const base = isThrottle ? 1000 : /^dynamodb(?:streams)?$/.test(service) ? 25 : 50;
    return Math.min(CAP_MS, base * 2 ** n);
  },
  tokens: ({ isThrottle }) => (isThrottle ? 5 : 14),
};

/** SDKs differed: the longest of what they did. */
const BEFORE: Generation = {
  name: "before 2026-11",
  longestWaitMs: (n) => Math.min(CAP_MS, 1000 * 2 ** n),
  tokens: ({ isTimeout }) => (isTimeout ? 10 : 5),
};

/** First versions with the new retries, by the name in the user agent. */
const FIRST: readonly (readonly [pattern: RegExp, major: number, minor: number, patch: number])[] = [
  [/Botocore\/(\d+)\.(\d+)\.(\d+)/i, 1, 44, 0],
  [/aws-sdk-js\/(\d+)\.(\d+)\.(\d+)/i, 3, 1166, 0],
  [/aws-sdk-go-v2\/(\d+)\.(\d+)\.(\d+)/i, 1, 48, 0],
  [/aws-cli\/(\d+)\.(\d+)\.(\d+)/i, 2, 40, 0],
  [/aws-sdk-ruby3?\/(\d+)\.(\d+)\.(\d+)/i, 3, 267, 0],
  [/aws-sdk-php\/(\d+)\.(\d+)\.(\d+)/i, 3, 403, 3],
  [/aws-sdk-dotnet-core\/(\d+)\.(\d+)\.(\d+)/i, 4, 0, 103],
];

/** The generation of the SDK that a user agent names; the earlier one for what nobody knows. */
export function generationOf(userAgent = ""): Generation {
  for (const [pattern, ...first] of FIRST) {
    const found = pattern.exec(userAgent);
    if (found) return isAtLeast(found.slice(1, 4).map(Number), first) ? SINCE : BEFORE;
  }
  return BEFORE;
}

function isAtLeast(version: readonly number[], first: readonly number[]): boolean {
  for (const [at, number] of first.entries()) if (version[at] !== number) return sure(version[at]) > number;
  return true;
}
