import type { Service, ServiceFactory } from "../../core/service.ts";
import { consumers } from "./consumers.ts";
import { getRecords } from "./get-records.ts";
import { iterators } from "./iterators.ts";
import { limits } from "./limits.ts";
import { listShards } from "./list-shards.ts";
import { policies } from "./policies.ts";
import { putRecords } from "./put-records.ts";
import { resharding } from "./resharding.ts";
import { arnsOf, streamResources } from "./resources.ts";
import { streamSettings } from "./stream-settings.ts";
import { streams } from "./streams.ts";
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
    ...tags,
    ...policies,
    ...limits,
  },
  arnsOf,
  resources: { "aws:kinesis:stream": (where) => streamResources(host, where) },
});

export default kinesis;
