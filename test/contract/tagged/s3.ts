import type { TaggedCase } from "../tagged.ts";

export const tagged: readonly TaggedCase[] = [
  {
    service: "s3",
    type: "bucket",
    async create(call, name) {
      // Buckets share one namespace: names hold their account.
      const Bucket = `${name}-${call.account}`;
      await call("CreateBucket", { Bucket });
      return `arn:aws:s3:::${Bucket}`;
    },
  },
];
