import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  CancelResourceRequestCommand,
  CloudControlClient,
  CreateResourceCommand,
  DeleteResourceCommand,
  GetResourceCommand,
  GetResourceRequestStatusCommand,
  ListResourceRequestsCommand,
  ListResourcesCommand,
  UpdateResourceCommand,
  waitUntilResourceRequestSuccess,
} from "@aws-sdk/client-cloudcontrol";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { clientOptions, newAccount, testCloud } from "../../../../test/cloud.ts";
import { until } from "../../../../test/until.ts";
import type { Cloud } from "../../../index.ts";

let cloud: Cloud;
before(async () => {
  cloud = await testCloud();
});
after(() => cloud.stop());

/** Clients of an account of their own. */
function clients() {
  const options = clientOptions(cloud, newAccount());
  const control = new CloudControlClient(options);
  const sqs = new SQSClient(options);
  return {
    control,
    sqs,
    async settled(RequestToken: string | undefined) {
      await waitUntilResourceRequestSuccess(
        { client: control, maxWaitTime: 5, minDelay: 1 },
        { RequestToken },
      );
    },
    async status(RequestToken: string | undefined) {
      return (await control.send(new GetResourceRequestStatusCommand({ RequestToken }))).ProgressEvent;
    },
    [Symbol.dispose]() {
      control.destroy();
      sqs.destroy();
    },
  };
}

test("a resource is made, read, changed by a patch, listed and deleted", async () => {
  using aws = clients();
  const { control } = aws;
  const TypeName = "AWS::SQS::Queue";
  const made = await control.send(
    new CreateResourceCommand({
      TypeName,
      DesiredState: JSON.stringify({ QueueName: "jobs", VisibilityTimeout: 5, DelaySeconds: 1 }),
    }),
  );
  const { OperationStatus, Operation, RequestToken, Identifier } = made.ProgressEvent!;
  assert.deepEqual([Operation, OperationStatus], ["CREATE", "IN_PROGRESS"]);
  assert.match(Identifier!, /\/jobs$/);
  await aws.settled(RequestToken);
  // GetResource tells what has been made, as recorded.
  assert.equal((await aws.status(RequestToken))?.ResourceModel, undefined);

  const read = async () => {
    const { ResourceDescription } = await control.send(new GetResourceCommand({ TypeName, Identifier }));
    return JSON.parse(ResourceDescription!.Properties!) as Record<string, unknown>;
  };
  const { VisibilityTimeout, DelaySeconds, QueueName, Arn } = await read();
  assert.deepEqual(
    { VisibilityTimeout, DelaySeconds, QueueName },
    { VisibilityTimeout: 5, DelaySeconds: 1, QueueName: "jobs" },
  );
  assert.match(String(Arn), /:jobs$/);

  const patch = [
    { op: "replace", path: "/VisibilityTimeout", value: 77 },
    { op: "remove", path: "/DelaySeconds" },
  ];
  const updated = await control.send(
    new UpdateResourceCommand({ TypeName, Identifier, PatchDocument: JSON.stringify(patch) }),
  );
  await aws.settled(updated.ProgressEvent?.RequestToken);
  const { Attributes } = await aws.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: Identifier, AttributeNames: ["All"] }),
  );
  assert.deepEqual([Attributes?.["VisibilityTimeout"], Attributes?.["DelaySeconds"]], ["77", "0"]);

  const { ResourceDescriptions } = await control.send(new ListResourcesCommand({ TypeName }));
  // A list has what identifies its resources, as recorded.
  assert.deepEqual(ResourceDescriptions, [
    { Identifier, Properties: JSON.stringify({ QueueUrl: Identifier }) },
  ]);

  const deleted = await control.send(new DeleteResourceCommand({ TypeName, Identifier }));
  await aws.settled(deleted.ProgressEvent?.RequestToken);
  await assert.rejects(read(), { name: "ResourceNotFoundException" });
  const { ResourceRequestStatusSummaries } = await control.send(
    new ListResourceRequestsCommand({ ResourceRequestStatusFilter: { Operations: ["DELETE"] } }),
  );
  assert.deepEqual(
    ResourceRequestStatusSummaries?.map((one) => [one.Operation, one.OperationStatus]),
    [["DELETE", "SUCCESS"]],
  );
});

