import { defineLifecycle } from "../../aws/lifecycle.ts";

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_StreamDescription.html (StreamStatus) */
export const streamLifecycle = defineLifecycle({
  point: "kinesis:stream-state",
  of: "a stream",
  stages: {
    CREATING: { next: "ACTIVE", takesMs: 10_000 },
    UPDATING: { next: "ACTIVE", takesMs: 10_000 },
    DELETING: { takesMs: 5_000 },
  },
});

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_Consumer.html (ConsumerStatus) */
export const consumerLifecycle = defineLifecycle({
  point: "kinesis:consumer-state",
  of: "an enhanced fan-out consumer",
  stages: {
    CREATING: { next: "ACTIVE", takesMs: 5_000 },
    DELETING: { takesMs: 5_000 },
  },
});
