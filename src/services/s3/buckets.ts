import { page } from "../../aws/page.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as S3 from "../../models/generated/s3.ts";
import { isAccessPoint } from "./access-point.ts";
import { aclOfHeaders } from "./acl.ts";
import { type BucketRecord, bucketArn, canonicalId, checkBucketName } from "./bucket.ts";
import {
  aclWithAccessBlock,
  aclWithOwnership,
  bucketAlreadyExists,
  bucketAlreadyOwnedByYou,
  bucketNotEmpty,
  illegalLocationConstraint,
  invalidArgument,
  invalidLocationConstraint,
  notImplemented,
} from "./errors.ts";
import type { Grant } from "./object.ts";
import type { OpenBucket, OpenBuckets } from "./open-buckets.ts";
import { isPublicGrant } from "./public-access.ts";
import { isRegion, regionOfLocation } from "./regions.ts";
import { bucketTagging } from "./tagging.ts";
import { BucketUploads } from "./uploads.ts";

const HOME = "us-east-1";
const MOST_BUCKETS_A_PAGE = 10_000;
const OWNERSHIPS = new Set(["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"]);

export const buckets = (open: OpenBuckets): Handlers<S3.Operations> => ({
  CreateBucket(input, ctx) {
    const { Bucket: name, CreateBucketConfiguration: configuration = {} } = input;
    checkBucketName(name);
    const { LocationConstraint: location } = configuration;
    const region = regionOf(location, ctx.region);
    const ownership = ownershipOf(input);
    const there = open.find(name);
    if (there) {
      if (there.record.account !== ctx.account) throw bucketAlreadyExists(name);
      if (region !== HOME || there.record.region !== HOME) throw bucketAlreadyOwnedByYou(name);
      return created(there, ctx);
    }
    const tags = bucketTagging.read(configuration.Tags as S3.Tag[] | undefined);
    const acl = aclOfHeaders(input, ctx.account);
    checkFirstAcl(input.ACL, acl, ownership);
    const bucket = open.create({
      name,
      id: ctx.random.hex(16),
      account: ctx.account,
      region,
      ...(location && { location }),
      createdAtMs: Math.floor(ctx.clock.now() / 1000) * 1000,
      ...(input.ObjectLockEnabledForBucket && { hasObjectLock: true, versioning: "Enabled" as const }),
      ...(Object.keys(tags).length > 0 && { tags }),
      settings: {
        ownership: { Rules: [{ ObjectOwnership: ownership }] },
        publicAccessBlock: {
          BlockPublicAcls: true,
          IgnorePublicAcls: true,
          BlockPublicPolicy: true,
          RestrictPublicBuckets: true,
        },
        ...(input.ObjectLockEnabledForBucket && { objectLock: { ObjectLockEnabled: "Enabled" } }),
        ...(acl && { acl }),
      },
    });
    return created(bucket, ctx);
  },

  DeleteBucket(input, ctx) {
    const bucket = open.of(input, ctx);
    const content = bucket.objects.content();
    if (content !== "empty")
      throw bucketNotEmpty(bucket.name, content === "versions" || bucket.record.versioning !== undefined);
    // What is on its way keeps no bucket; but for directory buckets: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html
    const uploads = new BucketUploads(bucket);
    for (const upload of [...uploads.walk({})]) open.bodies.free(uploads.end(upload));
    open.delete(bucket);
  },

  HeadBucket(input, ctx) {
    const { record, arn } = open.of(input, ctx);
    return { BucketArn: arn, BucketRegion: record.region, AccessPointAlias: isAccessPoint(input.Bucket) };
  },

  GetBucketLocation(input, ctx) {
    const { region, location } = open.of(input, ctx).record;
    const constraint = location ?? (region === HOME ? undefined : region);
    return { LocationConstraint: (constraint ?? "") as S3.BucketLocationConstraint };
  },

  ListBuckets(input, ctx) {
    // ListDirectoryBuckets differs from it by the host that it is sent to, and by what its signature is for.
    if (ctx.headers["authorization"]?.includes("/s3express/aws4_request"))
      throw notImplemented("Squall does not implement s3.ListDirectoryBuckets yet.");
    const { Prefix: prefix = "", BucketRegion: region, MaxBuckets: size } = input;
    if (region !== undefined && !isRegion(region))
      throw invalidArgument(`Argument value ${region} is not a valid AWS Region`, "bucket-region");
    if (size !== undefined && (size < 1 || size > MOST_BUCKETS_A_PAGE)) {
      throw invalidArgument(
        `Argument max-buckets must be an integer between 1 and ${MOST_BUCKETS_A_PAGE}`,
        "max-buckets",
        size,
      );
    }
    const wanted = [...open.records(ctx.account)].filter(
      (record) => record.name.startsWith(prefix) && (region === undefined || record.region === region),
    );
    const { items, nextToken } = page(wanted, ({ name }) => [name], {
      size: size ?? MOST_BUCKETS_A_PAGE,
      token: input.ContinuationToken,
      query: { prefix, region },
      refuse: () => invalidArgument("The continuation token provided is incorrect", "continuation-token"),
    });
    return {
      Owner: { ID: canonicalId(ctx.account) },
      Buckets: items.map(describe),
      ...(input.Prefix !== undefined && { Prefix: prefix }),
      ...(nextToken !== undefined && { ContinuationToken: nextToken }),
    };
  },
});

/** @throws AwsError for grants that a new bucket cannot have: its owner owns all that is in it, and it is closed to the public */
function checkFirstAcl(
  canned: string | undefined,
  acl: readonly Grant[] | undefined,
  ownership: string,
): void {
  if (!acl || canned === "private") return;
  if (ownership === "BucketOwnerEnforced") throw aclWithOwnership();
  if (acl.some(isPublicGrant)) throw aclWithAccessBlock();
}

export const describe = (record: BucketRecord) => ({
  Name: record.name,
  CreationDate: new Date(record.createdAtMs),
  BucketRegion: record.region,
  BucketArn: bucketArn(record),
});

/** @throws AwsError `InvalidLocationConstraint`, `IllegalLocationConstraintException` */
function regionOf(location: string | undefined, here: string): string {
  if (here === HOME) {
    if (location === undefined || location === "") return HOME;
    const region = regionOfLocation(location);
    if (region === undefined || location === HOME) throw invalidLocationConstraint(location);
    return region;
  }
  if (location === undefined || location === "") throw illegalLocationConstraint("unspecified");
  const region = regionOfLocation(location);
  if (region !== here) throw illegalLocationConstraint(location);
  return region;
}

function ownershipOf({ ObjectOwnership: ownership }: S3.CreateBucketRequest): string {
  if (ownership === undefined) return "BucketOwnerEnforced";
  if (!OWNERSHIPS.has(ownership))
    throw invalidArgument(`Invalid x-amz-object-ownership header: ${ownership}`, "x-amz-object-ownership");
  return ownership;
}

function created(bucket: OpenBucket, ctx: Context) {
  const { name, region } = bucket.record;
  const host = ctx.headers["host"] ?? ctx.host.endpoint.host();
  return {
    Location: region === HOME ? `/${name}` : `http://${name}.${host}/`,
    BucketArn: bucket.arn,
  };
}
