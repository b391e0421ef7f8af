import { parseArn, partitionOf } from "../../core/arn.ts";
import type { Handlers } from "../../core/service.ts";
import type * as STS from "../../models/generated/sts.ts";
import { invalidArn } from "./errors.ts";
import { issue, packedSize } from "./session.ts";
import { policiesOf, sessionTags } from "./session-tags.ts";

const DEFAULT_SECONDS = 43_200;
/** What the root of an account gets at most. */
const ROOT_SECONDS = 3600;
const ASSUME_ROOT_SECONDS = 900;

export const tokens: Handlers<STS.Operations> = {
  GetSessionToken(input, ctx) {
    return { Credentials: issue(ctx.caller, lifetime(input.DurationSeconds, ctx.caller.arn), ctx) };
  },

  GetFederationToken(input, ctx) {
    const packed = packedSize(input);
    const { account, arn: callerArn } = ctx.caller;
    const arn = `arn:${partitionOf(ctx.region)}:sts::${account}:federated-user/${input.Name}`;
    const userId = `${account}:${input.Name}`;
    return {
      Credentials: issue({ account, arn, userId }, lifetime(input.DurationSeconds, callerArn), ctx, {
        ...policiesOf(input),
        tags: Object.fromEntries(sessionTags(input.Tags).map(({ Key, Value }) => [Key, Value])),
        issuer: callerArn,
      }),
      FederatedUser: { FederatedUserId: userId, Arn: arn },
      // Said also when nothing is packed, unlike in AssumeRole's answer (recorded in June 2024).
      PackedPolicySize: 0,
      ...packed,
    };
  },

  AssumeRoot(input, ctx) {
    const target = input.TargetPrincipal;
    const account = /^\d{12}$/.test(target) ? target : parseArn(target)?.account;
    if (!account || !/^\d{12}$/.test(account)) throw invalidArn(target);
    const arn = `arn:${partitionOf(ctx.region)}:iam::${account}:root`;
    const seconds = input.DurationSeconds ?? ASSUME_ROOT_SECONDS;
    return { Credentials: issue({ account, arn, userId: account }, seconds, ctx) };
  },
};

/** Root's sessions last an hour, whatever is asked for. */
function lifetime(seconds: number | undefined, callerArn: string): number {
  const asked = seconds ?? DEFAULT_SECONDS;
  return callerArn.endsWith(":root") ? Math.min(asked, ROOT_SECONDS) : asked;
}
