import type { Handlers } from "../../core/service.ts";
import type * as S3 from "../../models/generated/s3.ts";
import { aclToPut, ownerOwnsAll, ownersAcl } from "./acl.ts";
import { canonicalId } from "./bucket.ts";
import { aclNotSupported } from "./errors.ts";
import { objectChanged } from "./events.ts";
import type { Grant } from "./object.ts";
import type { OpenBuckets } from "./open-buckets.ts";
import { checkPublicGrants } from "./public-access.ts";
import { markerless, versionFor } from "./version-for.ts";

export const acls = (open: OpenBuckets): Handlers<S3.Operations> => ({
  PutBucketAcl(input, ctx) {
    const bucket = open.of(input, ctx);
    const grants = aclToPut(input as never, bucket.record.account, hasBody(ctx.request?.body));
    if (ownerOwnsAll(bucket) && !isOwnersOnly(grants, bucket.record.account)) throw aclNotSupported();
    checkPublicGrants(bucket, grants, "s3:PutBucketAcl", ctx);
    bucket.set("acl", grants);
  },

  GetBucketAcl(input, ctx) {
    const { record } = open.of(input, ctx);
    const grants = (record.settings["acl"] as readonly Grant[] | undefined) ?? ownersAcl(record.account);
    return { Owner: { ID: canonicalId(record.account) }, Grants: grants as S3.Grant[] };
  },

  PutObjectAcl(input, ctx) {
    const bucket = open.of(input, ctx);
    const version = markerless(versionFor(bucket, input), "PUT");
    const grants = aclToPut(input as never, version.owner, hasBody(ctx.request?.body));
    if (ownerOwnsAll(bucket) && !isOwnersOnly(grants, version.owner)) throw aclNotSupported();
    checkPublicGrants(bucket, grants, "s3:PutObjectAcl", ctx);
    objectChanged(open, bucket, { ...version, grants }, { name: "ObjectAcl:Put", ctx });
    return {};
  },

  GetObjectAcl(input, ctx) {
    const version = markerless(versionFor(open.of(input, ctx), input), "GET");
    const grants = version.grants ?? ownersAcl(version.owner);
    return { Owner: { ID: canonicalId(version.owner) }, Grants: grants as S3.Grant[] };
  },
});

const hasBody = (body: unknown) => body instanceof Uint8Array && body.length > 0;

const isOwnersOnly = (grants: readonly Grant[], account: string) =>
  grants.every(({ Grantee }) => Grantee?.ID === canonicalId(account));
