/** How an SDK retries, as far as its user agent tells. Source: AWS's announcement of 10 November 2026, checked in botocore 1.44. */
export interface Generation {
  readonly name: "since 2026-11" | "before 2026-11";
  /** Does it wait for as long as `x-amz-retry-after` says, by at most five seconds more than by itself? */
  readonly obeysHints: boolean;
  /** The longest wait before attempt n + 2 (n from 0), in milliseconds. */
  longestWaitMs(n: number, about: { readonly service: string; readonly isThrottle: boolean }): number;
  /** What an attempt after a failure takes of the 500 tokens. */
  tokens(about: { readonly isThrottle: boolean; readonly isTimeout: boolean }): number;
}

const CAP_MS = 20_000;

const SINCE: Generation = {
  name: "since 2026-11",
  obeysHints: true,
  longestWaitMs(n, { service, isThrottle }) {
    const base = isThrottle ? 1000 : /^dynamodb(?:streams)?$/.test(service) ? 25 : 50;
    return Math.min(CAP_MS, base * 2 ** n);
  },
  tokens: ({ isThrottle }) => (isThrottle ? 5 : 14),
};

/** How long the waits of an earlier SDK began, in milliseconds: of a throttle, of anything else. */
interface Base {
  readonly throttleMs: number;
  readonly otherMs: number;
}

/** SDKs differed: the longest of what they did. */
const USUAL: Base = { throttleMs: 1000, otherMs: 1000 };

const before = (baseFor: (service: string) => Base): Generation => ({
  name: "before 2026-11",
  obeysHints: false,
  longestWaitMs(n, { service, isThrottle }) {
    const { throttleMs, otherMs } = baseFor(service);
    return Math.min(CAP_MS, (isThrottle ? throttleMs : otherMs) * 2 ** n);
  },
  tokens: ({ isTimeout }) => (isTimeout ? 10 : 5),
});

const BEFORE = before(() => USUAL);
/** `@smithy/util-retry`: DEFAULT_RETRY_DELAY_BASE, THROTTLING_RETRY_DELAY_BASE. */
const JAVASCRIPT = before(() => ({ throttleMs: 500, otherMs: 100 }));
/** botocore's _retry.json: ten attempts at DynamoDB, but short waits. */
const LEGACY_PYTHON = before((service) => (service === "dynamodb" ? { throttleMs: 50, otherMs: 50 } : USUAL));

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
    if (found) return isAtLeast(found.slice(1, 4).map(Number), first) ? SINCE : earlier(userAgent);
  }
  return BEFORE;
}

function earlier(userAgent: string): Generation {
  if (/aws-sdk-js\//i.test(userAgent)) return JAVASCRIPT;
  return /Botocore\//i.test(userAgent) && /cfg\/retry-mode#legacy/.test(userAgent) ? LEGACY_PYTHON : BEFORE;
}

function isAtLeast(version: readonly number[], first: readonly number[]): boolean {
  for (const [at, number] of first.entries()) {
    const its = version[at] ?? 0;
    if (its !== number) return its > number;
  }
  return true;
}
