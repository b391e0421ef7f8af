import type { Handlers } from "../../core/service.ts";
import type * as S3 from "../../models/generated/s3.ts";
import { notConfigured } from "./errors.ts";
import type { OpenBucket, OpenBuckets } from "./open-buckets.ts";
import { checkPolicy, type Meant, parsePolicy } from "./policy-checks.ts";
import { checkPublicPolicy } from "./public-access.ts";
import { isPublic } from "./public-policy.ts";

export const bucketPolicies = (open: OpenBuckets): Handlers<S3.Operations> => ({
  PutBucketPolicy(input, ctx) {
    const bucket = open.of(input, ctx);
    const statements = checkPolicy(input.Policy ?? "", (resource) => meantIn(bucket, resource));
    checkPublicPolicy(bucket, statements.some(isPublic), ctx);
    bucket.set("policy", input.Policy);
  },

  GetBucketPolicy(input, ctx) {
    return { Policy: policyOf(open.of(input, ctx)) };
  },

  DeleteBucketPolicy(input, ctx) {
    open.of(input, ctx).set("policy", undefined);
  },

  GetBucketPolicyStatus(input, ctx) {
    const { Statement } = parsePolicy(policyOf(open.of(input, ctx)));
    return { PolicyStatus: { IsPublic: [Statement].flat().some(isPublic) } };
  },
});

/** @throws AwsError `NoSuchBucketPolicy` */
function policyOf(bucket: OpenBucket): string {
  const policy = bucket.record.settings["policy"] as string | undefined;
  if (policy === undefined)
    throw notConfigured("NoSuchBucketPolicy", "The bucket policy does not exist", bucket.name);
  return policy;
}

/** What of a bucket a pattern may be: what stands before its first wildcard or variable decides. */
function meantIn({ arn }: OpenBucket, resource: string): Meant | undefined {
  const [start = ""] = resource.split(/[*?$]/, 1);
  const isInside = start.startsWith(`${arn}/`);
  if (start === resource)
    return start === arn || isInside ? { isBucket: !isInside, isObject: isInside } : undefined;
  const canBe = start === arn || isInside || (start.startsWith("arn:") && arn.startsWith(start));
  return canBe ? { isBucket: !isInside, isObject: true } : undefined;
}
