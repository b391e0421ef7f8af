import { AwsError } from "../../core/aws-error.ts";
import type { Call } from "../../core/call.ts";
import type { EffectContext, FaultEffect, FaultRule } from "../../core/fault.ts";
import { sure } from "../../core/sure.ts";
import { refusalOf, SKEWED } from "../auth-errors.ts";

interface ClockSkewParams {
  readonly ms: number;
  readonly direction: "behind" | "ahead";
}

const MINUTE_MS = 60_000;
/** More than any service lets pass. */
const DEFAULT_MS = 20 * MINUTE_MS;

/** By access key: how far the caller's clock was from ours at its first call. A rule's callers go when the rule goes. */
const firstSeen = new WeakMap<FaultRule, Map<string, number>>();
const REMEMBERED_CALLERS = 10_000;

/**
 * The caller's clock seems wrong: AWS refuses its signatures and says in the Date header what the time is. An SDK that
 * corrects itself by that header gets through with its next attempt; its signature is then as old as AWS expects.
 */
const clockSkew: FaultEffect<ClockSkewParams> = {
  name: "clock-skew",
  description:
    "Answers as AWS does when the caller's clock is wrong: with the signature error of the service and the right time in the Date header, until the caller has corrected itself.",
  parameters: {
    ms: { type: "duration", unit: "ms", description: "How wrong.", min: 1, default: DEFAULT_MS },
    direction: {
      type: "string",
      description: "Which way the caller's clock is wrong.",
      values: ["behind", "ahead"],
      default: "behind",
    },
  },
  // Only what comes over the wire is signed.
  onTheWire: true,
  shorthand: (value) => ({ ms: value }),
  ends: () => true,

  fires(params, call, ctx) {
    const signedMs = signedAt(call);
    if (signedMs === undefined) return false;
    return Math.abs(rightTime(params, call, signedMs, ctx) - signedMs) > toleranceMs(call);
  },

  async apply(params, call, _next, ctx) {
    const signedMs = sure(signedAt(call)); // A call without a signature is passed over.
    const rightMs = rightTime(params, call, signedMs, ctx);
    return { kind: "error", error: refusal(call, ctx.protocol, signedMs, rightMs) };
  },
};

export default clockSkew;

/** When the request was signed, in epoch milliseconds; undefined for one that has no date (a call between services). */
function signedAt({ headers }: Call): number | undefined {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(headers["x-amz-date"] ?? "") ?? [];
  return second === undefined
    ? undefined
    : Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
}

/** What time it is for the caller, if its clock was wrong by so much at its first call. */
function rightTime(
  { ms, direction }: ClockSkewParams,
  { caller }: Call,
  signedMs: number,
  { rule, clock }: EffectContext,
): number {
  const nowMs = clock.now();
  const callers = firstSeen.get(rule) ?? new Map<string, number>();
  firstSeen.set(rule, callers);
  const distanceMs = callers.get(caller.accessKeyId) ?? signedMs - nowMs;
  if (callers.size < REMEMBERED_CALLERS) callers.set(caller.accessKeyId, distanceMs);
  return nowMs + distanceMs + (direction === "behind" ? ms : -ms);
}

/** S3 takes signatures for fifteen minutes, the others for five. */
function toleranceMs({ service }: Call): number {
  return (service === "s3" ? 15 : 5) * MINUTE_MS;
}

function refusal(call: Call, protocol: string, signedMs: number, rightMs: number): AwsError {
  const headers = { date: new Date(rightMs).toUTCString() };
  const isExpired = signedMs < rightMs;
  const limitMs = isExpired ? rightMs - 5 * MINUTE_MS : rightMs + 5 * MINUTE_MS;
  const message = isExpired
    ? `Signature expired: ${basic(signedMs)} is now earlier than ${basic(limitMs)} (${basic(rightMs)} - 5 min.)`
    : `Signature not yet current: ${basic(signedMs)} is still later than ${basic(limitMs)} (${basic(rightMs)} + 5 min.)`;
  const error = new AwsError(SKEWED, message, { status: 403, headers });
  return refusalOf(error, call.service, protocol);
}

/** `20261123T222140Z` */
function basic(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;
}
