import { isResourceStatement } from "../../core/policy.ts";
import type { Handlers } from "../../core/service.ts";
import type * as S3 from "../../models/generated/s3.ts";
import { malformedPolicy, notConfigured } from "./errors.ts";
import type { OpenBucket, OpenBuckets } from "./open-buckets.ts";
import { checkPublicPolicy } from "./public-access.ts";

const LARGEST_BYTES = 20 * 1024;

export const bucketPolicies = (open: OpenBuckets): Handlers<S3.Operations> => ({
  PutBucketPolicy(input, ctx) {
    const bucket = open.of(input, ctx);
    const policy = checkPolicy(input.Policy ?? "", bucket);
    checkPublicPolicy(bucket, [policy.Statement].flat().some(isPublic), ctx);
    bucket.set("policy", input.Policy);
  },

  GetBucketPolicy(input, ctx) {
    return { Policy: policyOf(open.of(input, ctx)) };
  },

  DeleteBucketPolicy(input, ctx) {
    open.of(input, ctx).set("policy", undefined);
  },

  GetBucketPolicyStatus(input, ctx) {
    const policy = JSON.parse(policyOf(open.of(input, ctx))) as PolicyDocument;
    return { PolicyStatus: { IsPublic: [policy.Statement].flat().some(isPublic) } };
  },
});

interface Statement {
  readonly Effect?: string;
  readonly Principal?: unknown;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Resource?: string | readonly string[];
  readonly NotResource?: unknown;
  readonly Condition?: object;
}
interface PolicyDocument {
  readonly Version?: string;
  readonly Statement: Statement | Statement[];
}

/** @throws AwsError `NoSuchBucketPolicy` */
function policyOf(bucket: OpenBucket): string {
  const policy = bucket.record.settings["policy"] as string | undefined;
  if (policy === undefined)
    throw notConfigured("NoSuchBucketPolicy", "The bucket policy does not exist", bucket.name);
  return policy;
}

/** Open to everybody, and under no condition. https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html */
export function isPublic({ Effect, Principal, Condition }: Statement): boolean {
  const principals =
    typeof Principal === "object" && Principal !== null ? Object.values(Principal).flat() : [Principal];
  return Effect === "Allow" && principals.includes("*") && Condition === undefined;
}

/** @throws AwsError `MalformedPolicy` */
function checkPolicy(text: string, bucket: OpenBucket): PolicyDocument {
  const policy = parsePolicy(text);
  if (Buffer.byteLength(text) > LARGEST_BYTES)
    throw malformedPolicy(`Policies must not be larger than ${LARGEST_BYTES} bytes`);
  if (policy.Statement === undefined) throw malformedPolicy("Missing required field Statement");
  for (const statement of [policy.Statement].flat()) {
    if (typeof statement !== "object" || statement === null) throw malformedPolicy("Invalid policy syntax.");
    const { Effect, Principal, Resource } = statement;
    if (Effect !== "Allow" && Effect !== "Deny") {
      throw malformedPolicy(
        Effect === undefined ? "Missing required field Effect" : `Invalid effect: ${Effect}`,
      );
    }
    if (Principal === undefined && !("NotPrincipal" in statement))
      throw malformedPolicy("Missing required field Principal");
    if (statement.Action === undefined && statement.NotAction === undefined)
      throw malformedPolicy("Missing required field Action");
    if (Resource === undefined && statement.NotResource === undefined)
      throw malformedPolicy("Missing required field Resource");
    if (!isResourceStatement(statement)) throw malformedPolicy("Invalid policy syntax.");
    for (const resource of [Resource ?? []].flat()) {
      if (!canBeOf(bucket, resource)) throw malformedPolicy("Policy has invalid resource");
    }
  }
  return policy;
}

/** May a pattern be the bucket, or something in it? What stands before its first wildcard or variable decides. */
function canBeOf({ arn }: OpenBucket, resource: string): boolean {
  const [start = ""] = resource.split(/[*?$]/, 1);
  if (start === resource) return resource === arn || resource.startsWith(`${arn}/`);
  return start === arn || start.startsWith(`${arn}/`) || arn.startsWith(start);
}

export function parsePolicy(text: string): PolicyDocument {
  const refuse = () => malformedPolicy("Policies must be valid JSON and the first byte must be '{'");
  if (!text.startsWith("{")) throw refuse();
  try {
    return JSON.parse(text) as PolicyDocument;
  } catch {
    throw refuse();
  }
}
