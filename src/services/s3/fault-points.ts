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
    "A version is about to be copied to another bucket by a replication rule. `resource` is the source bucket's ARN, `input` has `Key` and `Destination`. An error is tried again, as AWS does.",
  generic: true,
  effects: {
    lose: { description: "The copy is never made; the object stays PENDING.", parameters: {} },
  },
};
