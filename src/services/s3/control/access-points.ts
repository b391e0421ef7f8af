import { page } from "../../../aws/page.ts";
import type { Context, Handlers } from "../../../core/service.ts";
import type * as S3Control from "../../../models/generated/s3control.ts";
import { type AccessPointRecord, accessPointArn, accessPointRecords, MOST_OF_NAME } from "../access-point.ts";
import { accessDenied, invalidRequest } from "../errors.ts";
import { bucketsOf } from "../open-buckets.ts";
import { checkPolicy, type Meant, parsePolicy } from "../policy-checks.ts";
import { isPublic } from "../public-policy.ts";
import { completeAccessBlock } from "../setting-checks.ts";
import { findAccessPoint, saveAccessPoint } from "./access-point.ts";
import { checkAccount } from "./account.ts";
import { accessPointExists, badName, noAccessPointPolicy } from "./errors.ts";
import { checkedTags, tagging } from "./tags.ts";

const MOST_LISTED = 1000;
const RANDOM_LETTERS = 34;
const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
const ALL_BLOCKED = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_CreateAccessPoint.html and its neighbours */
export const accessPoints: Handlers<S3Control.Operations> = {
  async CreateAccessPoint(input, ctx) {
    checkAccount(input, ctx);
    const { Name: name, PublicAccessBlockConfiguration: block, VpcConfiguration: vpc } = input;
    checkName(name);
    if (input.Scope !== undefined) throw invalidRequest("Scope is only supported for directory buckets.");
    const bucket = (await bucketsOf(ctx.host)).find(input.Bucket ?? "");
    const owner = input.BucketAccountId ?? ctx.account;
    if (!bucket || bucket.record.region !== ctx.region)
      throw invalidRequest("Amazon S3 AccessPoint can only be created for existing bucket");
    if (bucket.record.account !== owner) throw accessDenied();
    if (ctx.store.collection(accessPointRecords).get([ctx.region, name])) throw accessPointExists(name);
    const tags = input.Tags && tagging.read(checkedTags(input.Tags));
    const point: AccessPointRecord = {
      name,
      account: ctx.account,
      region: ctx.region,
      alias: aliasOf(name, ctx),
      bucket: bucket.name,
      bucketAccount: owner,
      createdAtMs: ctx.clock.now(),
      ...(vpc?.VpcId !== undefined && { vpcId: vpc.VpcId }),
      block: block === undefined ? ALL_BLOCKED : completeAccessBlock(block),
      ...(tags && { tags }),
    };
    saveAccessPoint(point, ctx);
    return { AccessPointArn: accessPointArn(point), Alias: point.alias };
  },

  GetAccessPoint(input, ctx) {
    const point = findAccessPoint(input, ctx);
    const domain = point.region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
    const at = (kind: string) => `s3-accesspoint${kind}.${point.region}.${domain}`;
    return {
      ...described(point),
      PublicAccessBlockConfiguration: point.block,
      CreationDate: new Date(point.createdAtMs),
      Endpoints: {
        ipv4: at(""),
        fips: at("-fips"),
        fips_dualstack: at("-fips.dualstack"),
        dualstack: at(".dualstack"),
      },
    };
  },

  DeleteAccessPoint(input, ctx) {
    const { region, name } = findAccessPoint(input, ctx);
    ctx.store.collection(accessPointRecords).delete([region, name]);
  },

  ListAccessPoints(input, ctx) {
    checkAccount(input, ctx);
    const { NextToken: token, MaxResults: size = MOST_LISTED, Bucket: bucket } = input;
    const points = [...ctx.store.collection(accessPointRecords).values({ prefix: [ctx.region] })].filter(
      (point) => bucket === undefined || point.bucket === bucket,
    );
    const { items, nextToken } = page(points, ({ name }) => [name], {
      size: Math.min(size, MOST_LISTED),
      token,
      query: { ...input, AccountId: undefined, NextToken: undefined, MaxResults: undefined },
      refuse: () => invalidRequest("The continuation token provided is incorrect"),
    });
    return { AccessPointList: items.map(described), ...(nextToken && { NextToken: nextToken }) };
  },

  PutAccessPointPolicy(input, ctx) {
    const point = findAccessPoint(input, ctx);
    const statements = checkPolicy(input.Policy ?? "", (resource) => meantBy(point, resource));
    if (point.block.BlockPublicPolicy && statements.some(isPublic)) throw accessDenied();
    saveAccessPoint({ ...point, policy: input.Policy }, ctx);
  },

  GetAccessPointPolicy: (input, ctx) => ({ Policy: policyOf(findAccessPoint(input, ctx)) }),

  DeleteAccessPointPolicy(input, ctx) {
    const { policy: _, ...point } = findAccessPoint(input, ctx);
    saveAccessPoint(point, ctx);
  },

  GetAccessPointPolicyStatus(input, ctx) {
    const { Statement } = parsePolicy(policyOf(findAccessPoint(input, ctx)));
    return { PolicyStatus: { IsPublic: [Statement].flat().some(isPublic) } };
  },
};

const described = (point: AccessPointRecord) => ({
  Name: point.name,
  NetworkOrigin: point.vpcId === undefined ? ("Internet" as const) : ("VPC" as const),
  ...(point.vpcId !== undefined && { VpcConfiguration: { VpcId: point.vpcId } }),
  Bucket: point.bucket,
  AccessPointArn: accessPointArn(point),
  Alias: point.alias,
  BucketAccountId: point.bucketAccount,
});

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-restrictions-limitations-naming-rules.html
 * @throws AwsError `InvalidURI`
 */
function checkName(name: string): void {
  const isFine = /^[a-z0-9][a-z0-9-]{1,48}[a-z0-9]$/.test(name) && !/^xn--|-s3alias$|--/.test(name);
  if (!isFine) throw badName(name);
}

function aliasOf(name: string, { random }: Context): string {
  return `${name.slice(0, MOST_OF_NAME)}-${random.string(RANDOM_LETTERS, LETTERS)}-s3alias`;
}

/** @throws AwsError `NoSuchAccessPointPolicy` */
function policyOf({ name, policy }: AccessPointRecord): string {
  if (policy === undefined) throw noAccessPointPolicy(name);
  return policy;
}

/** What of an access point a resource is. */
function meantBy(point: AccessPointRecord, resource: string): Meant | undefined {
  const arn = accessPointArn(point);
  const isObject = resource.startsWith(`${arn}/object/`);
  return isObject || resource === arn ? { isBucket: !isObject, isObject } : undefined;
}
