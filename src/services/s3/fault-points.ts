import type { FaultPoint } from "../../core/fault.ts";

/** Where rules meet a notification on its way from a bucket. */
export const NOTIFY = "s3:notify";

export const notifyPoint: FaultPoint = {
  description:
    "A bucket is about to tell a queue, topic, function or bus what happened to an object. `resource` is the bucket's ARN, `operation` the event (`ObjectCreated:Put`), `input` has `Key` and `Destination`.",
  effects: {
    drop: { description: "The notification is lost.", parameters: {} },
    duplicate: {
      description: "The notification is delivered more than once.",
      parameters: {
        copies: { type: "integer", description: "How many copies", default: 1, min: 1, max: 10 },
      },
    },
    delay: {
      description: "The notification is late; others overtake it.",
      parameters: {
        delay: { type: "duration", description: "How late", unit: "ms", required: true, min: 0 },
      },
    },
  },
};

/** Where rules meet an object on its way to another bucket. */
export const REPLICATE = "s3:replicate";

export const replicatePoint: FaultPoint = {
  description:
    "A version is about to be copied to another bucket by a replication rule. `resource` is the source bucket's ARN, `input` has `Key`, `Destination`, its `Region` and the rule's `Prefix`. An error is tried again, as AWS does.",
  generic: true,
  effects: {
    lose: { description: "The copy is never made; the object stays PENDING.", parameters: {} },
    pause: {
      description: "Holds the copy back while the rule lasts; it is made up for afterwards.",
      parameters: {},
    },
  },
};

/** Where rules meet a part that has come. */
export const PART = "s3:part";

export const partPoint: FaultPoint = {
  description:
    "UploadPart and UploadPartCopy, when the part has come and before it is kept. `resource` is the object's ARN, `input` has `Key`, `UploadId` and `PartNumber`.",
  effects: {
    lose: {
      description:
        "The part is acknowledged and not kept: CompleteMultipartUpload does not find it (InvalidPart).",
      parameters: {},
    },
  },
};

/** Where rules meet a presigned URL. */
export const PRESIGNED = "s3:presigned";

export const presignedPoint: FaultPoint = {
  description:
    "A request that is signed in its query. `resource` is the object's ARN, `operation` what is asked of it, `input` has `Key`.",
  effects: {
    expire: { description: "The URL has expired: AccessDenied, `Request has expired`.", parameters: {} },
  },
};
