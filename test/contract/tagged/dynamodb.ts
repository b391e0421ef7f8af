import { arn } from "../lists.ts";
import type { TaggedCase } from "../tagged.ts";

export const tagged: readonly TaggedCase[] = [
  {
    service: "dynamodb",
    type: "table",
    async create(call, TableName) {
      await call("CreateTable", {
        TableName,
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        BillingMode: "PAY_PER_REQUEST",
      });
      return arn("dynamodb", call.account, `table/${TableName}`);
    },
  },
];
