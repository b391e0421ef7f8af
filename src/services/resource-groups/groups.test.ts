import assert from "node:assert/strict";
import { test } from "node:test";
import { newAccount, testCloud } from "../../../test/cloud.ts";
import { arn, caller } from "../../../test/contract/lists.ts";

const query = (types: string[], ...values: string[]) => ({
  Type: "TAG_FILTERS_1_0",
  Query: JSON.stringify({ ResourceTypeFilters: types, TagFilters: [{ Key: "stage", Values: values }] }),
});

async function account() {
  const cloud = await testCloud({ listen: false });
  const call = caller(cloud.call, "resource-groups", newAccount());
  const queue = (QueueName: string, stage: string) =>
    call("CreateQueue", { QueueName, tags: { stage } }, "sqs");
  await queue("orders", "prod");
  await queue("invoices", "test");
  await call("CreateTopic", { Name: "news", Tags: [{ Key: "stage", Value: "prod" }] }, "sns");
  const found = async (input: object) =>
    ((await call("ListGroupResources", input))["ResourceIdentifiers"] as { ResourceArn: string }[]).map(
      ({ ResourceArn }) => ResourceArn,
    );
  return { cloud, call, found, account: call.account, [Symbol.asyncDispose]: () => cloud.stop() };
}

const code = (promise: Promise<unknown>) =>
  promise.then(
    () => "ok",
    (error: { code?: string }) => error.code,
  );

test("a group by query has what is tagged so now, of the types that it asks for", async () => {
  await using world = await account();
  const { call, found } = world;
  const { Group, ResourceQuery } = await call("CreateGroup", {
    Name: "production",
    ResourceQuery: query(["AWS::AllSupported"], "prod"),
  });
  const GroupArn = arn("resource-groups", world.account, "group/production");
  assert.deepEqual(Group, { GroupArn, Name: "production" });
  assert.deepEqual(ResourceQuery, query(["AWS::AllSupported"], "prod"));
  const topic = arn("sns", world.account, "news");
  const orders = arn("sqs", world.account, "orders");
  assert.deepEqual(await found({ Group: "production" }), [topic, orders]);
  assert.deepEqual(await found({ Group: GroupArn }), [topic, orders]);
  await call("UpdateGroupQuery", {
    Group: "production",
    ResourceQuery: query(["AWS::SQS::Queue"], "prod", "test"),
  });
  assert.deepEqual(await found({ Group: "production" }), [arn("sqs", world.account, "invoices"), orders]);
  await call("DeleteGroup", { Group: "production" });
  assert.equal(await code(found({ Group: "production" })), "NotFoundException");
});

test("a group without a query has what was put into it, as long as that is there", async () => {
  await using world = await account();
  const { call, found } = world;
  await call("CreateGroup", { Name: "mine" });
  const orders = arn("sqs", world.account, "orders");
  const missing = arn("sqs", world.account, "missing");
  const grouped = await call("GroupResources", { Group: "mine", ResourceArns: [orders, missing] });
  assert.deepEqual(grouped["Succeeded"], [orders]);
  assert.equal((grouped["Failed"] as { ResourceArn: string }[])[0]!.ResourceArn, missing);
  assert.deepEqual(await found({ Group: "mine" }), [orders]);
  await call("DeleteQueue", { QueueUrl: "orders" }, "sqs");
  assert.deepEqual(await found({ Group: "mine" }), []);
});

test("a rule leaves out a share of what a query finds, the same one each time", async () => {
  await using world = await account();
  const { call, cloud, found } = world;
  await call("CreateGroup", { Name: "all", ResourceQuery: query(["AWS::AllSupported"], "prod", "test") });
  assert.equal((await found({ Group: "all" })).length, 3);
  await cloud.faults.add({
    point: "resource-groups:query",
    effect: "omit",
    match: { resource: "group/all" },
    times: 1,
  });
  assert.deepEqual(await found({ Group: "all" }), []);
  assert.equal((await found({ Group: "all" })).length, 3);
});

test("what is wrong with a query or a group is said", async () => {
  await using world = await account();
  const { call } = world;
  const create = (ResourceQuery: object, Name = "g") => call("CreateGroup", { Name, ResourceQuery });
  for (const Query of ["", "{", '{"TagFilters":[1]}', '{"ResourceTypeFilters":"AWS::SQS::Queue"}'])
    assert.equal(await code(create({ Type: "TAG_FILTERS_1_0", Query })), "BadRequestException", Query);
  const stacks = { Type: "CLOUDFORMATION_STACK_1_0", Query: "{}" };
  assert.equal(await code(create(stacks)), "BadRequestException");
  await create(query(["AWS::AllSupported"], "prod"));
  assert.equal(await code(create(query(["AWS::AllSupported"], "prod"))), "BadRequestException");
});
