import { arn } from "../lists.ts";
import type { TaggedCase } from "../tagged.ts";

export const tagged: readonly TaggedCase[] = [
  {
    service: "ssm",
    type: "parameter",
    async create(call, name) {
      await call("PutParameter", { Name: `/tagged/${name}`, Type: "String", Value: "v" });
      return arn("ssm", call.account, `parameter/tagged/${name}`);
    },
  },
];
