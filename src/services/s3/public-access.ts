import { evaluatePolicies, readPolicy } from "../../core/policy.ts";
import type { Context } from "../../core/service.ts";
import { mayBeAccessPoint } from "./access-point.ts";
import { type AccessBlock, accountBlockOf } from "./account-settings.ts";
import { ALL_USERS, AUTHENTICATED_USERS, ownerOwnsAll } from "./acl.ts";
import { actionsOf } from "./actions.ts";
import { accessDenied, anonymousCopy } from "./errors.ts";
import type { Grant } from "./object.ts";
import type { OpenBucket, OpenBuckets } from "./open-buckets.ts";

/** What is blocked in a bucket: by itself, or in all buckets of its account. */
function blockOf(bucket: OpenBucket): AccessBlock {
  const own = (bucket.record.settings["publicAccessBlock"] ?? {}) as AccessBlock;
  const all = accountBlockOf(bucket.store);
  if (all === undefined) return own;
  return {
    BlockPublicAcls: !!(own.BlockPublicAcls || all.BlockPublicAcls),
    IgnorePublicAcls: !!(own.IgnorePublicAcls || all.IgnorePublicAcls),
    BlockPublicPolicy: !!(own.BlockPublicPolicy || all.BlockPublicPolicy),
    RestrictPublicBuckets: !!(own.RestrictPublicBuckets || all.RestrictPublicBuckets),
  };
}

export const isPublicGrant = ({ Grantee }: Grant) =>
  Grantee?.URI === ALL_USERS || Grantee?.URI === AUTHENTICATED_USERS;

/** @throws AwsError `AccessDenied` for grants to everybody where those are blocked */
export function checkPublicGrants(
  bucket: OpenBucket,
  grants: readonly Grant[] | undefined,
  action: string,
  ctx: Context,
): void {
  if (!grants?.some(isPublicGrant) || !blockOf(bucket).BlockPublicAcls) return;
  throw accessDenied(
    `User: ${ctx.caller.arn} is not authorized to perform: ${action} on resource: "${bucket.arn}" because public access control lists (ACLs) are prevented by the BlockPublicAcls setting in S3 Block Public Access.`,
  );
}

/** @throws AwsError `AccessDenied` for a policy that opens the bucket where those are blocked */
export function checkPublicPolicy(bucket: OpenBucket, isPublic: boolean, ctx: Context): void {
  if (!isPublic || !blockOf(bucket).BlockPublicPolicy) return;
  throw accessDenied(
    `User: ${ctx.caller.arn} is not authorized to perform: s3:PutBucketPolicy on resource: "${bucket.arn}" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.`,
  );
}

/** Has nobody signed the request? */
export function isAnonymous({ request, headers }: Context): boolean {
  if (!request || headers["authorization"] !== undefined) return false;
  return !/(?:^|&)(?:X-Amz-)?Signature=/i.test(request.query);
}

interface AnonymousInput {
  readonly Bucket?: string;
  readonly Key?: string;
  readonly CopySource?: string;
  readonly Delete?: { readonly Objects?: readonly { readonly Key?: string }[] };
}

/**
 * May somebody whom nobody knows do this?
 * @throws AwsError `AccessDenied`
 */
export function checkAnonymous(
  open: OpenBuckets,
  operation: string,
  input: AnonymousInput,
  ctx: Context,
): void {
  if (operation === "CreateBucket" || input.Bucket === undefined) throw accessDenied();
  const bucket = open.of(input, ctx);
  // Nobody knows whether somebody unknown may read the source.
  if (input.CopySource !== undefined) throw anonymousCopy();
  const point = mayBeAccessPoint(input.Bucket) ? open.accessPoint(input.Bucket, ctx) : undefined;
  if (point?.block.RestrictPublicBuckets) throw accessDenied();
  const keys = input.Delete?.Objects?.map(({ Key }) => Key) ?? [input.Key];
  for (const action of actionsOf(operation, input as Readonly<Record<string, unknown>>))
    for (const key of keys) if (!isOpen(bucket, action, key, ctx)) throw accessDenied();
}

/** Is an action open to everybody, by the bucket's policy or an ACL? */
export function isOpen(bucket: OpenBucket, action: string, key: string | undefined, ctx: Context): boolean {
  const policy = readPolicy((bucket.record.settings["policy"] as string | undefined) ?? "");
  const { decision } = evaluatePolicies(policy ? [policy] : [], {
    action,
    resource: key === undefined ? bucket.arn : `${bucket.arn}/${key}`,
    principal: { type: "AWS", names: ["*"] },
    context: {
      "aws:SourceIp": [ctx.request?.remoteAddress ?? "127.0.0.1"],
      "aws:SecureTransport": ["true"],
      "aws:Referer": [ctx.headers["referer"] ?? ""],
      "aws:UserAgent": [ctx.headers["user-agent"] ?? ""],
    },
  });
  if (decision === "explicitDeny") return false;
  if (decision === "allowed" && !blockOf(bucket).RestrictPublicBuckets) return true;
  if (blockOf(bucket).IgnorePublicAcls || ownerOwnsAll(bucket)) return false;
  return isGranted(bucket, action, key);
}

const OBJECT_PERMISSIONS: Readonly<Record<string, string>> = {
  "s3:GetObject": "READ",
  "s3:GetObjectAcl": "READ_ACP",
  "s3:PutObjectAcl": "WRITE_ACP",
};
const BUCKET_PERMISSIONS: Readonly<Record<string, string>> = {
  "s3:ListBucket": "READ",
  "s3:ListBucketVersions": "READ",
  "s3:ListBucketMultipartUploads": "READ",
  "s3:PutObject": "WRITE",
  "s3:DeleteObject": "WRITE",
  "s3:GetBucketAcl": "READ_ACP",
  "s3:PutBucketAcl": "WRITE_ACP",
};

function isGranted(bucket: OpenBucket, action: string, key: string | undefined): boolean {
  const ofObject = OBJECT_PERMISSIONS[action];
  const grants =
    ofObject === undefined
      ? (bucket.record.settings["acl"] as readonly Grant[] | undefined)
      : bucket.objects.current(key ?? "")?.grants;
  const permission = ofObject ?? BUCKET_PERMISSIONS[action];
  if (permission === undefined) return false;
  return (grants ?? []).some(
    (grant) =>
      grant.Grantee?.URI === ALL_USERS &&
      (grant.Permission === permission || grant.Permission === "FULL_CONTROL"),
  );
}
