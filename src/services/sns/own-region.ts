import { parseArn } from "../../core/arn.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as SNS from "../../models/generated/sns.ts";
import { invalidParameter } from "./errors.ts";
import { isSigned } from "./signed.ts";

const ARNS = [
  "TopicArn",
  "TargetArn",
  "SubscriptionArn",
  "ResourceArn",
  "PlatformApplicationArn",
  "EndpointArn",
] as const;

/**
 * A client's ARNs are of the region that it calls, or `Invalid parameter: TopicArn`: recorded for Subscribe, inferred for
 * the other members. What one service sends to another goes to any region.
 */
export function ofOwnRegion(handlers: Handlers<SNS.Operations>): Handlers<SNS.Operations> {
  const checked = Object.entries(handlers).map(([operation, handler]) => [
    operation,
    (input: object, ctx: Context) => {
      // Who follows a URL of a message says no region; a token has its own.
      if (ctx.request && operation !== "ConfirmSubscription" && isSigned(ctx))
        checkRegion(input as Record<string, unknown>, ctx.region);
      return (handler as (input: object, ctx: Context) => unknown)(input, ctx);
    },
  ]);
  return Object.fromEntries(checked) as Handlers<SNS.Operations>;
}

function checkRegion(input: Readonly<Record<string, unknown>>, region: string): void {
  for (const member of ARNS) {
    const arn = input[member];
    if (typeof arn !== "string") continue;
    const other = parseArn(arn)?.region;
    if (other !== undefined && other !== "" && other !== region) throw invalidParameter(member);
  }
}
