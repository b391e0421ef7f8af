import type { Service, ServiceFactory } from "../../core/service.ts";
import { acls } from "./acls.ts";
import { type BucketRecord, bucketArn } from "./bucket.ts";
import { bucketPolicies } from "./bucket-policies.ts";
import { buckets } from "./buckets.ts";
import { completingUploads } from "./complete-upload.ts";
import { copyingObjects } from "./copy-object.ts";
import { deletingObjects } from "./delete-objects.ts";
import { behindDoors } from "./doors.ts";
import { Expiry } from "./expiry.ts";
import { gettingObjects } from "./get-object.ts";
import { lifecycles } from "./lifecycles.ts";
import { listingObjects } from "./list-objects.ts";
import { listingUploads } from "./list-uploads.ts";
import { listingVersions } from "./list-versions.ts";
import { metadataConfigurations } from "./metadata-configurations.ts";
import { multipart } from "./multipart.ts";
import { notificationSettings } from "./notification-settings.ts";
import { numberedSettings } from "./numbered-settings.ts";
import { objectAttributes } from "./object-attributes.ts";
import { objectLocks } from "./object-locks.ts";
import { OpenBuckets } from "./open-buckets.ts";
import { puttingObjects } from "./put-object.ts";
import { releaseBuckets } from "./released.ts";
import { Restores, restoringObjects } from "./restores.ts";
import { settings } from "./settings.ts";
import { bodiesThere, sweep } from "./sweep.ts";
import { tagging } from "./tagging.ts";
import { updatingEncryption } from "./update-encryption.ts";
import { versioning } from "./versioning.ts";
import { webPlane } from "./web-plane.ts";

/** Amazon S3: https://docs.aws.amazon.com/AmazonS3/latest/API/ */
const s3: ServiceFactory = (host): Service => {
  const open = new OpenBuckets(host);
  const lifecycle = new Expiry(open);
  const restores = new Restores(open);
  const operations = {
    ...buckets(open),
    ...puttingObjects(open),
    ...gettingObjects(open),
    ...deletingObjects(open),
    ...copyingObjects(open),
    ...listingObjects(open),
    ...listingVersions(open),
    ...multipart(open),
    ...completingUploads(open),
    ...listingUploads(open),
    ...restoringObjects(open, restores),
    ...objectAttributes(open),
    ...objectLocks(open),
    ...updatingEncryption(open),
    ...tagging(open),
    ...versioning(open),
    ...acls(open),
    ...bucketPolicies(open),
    ...lifecycles(open, lifecycle),
    ...settings(open),
    ...numberedSettings(open),
    ...notificationSettings(open),
    ...metadataConfigurations(open),
  };
  return {
    name: "s3",
    operations: behindDoors(open, operations),
    dataPlane: webPlane(open, host),
    pages: open.pages,
    release: (account) => releaseBuckets(open, account),
    async start() {
      open.notifications.start();
      open.replication.start();
      open.accessLogs.start();
      lifecycle.start();
      restores.start();
      const there = await bodiesThere(host);
      sweep(there, host).catch((error) => host.log.warn(`s3: bodies could not be swept: ${error.message}`));
    },
    async stop() {
      await open.bodies.stop();
      open.notifications.stop();
      open.replication.stop();
      open.accessLogs.stop();
      lifecycle.stop();
      restores.stop();
    },
    // S3 checks in its own order and words.
    validation: { skip: ["required", "length", "range", "pattern", "enum"] },
    describe: {
      bucket: (record: BucketRecord) => ({
        Name: record.name,
        BucketArn: bucketArn(record),
        BucketRegion: record.region,
      }),
    },
  };
};

export default s3;
