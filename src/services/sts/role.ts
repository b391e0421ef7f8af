import { createHash } from "node:crypto";
import { parseArn } from "../../core/arn.ts";
import { AwsError } from "../../core/aws-error.ts";
import { type PolicyDocument, readPolicy } from "../../core/policy.ts";
import type { Context } from "../../core/service.ts";
import type * as IAM from "../../models/generated/iam.ts";
import { invalidArn } from "./errors.ts";

/** A role that is to be assumed. */
export interface Role {
  readonly arn: string;
  readonly account: string;
  readonly partition: string;
  /** Without its path. */
  readonly name: string;
  /** `AROA…` */
  readonly id: string;
  readonly maxSessionSeconds: number;
  /** The trust policy; absent for a role that IAM does not know. */
  readonly trust?: PolicyDocument;
}

const DEFAULT_MAX_SESSION_SECONDS = 43_200;
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/**
 * Reads a role from its ARN, and from IAM when it is there.
 * @throws AwsError `ValidationError` for an ARN that is none of a role
 */
export async function findRole(arn: string, ctx: Context): Promise<Role> {
  const parsed = parseArn(arn);
  const name = parsed?.resource.startsWith("role/") ? parsed.resource.split("/").at(-1) : undefined;
  if (parsed?.service !== "iam" || !/^\d{12}$/.test(parsed.account) || !name) throw invalidArn(arn);
  const place = { arn, account: parsed.account, partition: parsed.partition, name };
  const known = ctx.host.serves("iam") ? await readRole(name, parsed.account, ctx) : undefined;
  if (!known || known.Arn !== arn) {
    return { ...place, id: idOf(arn), maxSessionSeconds: DEFAULT_MAX_SESSION_SECONDS };
  }
  return {
    ...place,
    id: known.RoleId,
    maxSessionSeconds: known.MaxSessionDuration ?? DEFAULT_MAX_SESSION_SECONDS,
    trust: readPolicy(decodeURIComponent(known.AssumeRolePolicyDocument ?? "{}")) ?? { Statement: [] },
  };
}

async function readRole(RoleName: string, account: string, ctx: Context): Promise<IAM.Role | undefined> {
  try {
    return (await ctx.call<IAM.GetRoleResponse>("iam", "GetRole", { RoleName }, { account })).Role;
  } catch (error) {
    // IAM does not know it, or does not answer: STS works on its own then.
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}

/** The id of a role that nobody made: always the same for the same ARN. */
function idOf(arn: string): string {
  const digest = createHash("sha256").update(arn).digest();
  return `AROA${[...digest.subarray(0, 17)].map((byte) => BASE32[byte & 31]).join("")}`;
}
