import { arn, type ListCase } from "../lists.ts";

const table = (TableName: string) => ({
  TableName,
  AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  BillingMode: "PAY_PER_REQUEST",
});

export const lists: readonly ListCase[] = [
  {
    service: "dynamodb",
    operation: "ListTables",
    size: "Limit",
    token: "ExclusiveStartTableName",
    next: "LastEvaluatedTableName",
    items: "TableNames",
    keyIsToken: true,
    add: (call, name) => call("CreateTable", table(name)),
    remove: (call, TableName) => call("DeleteTable", { TableName }),
    nameOf: (name: string) => name,
  },
  {
    service: "dynamodb",
    operation: "ListTagsOfResource",
    input: (account) => ({ ResourceArn: arn("dynamodb", account, "table/tagged") }),
    token: "NextToken",
    next: "NextToken",
    items: "Tags",
    fixedSize: 10,
    prepare: (call) => call("CreateTable", table("tagged")),
    add: (call, Key) =>
      call("TagResource", {
        ResourceArn: arn("dynamodb", call.account, "table/tagged"),
        Tags: [{ Key, Value: "v" }],
      }),
    remove: (call, Key) =>
      call("UntagResource", {
        ResourceArn: arn("dynamodb", call.account, "table/tagged"),
        TagKeys: [Key],
      }),
    nameOf: ({ Key }: { Key: string }) => Key,
  },
];
