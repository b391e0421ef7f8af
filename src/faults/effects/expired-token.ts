import { AwsError } from "../../core/aws-error.ts";
import type { Call } from "../../core/call.ts";
import type { FaultEffect, FaultRule } from "../../core/fault.ts";
import { refusalOf } from "../auth-errors.ts";

interface ExpiredTokenParams {
  readonly after: number;
}

interface Credentials {
  readonly accessKeyId: string;
  readonly firstSeenMs: number;
}

/** By principal: the credentials that it came with first. A rule's callers go when the rule goes. */
const firstSeen = new WeakMap<FaultRule, Map<string, Credentials>>();
const REMEMBERED_CALLERS = 10_000;

/**
 * Session credentials that stop being valid before the time that was said: a role's session was revoked, a container's or an
 * instance's metadata gave old ones. An SDK that fetches new ones gets through with them.
 */
const expiredToken: FaultEffect<ExpiredTokenParams> = {
  name: "expired-token",
  description:
    "Refuses the session credentials that a caller comes with first as expired, in the service's own words, until it comes with others. Keys without a session token do not expire.",
  parameters: {
    after: {
      type: "duration",
      unit: "ms",
      description: "How long they are still valid from their first call on.",
      min: 0,
      default: 0,
    },
  },
  // Only what comes over the wire is signed.
  onTheWire: true,
  shorthand: (value) => ({ after: value }),
  ends: () => true,

  fires({ after }, call, { rule, clock }) {
    if (!hasSessionToken(call)) return false;
    const { arn, accessKeyId } = call.caller;
    const callers = firstSeen.get(rule) ?? new Map<string, Credentials>();
    firstSeen.set(rule, callers);
    const first = callers.get(arn) ?? { accessKeyId, firstSeenMs: clock.now() };
    if (callers.size < REMEMBERED_CALLERS) callers.set(arn, first);
    return first.accessKeyId === accessKeyId && clock.now() - first.firstSeenMs >= after;
  },

  async apply(_params, call, _next, ctx) {
    const error = new AwsError("ExpiredToken", "The security token included in the request is expired", {
      status: 403,
    });
    return { kind: "error", error: refusalOf(error, call.service, ctx.protocol) };
  },
};

export default expiredToken;

/** In a header, or in the query of a presigned URL. */
function hasSessionToken({
  headers,
  request,
}: Call & { readonly request?: { readonly query: string } }): boolean {
  return (
    headers["x-amz-security-token"] !== undefined ||
    /(?:^|&)X-Amz-Security-Token=/i.test(request?.query ?? "")
  );
}
