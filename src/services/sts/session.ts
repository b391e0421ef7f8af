import { sessionLifetimeMs } from "../../aws/session-lifetime.ts";
import type { Caller } from "../../core/call.ts";
import type { Session } from "../../core/credentials.ts";
import { readJson } from "../../core/read-json.ts";
import type { Context } from "../../core/service.ts";
import { sure } from "../../core/sure.ts";
import type * as STS from "../../models/generated/sts.ts";
import { chainedDurationTooLong, durationTooLong, malformedPolicy } from "./errors.ts";
import type { Role } from "./role.ts";

const DEFAULT_SECONDS = 3600;
const LONGEST_CHAINED_SECONDS = 3600;
/** Session policies and tags share these characters when packed. */
const PACKED_CHARACTERS = 2048;

/** What goes along with a session. */
export type SessionRequest = Omit<Session, "issuedAtMs">;

/** Makes temporary credentials of a principal. */
export function issue(
  principal: Pick<Caller, "account" | "arn" | "userId" | "roleArn">,
  seconds: number,
  ctx: Context,
  session?: SessionRequest,
): STS.Credentials {
  const { arn, roleArn } = principal;
  const lifetimeMs = sessionLifetimeMs(roleArn ?? arn, seconds * 1000, (...at) => ctx.hits(...at));
  const made = ctx.host.credentials.issue(principal, lifetimeMs, session);
  return {
    AccessKeyId: made.accessKeyId,
    SecretAccessKey: made.secretAccessKey,
    SessionToken: sure(made.sessionToken),
    Expiration: new Date(sure(made.expiresAt)),
  };
}

/** A session of a role: its credentials and who they are. */
export function startSession(
  role: Role,
  sessionName: string,
  seconds: number | undefined,
  ctx: Context,
  session?: SessionRequest,
) {
  const lasts = seconds ?? Math.min(DEFAULT_SECONDS, role.maxSessionSeconds);
  if (lasts > role.maxSessionSeconds) throw durationTooLong();
  const arn = `arn:${role.partition}:sts::${role.account}:assumed-role/${role.name}/${sessionName}`;
  const userId = `${role.id}:${sessionName}`;
  const principal = { account: role.account, arn, userId, roleArn: role.arn };
  return {
    Credentials: issue(principal, lasts, ctx, session),
    AssumedRoleUser: { AssumedRoleId: userId, Arn: arn },
  };
}

/** A session that a session starts lasts an hour at most. @throws AwsError `ValidationError` */
export function checkChaining(seconds: number | undefined, ctx: Context): void {
  const isChained = ctx.caller.roleArn !== undefined;
  if (isChained && (seconds ?? 0) > LONGEST_CHAINED_SECONDS) throw chainedDurationTooLong();
}

/**
 * How much of the room for session policies and tags is used, in percent; absent when none are given.
 * @throws AwsError `MalformedPolicyDocument`
 */
export function packedSize(input: {
  readonly Policy?: string;
  readonly PolicyArns?: readonly unknown[];
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
}): { PackedPolicySize?: number } {
  const { Policy: policy, PolicyArns: arns = [], Tags: tags = [] } = input;
  if (policy !== undefined && !isJsonObject(policy)) throw malformedPolicy();
  if (policy === undefined && arns.length === 0 && tags.length === 0) return {};
  const size =
    (policy?.length ?? 0) +
    JSON.stringify(arns).length +
    tags.reduce((sum, { Key, Value }) => sum + Key.length + Value.length, 0);
  return { PackedPolicySize: Math.min(100, Math.ceil((size / PACKED_CHARACTERS) * 100)) };
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = readJson(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