test("what Cloud Control has not made is read, changed and deleted as well", async () => {
  using aws = clients();
  const { control } = aws;
  const account = (await aws.sqs.config.credentials()).accessKeyId;
  await cloud.call(
    "dynamodb",
    "CreateTable",
    {
      TableName: "orders",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    },
    { account },
  );
  const TypeName = "AWS::DynamoDB::Table";
  const { ResourceDescriptions } = await control.send(new ListResourcesCommand({ TypeName }));
  assert.deepEqual(
    ResourceDescriptions?.map(({ Identifier }) => Identifier),
    ["orders"],
  );
  const { ResourceDescription } = await control.send(
    new GetResourceCommand({ TypeName, Identifier: "orders" }),
  );
  const properties = JSON.parse(ResourceDescription!.Properties!) as Record<string, unknown>;
  assert.deepEqual(properties["KeySchema"], [{ AttributeName: "id", KeyType: "HASH" }]);
  const { ProgressEvent } = await control.send(new DeleteResourceCommand({ TypeName, Identifier: "orders" }));
  await aws.settled(ProgressEvent?.RequestToken);
});

test("what tells the identifiers of scalable targets is asked once a list, however many there are", async () => {
  const { control } = clients();
  const account = String(await control.config.credentials().then(({ accessKeyId }) => accessKeyId));
  const call = (service: string, operation: string, input: object) =>
    cloud.call(service, operation, input, { account });
  const tables = Array.from({ length: 60 }, (_, n) => `table-${String(n).padStart(2, "0")}`);
  const dimension = "dynamodb:table:ReadCapacityUnits";
  for (const TableName of tables) {
    await call("dynamodb", "CreateTable", {
      TableName,
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    });
    await call("application-autoscaling", "RegisterScalableTarget", {
      ServiceNamespace: "dynamodb",
      ResourceId: `table/${TableName}`,
      ScalableDimension: dimension,
      MinCapacity: 1,
      MaxCapacity: 10,
    });
  }
  const { ResourceDescriptions } = await control.send(
    new ListResourcesCommand({ TypeName: "AWS::ApplicationAutoScaling::ScalableTarget" }),
  );
  assert.deepEqual(
    ResourceDescriptions?.map(({ Identifier }) => Identifier),
    tables.map((name) => `table/${name}|${dimension}|dynamodb`),
  );
  const asked = cloud.calls
    .of("application-autoscaling", "DescribeScalableTargets")
    .filter(({ accessKeyId }) => accessKeyId === account);
  // Two pages of tables, and one each of services and functions.
  assert.equal(asked.length, 4);
});

test("the URL of a function is found by the function's name, as the SAM CLI asks for it", async () => {
  const { control } = clients();
  const account = String(await control.config.credentials().then(({ accessKeyId }) => accessKeyId));
  const asked = { TypeName: "AWS::Lambda::Url", Identifier: "greets" };
  await assert.rejects(control.send(new GetResourceCommand(asked)), { name: "ResourceNotFoundException" });
  const { FunctionArn } = await cloud.call<{ FunctionArn: string }>(
    "lambda",
    "CreateFunction",
    {
      FunctionName: "greets",
      Runtime: "nodejs24.x",
      Handler: "index.handler",
      Role: `arn:aws:iam::${account}:role/any`,
      Code: { ZipFile: Buffer.from("UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==", "base64") },
    },
    { account },
  );
  const config = { FunctionName: FunctionArn, AuthType: "NONE" };
  const { FunctionUrl } = await cloud.call<{ FunctionUrl: string }>(
    "lambda",
    "CreateFunctionUrlConfig",
    config,
    {
      account,
    },
  );
  const { ResourceDescription } = await control.send(new GetResourceCommand(asked));
  assert.equal(JSON.parse(ResourceDescription!.Properties!).FunctionUrl, FunctionUrl);
});

