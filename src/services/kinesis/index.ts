import type { Service, ServiceFactory } from "../../core/service.ts";
import { consumers } from "./consumers.ts";
import { getRecords } from "./get-records.ts";
import { iterators } from "./iterators.ts";
import { limits } from "./limits.ts";
import { listShards } from "./list-shards.ts";
import { policies } from "./policies.ts";
import { putRecords } from "./put-records.ts";
import { resharding } from "./resharding.ts";
import { openShards } from "./shards.ts";
import { type StreamRecord, statusOf } from "./stream.ts";
import { streamSettings } from "./stream-settings.ts";
import { streams } from "./streams.ts";
import { subscriptions } from "./subscriptions.ts";
import { tags } from "./tags.ts";

/** Amazon Kinesis Data Streams: https://docs.aws.amazon.com/kinesis/latest/APIReference/ */
const kinesis: ServiceFactory = (host): Service => ({
  name: "kinesis",
  operations: {
    ...streams,
    ...listShards,
    ...putRecords(host),
    ...iterators,
    ...getRecords,
    ...resharding,
    ...streamSettings,
    ...consumers,
    ...subscriptions(),
    ...tags,
    ...policies,
    ...limits,
  },
  // In the order of AWS's own texts (dynalite's sibling kinesalite, verified on AWS).
  validation: {
    shapes: {
      ShardIteratorType: {
        enum: ["AFTER_SEQUENCE_NUMBER", "LATEST", "AT_TIMESTAMP", "AT_SEQUENCE_NUMBER", "TRIM_HORIZON"],
      },
    },
  },
  describe: {
    stream: (stream: StreamRecord) => ({
      StreamName: stream.name,
      StreamStatus: statusOf(stream),
      StreamModeDetails: { StreamMode: stream.mode },
      OpenShardCount: openShards(stream).length,
    }),
  },
});

export default kinesis;
