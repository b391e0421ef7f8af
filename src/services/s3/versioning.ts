import type { Handlers } from "../../core/service.ts";
import type * as S3 from "../../models/generated/s3.ts";
import { invalidBucketState, malformedXml, notImplemented } from "./errors.ts";
import type { OpenBuckets } from "./open-buckets.ts";

export const versioning = (open: OpenBuckets): Handlers<S3.Operations> => ({
  PutBucketVersioning(input, ctx) {
    const bucket = open.of(input, ctx);
    const { Status: status, MFADelete: mfa } = input.VersioningConfiguration ?? {};
    if (mfa === "Enabled") throw notImplemented("Squall does not emulate MFA delete of buckets.");
    if (status !== "Enabled" && status !== "Suspended") throw malformedXml();
    if (status === "Suspended" && bucket.record.hasObjectLock) {
      throw invalidBucketState(
        "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.",
      );
    }
    if (status === "Suspended" && bucket.record.settings["replication"] !== undefined) {
      throw invalidBucketState(
        "A replication configuration is present on this bucket, so you cannot change the versioning state. To change the versioning state, first delete the replication configuration.",
      );
    }
    bucket.update({ ...bucket.record, versioning: status as "Enabled" | "Suspended" });
  },

  GetBucketVersioning(input, ctx) {
    const { versioning: status } = open.of(input, ctx).record;
    return status ? { Status: status } : {};
  },
});