test("a request that fails says why, by the handler's code", async () => {
  using aws = clients();
  const TypeName = "AWS::SQS::Queue";
  const { ProgressEvent: missing } = await aws.control.send(
    new DeleteResourceCommand({ TypeName, Identifier: "http://sqs.us-east-1.amazonaws.com/1/none" }),
  );
  const { OperationStatus, ErrorCode } = (await aws.status(missing?.RequestToken))!;
  assert.deepEqual([OperationStatus, ErrorCode], ["FAILED", "NotFound"]);
  const { ProgressEvent: wrong } = await aws.control.send(
    new CreateResourceCommand({ TypeName, DesiredState: '{"VisibilityTimeout":-1}' }),
  );
  assert.equal((await aws.status(wrong?.RequestToken))?.ErrorCode, "InvalidRequest");
});

test("what cannot be asked for is refused in AWS's words", async () => {
  using aws = clients();
  const { control } = aws;
  const TypeName = "AWS::SQS::Queue";
  await assert.rejects(
    control.send(new CreateResourceCommand({ TypeName: "AWS::No::Such", DesiredState: "{}" })),
    { name: "TypeNotFoundException", message: "The type 'AWS::No::Such' cannot be found." },
  );
  await assert.rejects(
    control.send(new CreateResourceCommand({ TypeName: "AWS::IAM::Role", DesiredState: "{}" })),
    {
      name: "ValidationException",
      message: "Model validation failed (#: required key [AssumeRolePolicyDocument] not found)",
    },
  );
  const input = { TypeName, DesiredState: '{"QueueName":"once"}', ClientToken: "token-1" };
  const { ProgressEvent } = await control.send(new CreateResourceCommand(input));
  const { RequestToken, Identifier } = ProgressEvent!;
  await assert.rejects(control.send(new CreateResourceCommand(input)), {
    name: "ClientTokenConflictException",
    message: `ClientToken token-1 is already associated with an existing operation with RequestToken ${RequestToken}`,
  });
  const update = (...steps: object[]) =>
    control.send(new UpdateResourceCommand({ TypeName, Identifier, PatchDocument: JSON.stringify(steps) }));
  await assert.rejects(update({ op: "replace", path: "/QueueName", value: "other" }), {
    name: "NotUpdatableException",
    message: "Invalid patch update: createOnlyProperties [/properties/QueueName] cannot be updated",
  });
  await assert.rejects(update({ op: "remove", path: "/Nothing" }), { name: "InvalidRequestException" });
  await assert.rejects(update({ op: "test", path: "/QueueName", value: "other" }), {
    name: "InvalidRequestException",
  });
  await assert.rejects(control.send(new CancelResourceRequestCommand({ RequestToken })), {
    name: "ConcurrentModificationException",
  });
  await assert.rejects(control.send(new GetResourceRequestStatusCommand({ RequestToken: "none" })), {
    name: "RequestTokenNotFoundException",
  });
});

test("a request is forgotten after seven days, and its client token may be used again", async () => {
  using aws = clients();
  const { control } = aws;
  const make = (QueueName: string) =>
    control.send(
      new CreateResourceCommand({
        TypeName: "AWS::SQS::Queue",
        DesiredState: JSON.stringify({ QueueName }),
        ClientToken: "once",
      }),
    );
  const RequestToken = (await make("first")).ProgressEvent?.RequestToken;
  await assert.rejects(make("second"), { name: "ClientTokenConflictException" });
  const listed = async () =>
    (await control.send(new ListResourceRequestsCommand({}))).ResourceRequestStatusSummaries?.map(
      (request) => request.RequestToken,
    );
  await cloud.clock.advance("P6D");
  assert.deepEqual(await listed(), [RequestToken]);
  await cloud.clock.advance("P1DT1S");
  assert.deepEqual(await listed(), []);
  const second = (await make("second")).ProgressEvent?.RequestToken;
  assert.deepEqual(await listed(), [second]);
  await assert.rejects(control.send(new GetResourceRequestStatusCommand({ RequestToken })), {
    name: "RequestTokenNotFoundException",
  });
});

