import assert from "node:assert/strict";
import { test } from "node:test";
import { Bed } from "../../src/services/stepfunctions/bed.fixture.ts";

test("an event starts an execution, whose role writes an item, and whose end is an event again", async () => {
  await using bed = await Bed.start();
  await bed.call("dynamodb", "CreateTable", {
    TableName: "orders",
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    BillingMode: "PAY_PER_REQUEST",
  });
  const { QueueUrl } = await bed.call<{ QueueUrl: string }>("sqs", "CreateQueue", { QueueName: "ended" });
  const machine = await bed.create("store", {
    StartAt: "Put",
    States: {
      Put: {
        Type: "Task",
        Resource: "arn:aws:states:::dynamodb:putItem",
        Parameters: { TableName: "orders", Item: { id: { "S.$": "$.detail.id" } } },
        Retry: [{ ErrorEquals: ["DynamoDB.ProvisionedThroughputExceededException"], IntervalSeconds: 5 }],
        End: true,
      },
    },
  });
  const put = async (Name: string, pattern: object, target: object) => {
    await bed.call("events", "PutRule", { Name, EventPattern: JSON.stringify(pattern) });
    await bed.call("events", "PutTargets", { Rule: Name, Targets: [{ Id: "1", ...target }] });
  };
  await put("orders", { source: ["shop"] }, { Arn: machine, RoleArn: bed.roleArn });
  await put(
    "ended",
    { source: ["aws.states"], detail: { status: ["SUCCEEDED"] } },
    { Arn: `arn:aws:sqs:us-east-1:${bed.account}:ended` },
  );
  await bed.cloud.faults.add({
    effect: "error",
    params: { code: "ProvisionedThroughputExceededException" },
    match: { service: "dynamodb", operation: "PutItem" },
    times: 1,
  });
  await bed.call("events", "PutEvents", {
    Entries: [{ Source: "shop", DetailType: "Order", Detail: '{"id":"o1"}' }],
  });
  let body: string | undefined;
  while (body === undefined) {
    await bed.cloud.clock.advance(1000);
    const { Messages } = await bed.call<{ Messages?: { Body: string }[] }>("sqs", "ReceiveMessage", {
      QueueUrl,
    });
    body = Messages?.[0]?.Body;
  }
  const event = JSON.parse(body) as { "detail-type": string; detail: Record<string, unknown> };
  assert.equal(event["detail-type"], "Step Functions Execution Status Change");
  assert.equal(event.detail["stateMachineArn"], machine);
  const { Item } = await bed.call("dynamodb", "GetItem", { TableName: "orders", Key: { id: { S: "o1" } } });
  assert.deepEqual(Item, { id: { S: "o1" } });
});
