import type { TaggedCase } from "../tagged.ts";

export const tagged: readonly TaggedCase[] = [
  {
    service: "kms",
    type: "key",
    async create(call, Description) {
      const { KeyMetadata } = await call("CreateKey", { Description });
      return (KeyMetadata as { Arn: string }).Arn;
    },
  },
];
