import assert from "node:assert/strict";
import { test } from "node:test";
import { compilePath } from "./input-path.ts";

test("a path gives every text at its place, and nothing for what is not there", () => {
  const input = {
    QueueUrl: "q",
    Entries: [{ TopicArn: "a" }, { TopicArn: 1 }, {}, { TopicArn: "b" }],
    RequestItems: { Orders: [], Customers: {} },
    TransactItems: [{ Put: { TableName: "T1" } }, { Delete: { TableName: "T2" } }],
  };
  const cases: [path: string, texts: string[]][] = [
    ["QueueUrl", ["q"]],
    ["QueueUrl.Deeper", []],
    ["Missing", []],
    ["toString", []],
    ["Entries[].TopicArn", ["a", "1", "b"]],
    ["RequestItems{}", ["Orders", "Customers"]],
    ["TransactItems[].*.TableName", ["T1", "T2"]],
  ];
  for (const [path, texts] of cases) assert.deepEqual(compilePath(path)(input), texts, path);
  assert.deepEqual(compilePath("Entries[].TopicArn")(null), []);
});