test("a request that takes its time is seen in progress, may be cancelled, and what it makes is there before it is over", async () => {
  await using slow = await testCloud({ timings: "real", clockRate: 0 });
  const control = new CloudControlClient(clientOptions(slow, newAccount()));
  const TypeName = "AWS::Logs::LogGroup";
  const DesiredState = JSON.stringify({ LogGroupName: "g" });
  const status = async (RequestToken: string) =>
    (await control.send(new GetResourceRequestStatusCommand({ RequestToken }))).ProgressEvent!;
  const open = async (operation: "CREATE" | "DELETE") => {
    const filter = { Operations: [operation], OperationStatuses: ["IN_PROGRESS" as const] };
    const { ResourceRequestStatusSummaries } = await control.send(
      new ListResourceRequestsCommand({ ResourceRequestStatusFilter: filter }),
    );
    return ResourceRequestStatusSummaries!;
  };
  const made = await control.send(new CreateResourceCommand({ TypeName, DesiredState }));
  const { RequestToken: token, ...event } = made.ProgressEvent!;
  assert.deepEqual(
    { ...event, EventTime: undefined },
    { TypeName, Identifier: "g", Operation: "CREATE", OperationStatus: "IN_PROGRESS", EventTime: undefined },
  );
  const listed = await open("CREATE");
  assert.deepEqual(
    listed.map(({ RequestToken, OperationStatus, Identifier }) => [
      RequestToken,
      OperationStatus,
      Identifier,
    ]),
    [[token, "IN_PROGRESS", "g"]],
  );
  assert.ok(listed[0]!.RetryAfter! > event.EventTime!);
  await until(() => slow.calls.of("logs", "CreateLogGroup").length === 1);
  assert.ok(await control.send(new GetResourceCommand({ TypeName, Identifier: "g" })));
  await assert.rejects(control.send(new CreateResourceCommand({ TypeName, DesiredState })), {
    name: "ConcurrentOperationException",
    message: `Operation with RequestToken ${token} is already in progress on the resource`,
  });
  await slow.clock.advance("1m");
  const done = await until(
    () => status(token!),
    ({ OperationStatus }) => OperationStatus === "SUCCESS",
  );
  assert.equal(done.RetryAfter, undefined);
  assert.deepEqual(await open("CREATE"), []);

  const going = await control.send(new DeleteResourceCommand({ TypeName, Identifier: "g" }));
  assert.equal((await open("DELETE")).length, 1);
  const { RequestToken } = going.ProgressEvent!;
  const cancelled = await control.send(new CancelResourceRequestCommand({ RequestToken }));
  assert.equal(cancelled.ProgressEvent!.OperationStatus, "CANCEL_IN_PROGRESS");
  await until(
    () => status(RequestToken!),
    ({ OperationStatus }) => OperationStatus === "CANCEL_COMPLETE",
  );
});

test("a rule fails a request before it makes anything", async () => {
  await using failing = await testCloud();
  const control = new CloudControlClient(clientOptions(failing, newAccount()));
  await failing.faults.add({
    point: "cloudcontrol:request-state",
    effect: "fail",
    params: { reason: "No such luck." },
    match: {
      operation: "IN_PROGRESS",
      resource: "arn:aws:cloudformation:us-east-1::type/resource/AWS-Logs-*",
    },
  });
  const TypeName = "AWS::Logs::LogGroup";
  const made = await control.send(
    new CreateResourceCommand({ TypeName, DesiredState: JSON.stringify({ LogGroupName: "g" }) }),
  );
  const { RequestToken } = made.ProgressEvent!;
  const failed = await until(
    async () => (await control.send(new GetResourceRequestStatusCommand({ RequestToken }))).ProgressEvent!,
    ({ OperationStatus }) => OperationStatus === "FAILED",
  );
  assert.deepEqual([failed.StatusMessage, failed.ErrorCode], ["No such luck.", "ServiceInternalError"]);
  assert.equal(failing.calls.of("logs", "CreateLogGroup").length, 0);
});
