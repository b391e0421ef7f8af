import assert from "node:assert/strict";
import { test } from "node:test";
import { newAccount, testCloud } from "../../../test/cloud.ts";
import { arn, caller } from "../../../test/contract/lists.ts";

async function account() {
  const cloud = await testCloud({ listen: false });
  const name = newAccount();
  const call = caller(cloud.call, "resourcegroupstaggingapi", name);
  await call("CreateQueue", { QueueName: "orders", tags: { team: "shop", stage: "test" } }, "sqs");
  await call("CreateQueue", { QueueName: "untagged" }, "sqs");
  await call("CreateTopic", { Name: "news", Tags: [{ Key: "team", Value: "press" }] }, "sns");
  const table = {
    TableName: "Orders",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    BillingMode: "PAY_PER_REQUEST",
    Tags: [{ Key: "team", Value: "shop" }],
  };
  await call("CreateTable", table, "dynamodb");
  const arns = {
    queue: arn("sqs", name, "orders"),
    topic: arn("sns", name, "news"),
    table: arn("dynamodb", name, "table/Orders"),
  };
  const found = async (input: object) => {
    const { ResourceTagMappingList } = await call("GetResources", input);
    return (ResourceTagMappingList as { ResourceARN: string }[]).map(({ ResourceARN }) => ResourceARN);
  };
  return { cloud, call, arns, found, [Symbol.asyncDispose]: () => cloud.stop() };
}

test("resources are found by tags and types, of all services, without those that have no tags", async () => {
  await using world = await account();
  const { arns, found } = world;
  const { queue, topic, table } = arns;
  const cases: [input: object, arns: string[]][] = [
    [{}, [table, topic, queue]],
    [{ TagFilters: [{ Key: "team" }] }, [table, topic, queue]],
    [{ TagFilters: [{ Key: "team", Values: ["shop"] }] }, [table, queue]],
    [{ TagFilters: [{ Key: "team", Values: ["shop", "press"] }] }, [table, topic, queue]],
    [{ TagFilters: [{ Key: "team", Values: ["shop"] }, { Key: "stage" }] }, [queue]],
    [{ ResourceTypeFilters: ["sqs"] }, [queue]],
    [{ ResourceTypeFilters: ["dynamodb:table", "sns"] }, [table, topic]],
    [{ ResourceTypeFilters: ["dynamodb:index"] }, []],
    [{ ResourceARNList: [topic, queue] }, [topic, queue]],
  ];
  for (const [input, expected] of cases)
    assert.deepEqual(await found(input), expected.sort(), JSON.stringify(input));
});

test("keys and values in use are listed once", async () => {
  await using world = await account();
  assert.deepEqual((await world.call("GetTagKeys"))["TagKeys"], ["stage", "team"]);
  assert.deepEqual((await world.call("GetTagValues", { Key: "team" }))["TagValues"], ["press", "shop"]);
});

test("tags go to each resource's own service, whose faults and limits are told one by one", async () => {
  await using world = await account();
  const { cloud, call, arns, found } = world;
  await cloud.faults.add({ effect: "error", params: { kind: "throttle" }, match: { operation: "TagQueue" } });
  const missing = arn("sqs", "123456789012", "missing");
  const { FailedResourcesMap } = await call("TagResources", {
    ResourceARNList: [arns.queue, arns.topic, arns.table, missing],
    Tags: { owner: "ann" },
  });
  assert.deepEqual(Object.keys(FailedResourcesMap as object).sort(), [arns.queue, missing].sort());
  assert.deepEqual(await found({ TagFilters: [{ Key: "owner" }] }), [arns.table, arns.topic].sort());
  await call("UntagResources", { ResourceARNList: [arns.topic], TagKeys: ["owner"] });
  assert.deepEqual(await found({ TagFilters: [{ Key: "owner" }] }), [arns.table]);
});
