import type { TaggedCase } from "../tagged.ts";

export const tagged: readonly TaggedCase[] = [
  {
    service: "s3control",
    type: "accesspoint",
    async create(call, Name) {
      const Bucket = `points-${call.account}`;
      await call("CreateBucket", { Bucket }, "s3");
      return String((await call("CreateAccessPoint", { Name, Bucket }))["AccessPointArn"]);
    },
  },
];
