import type { Handlers } from "../../core/service.ts";
import type * as STS from "../../models/generated/sts.ts";
import { findRole } from "./role.ts";
import { checkChaining, packedSize, startSession } from "./session.ts";
import { sessionRequest } from "./session-tags.ts";
import { callerNames, checkTrust } from "./trust.ts";

export const roles: Handlers<STS.Operations> = {
  async AssumeRole(input, ctx) {
    const role = await findRole(input.RoleArn, ctx);
    const packed = packedSize(input);
    checkChaining(input.DurationSeconds, ctx);
    const session = sessionRequest(input, ctx);
    checkTrust(role, "sts:AssumeRole", { type: "AWS", names: callerNames(ctx) }, contextOf(input), ctx);
    return {
      ...startSession(role, input.RoleSessionName, input.DurationSeconds, ctx, session),
      ...packed,
      ...(session.sourceIdentity && { SourceIdentity: session.sourceIdentity }),
    };
  },
};

/** Condition keys that a trust policy can ask about. */
function contextOf(input: STS.AssumeRoleRequest): Record<string, string[]> {
  const context: Record<string, string[]> = { "sts:RoleSessionName": [input.RoleSessionName] };
  if (input.ExternalId) context["sts:ExternalId"] = [input.ExternalId];
  if (input.SourceIdentity) context["sts:SourceIdentity"] = [input.SourceIdentity];
  if (input.SerialNumber) context["aws:MultiFactorAuthPresent"] = ["true"];
  for (const { Key, Value } of input.Tags ?? []) context[`aws:RequestTag/${Key}`] = [Value];
  if (input.Tags?.length) context["aws:TagKeys"] = input.Tags.map(({ Key }) => Key);
  return context;
}
