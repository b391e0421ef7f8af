import { Tagging } from "../../aws/tags.ts";
import type { Session } from "../../core/credentials.ts";
import type { Context } from "../../core/service.ts";
import type * as STS from "../../models/generated/sts.ts";
import {
  duplicateTags,
  invalidTag,
  sourceIdentityIsSet,
  tooManyTags,
  transitiveTagConflict,
  transitiveTagMissing,
} from "./errors.ts";
import type { SessionRequest } from "./session.ts";

type Request = Pick<
  STS.AssumeRoleRequest,
  "Policy" | "PolicyArns" | "Tags" | "TransitiveTagKeys" | "SourceIdentity" | "SerialNumber"
>;

/**
 * What a session is asked for with, and what it has of the session that starts it: transitive tags and the source identity.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
 * @throws AwsError `InvalidParameterValue`, `AccessDenied`
 */
export function sessionRequest(input: Request, ctx: Context): SessionRequest {
  const caller = ctx.host.credentials.find(ctx.caller.accessKeyId)?.session;
  const kept = inherited(caller);
  const tags = sessionTags(input.Tags);
  const asked = tags.map(({ Key }) => Key.toLowerCase());
  if (new Set(asked).size < asked.length) throw duplicateTags();
  if (asked.some((key) => kept.some(([name]) => name.toLowerCase() === key))) throw transitiveTagConflict();
  const transitive = input.TransitiveTagKeys ?? [];
  if (transitive.some((key) => !asked.includes(key.toLowerCase()))) throw transitiveTagMissing();
  const sourceIdentity = input.SourceIdentity ?? caller?.sourceIdentity;
  if (caller?.sourceIdentity !== undefined && sourceIdentity !== caller.sourceIdentity)
    throw sourceIdentityIsSet(ctx.caller.arn);
  return {
    ...policiesOf(input),
    tags: Object.fromEntries([...kept, ...tags.map(({ Key, Value }) => [Key, Value] as const)]),
    transitive: [...kept.map(([key]) => key), ...transitive],
    ...(sourceIdentity !== undefined && { sourceIdentity }),
    ...(input.SerialNumber !== undefined && { isMfa: true }),
  };
}

const tagging = new Tagging({ errors: { tooMany: tooManyTags, invalid: invalidTag } });

/** Tags of a session, as they may be. @throws AwsError */
export function sessionTags(tags: Request["Tags"] = []): NonNullable<Request["Tags"]> {
  tagging.read(tags);
  return tags;
}

/** Policies that narrow a session. */
export function policiesOf({ Policy, PolicyArns }: Request): Pick<SessionRequest, "policy" | "policyArns"> {
  const arns = (PolicyArns ?? []).flatMap(({ arn }) => arn ?? []);
  return {
    ...(Policy !== undefined && { policy: Policy }),
    ...(arns.length > 0 && { policyArns: arns }),
  };
}

function inherited({ tags = {}, transitive = [] }: Partial<Session> = {}): [string, string][] {
  const keys = new Set(transitive.map((key) => key.toLowerCase()));
  return Object.entries(tags).filter(([key]) => keys.has(key.toLowerCase()));
}
