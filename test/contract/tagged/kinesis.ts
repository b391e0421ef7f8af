import { arn } from "../lists.ts";
import type { TaggedCase } from "../tagged.ts";

export const tagged: readonly TaggedCase[] = [
  {
    service: "kinesis",
    type: "stream",
    async create(call, StreamName) {
      await call("CreateStream", { StreamName, ShardCount: 1 });
      return arn("kinesis", call.account, `stream/${StreamName}`);
    },
  },
  {
    service: "kinesis",
    type: "consumer",
    async create(call, ConsumerName) {
      await call("CreateStream", { StreamName: "s", ShardCount: 1 });
      const StreamARN = arn("kinesis", call.account, "stream/s");
      const { Consumer } = await call("RegisterStreamConsumer", { StreamARN, ConsumerName });
      return (Consumer as { ConsumerARN: string }).ConsumerARN;
    },
  },
];
