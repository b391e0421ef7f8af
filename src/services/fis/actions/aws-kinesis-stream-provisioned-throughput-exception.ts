import { streamError } from "../stream-error.ts";

export default streamError(
  "aws:kinesis:stream-provisioned-throughput-exception",
  "Answer calls about the target streams with ProvisionedThroughputExceededException.",
  {
    code: "ProvisionedThroughputExceededException",
    message: "Rate exceeded for shard.",
    operations: ["GetRecords", "GetShardIterator", "PutRecord", "PutRecords"],
  },
);
