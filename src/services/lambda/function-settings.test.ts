import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AddPermissionCommand,
  CreateAliasCommand,
  CreateCodeSigningConfigCommand,
  DeleteFunctionConcurrencyCommand,
  DeleteFunctionEventInvokeConfigCommand,
  DeleteProvisionedConcurrencyConfigCommand,
  GetAccountSettingsCommand,
  GetAliasCommand,
  GetFunctionCodeSigningConfigCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  GetFunctionEventInvokeConfigCommand,
  GetFunctionRecursionConfigCommand,
  GetPolicyCommand,
  GetProvisionedConcurrencyConfigCommand,
  GetRuntimeManagementConfigCommand,
  InvokeCommand,
  type LambdaClient,
  ListFunctionsByCodeSigningConfigCommand,
  ListTagsCommand,
  PublishVersionCommand,
  PutFunctionCodeSigningConfigCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
  PutFunctionRecursionConfigCommand,
  PutProvisionedConcurrencyConfigCommand,
  PutRuntimeManagementConfigCommand,
  RemovePermissionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateFunctionConfigurationCommand,
  UpdateFunctionEventInvokeConfigCommand,
} from "@aws-sdk/client-lambda";
import { testCloud } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import { createNodeFunction, lambdaClient, payloadOf, signalServer } from "./functions.fixture.ts";

const ARN = "arn:aws:lambda:us-east-1:123456789012:function:f";
const FunctionName = "f";

async function setUp(
  lambda: LambdaClient,
  source = `export const handler = async () => process.env.AWS_LAMBDA_INITIALIZATION_TYPE`,
) {
  await createNodeFunction(lambda, FunctionName, source, { Publish: true });
}

test("a policy has the revision of its version or alias, and one that grows restarts nothing", async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud);
  await setUp(lambda, `const began = Math.random(); export const handler = async () => began;`);
  await lambda.send(new CreateAliasCommand({ FunctionName, Name: "live", FunctionVersion: "1" }));
  const revision = async (Qualifier?: string) =>
    Qualifier === "live"
      ? (await lambda.send(new GetAliasCommand({ FunctionName, Name: Qualifier }))).RevisionId
      : (await lambda.send(new GetFunctionConfigurationCommand({ FunctionName, Qualifier }))).RevisionId;
  for (const Qualifier of [undefined, "1", "live"]) {
    const of = { FunctionName, Qualifier };
    const began = async () => payloadOf(await lambda.send(new InvokeCommand(of)));
    const add = (StatementId: string, RevisionId?: string) => {
      const Principal = "s3.amazonaws.com";
      const Action = "lambda:InvokeFunction";
      return lambda.send(new AddPermissionCommand({ ...of, StatementId, Action, Principal, RevisionId }));
    };
    const before = await began();
    const first = await revision(Qualifier);
    await add("first", first);
    const second = await revision(Qualifier);
    assert.notEqual(second, first);
    assert.equal((await lambda.send(new GetPolicyCommand(of))).RevisionId, second);
    const message =
      "The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest Revision Id";
    await assert.rejects(add("second", first), { name: "PreconditionFailedException", message });
    await lambda.send(new RemovePermissionCommand({ ...of, StatementId: "first", RevisionId: second }));
    assert.notEqual(await revision(Qualifier), second);
    assert.equal(await began(), before);
  }
});

test("a policy grows and shrinks by statements", async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud, "123456789012");
  await setUp(lambda);
  const add = {
    FunctionName,
    StatementId: "s3",
    Action: "lambda:InvokeFunction",
    Principal: "s3.amazonaws.com",
    SourceArn: "arn:aws:s3:::bucket",
    SourceAccount: "123456789012",
  };
  const { Statement } = await lambda.send(new AddPermissionCommand(add));
  const statement = {
    Sid: "s3",
    Effect: "Allow",
    Principal: { Service: "s3.amazonaws.com" },
    Action: "lambda:InvokeFunction",
    Resource: ARN,
    Condition: {
      StringEquals: { "AWS:SourceAccount": "123456789012" },
      ArnLike: { "AWS:SourceArn": "arn:aws:s3:::bucket" },
    },
  };
  assert.deepEqual(JSON.parse(Statement!), statement);
  await assert.rejects(lambda.send(new AddPermissionCommand(add)), {
    name: "ResourceConflictException",
    message:
      "The statement id (s3) provided already exists. Please provide a new statement id, or remove the existing statement.",
  });
  const { Policy } = await lambda.send(new GetPolicyCommand({ FunctionName }));
  assert.deepEqual(JSON.parse(Policy!), { Version: "2012-10-17", Id: "default", Statement: [statement] });
  await lambda.send(new RemovePermissionCommand({ FunctionName, StatementId: "s3" }));
  await assert.rejects(lambda.send(new GetPolicyCommand({ FunctionName })), {
    name: "ResourceNotFoundException",
    message: "The resource you requested does not exist.",
  });
});

test("reserved concurrency limits a function and leaves a minimum to the others", async () => {
  await using cloud = await testCloud();
  await using handler = await signalServer();
  const lambda = lambdaClient(cloud);
  await setUp(
    lambda,
    `export const handler = async (event) => { if (event.url) await (await fetch(event.url)).text(); }`,
  );
  await assert.rejects(
    lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 901 })),
    {
      name: "InvalidParameterValueException",
      message:
        "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
    },
  );
  await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 900 }));
  await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 1 }));
  let release: () => void = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  handler.holdUntil = held;
  const first = lambda.send(
    new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify({ url: handler.url })) }),
  );
  await handler.calls(1);
  await assert.rejects(lambda.send(new InvokeCommand({ FunctionName })), {
    name: "TooManyRequestsException",
    Reason: "ReservedFunctionConcurrentInvocationLimitExceeded",
  });
  release();
  await first;
  assert.equal((await lambda.send(new InvokeCommand({ FunctionName }))).StatusCode, 200);
  const { AccountLimit, AccountUsage } = await lambda.send(new GetAccountSettingsCommand({}));
  assert.equal(AccountLimit!.UnreservedConcurrentExecutions, 999);
  assert.equal(AccountUsage!.FunctionCount, 1);
  await lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
  const { ReservedConcurrentExecutions } = await lambda.send(
    new GetFunctionConcurrencyCommand({ FunctionName }),
  );
  assert.equal(ReservedConcurrentExecutions, undefined);
});

test("provisioned concurrency starts environments ahead", async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud);
  await setUp(lambda);
  await lambda.send(new CreateAliasCommand({ FunctionName, Name: "live", FunctionVersion: "1" }));
  const Qualifier = "live";
  await assert.rejects(
    lambda.send(
      new PutProvisionedConcurrencyConfigCommand({
        FunctionName,
        Qualifier: "$LATEST",
        ProvisionedConcurrentExecutions: 1,
      }),
    ),
    { message: "Provisioned Concurrency Configs cannot be applied to unpublished function versions." },
  );
  await assert.rejects(lambda.send(new GetProvisionedConcurrencyConfigCommand({ FunctionName, Qualifier })), {
    name: "ProvisionedConcurrencyConfigNotFoundException",
    message: "No Provisioned Concurrency Config found for this function",
  });
  const put = await lambda.send(
    new PutProvisionedConcurrencyConfigCommand({
      FunctionName,
      Qualifier,
      ProvisionedConcurrentExecutions: 2,
    }),
  );
  assert.equal(put.Status, "IN_PROGRESS");
  let status: string | undefined;
  while (status !== "READY") {
    ({ Status: status } = await lambda.send(
      new GetProvisionedConcurrencyConfigCommand({ FunctionName, Qualifier }),
    ));
  }
  const output = await lambda.send(new InvokeCommand({ FunctionName, Qualifier }));
  assert.equal(payloadOf(output), "provisioned-concurrency");
  await lambda.send(new DeleteProvisionedConcurrencyConfigCommand({ FunctionName, Qualifier }));
});

test("provisioned concurrency of a version whose init fails has failed, until it is put anew", async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud);
  await setUp(lambda, `throw new Error("no init"); export const handler = async () => 1;`);
  const config = { FunctionName, Qualifier: "1" };
  const put = () =>
    lambda.send(
      new PutProvisionedConcurrencyConfigCommand({ ...config, ProvisionedConcurrentExecutions: 1 }),
    );
  const get = () => lambda.send(new GetProvisionedConcurrencyConfigCommand(config));
  await put();
  const failed = await until(get, ({ Status }) => Status === "FAILED");
  assert.equal(failed.StatusReason, "FUNCTION_ERROR_INIT_FAILURE");
  assert.equal(failed.AllocatedProvisionedConcurrentExecutions, 0);
  assert.equal((await put()).StatusReason, undefined);
});

test("what is provisioned of an alias goes with it to another version, and is in progress again", async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud);
  await setUp(lambda, `export const handler = async () => process.env.AWS_LAMBDA_FUNCTION_VERSION`);
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 9 }));
  assert.equal((await lambda.send(new PublishVersionCommand({ FunctionName }))).Version, "2");
  const alias = { FunctionName, Name: "live" };
  await lambda.send(new CreateAliasCommand({ ...alias, FunctionVersion: "1" }));
  const config = { FunctionName, Qualifier: "live" };
  const hold = (id: string) => cloud.faults.add({ id, point: "lambda:provisioned-state", effect: "hold" });
  const told = async () => {
    const { Status, AllocatedProvisionedConcurrentExecutions: count } = await lambda.send(
      new GetProvisionedConcurrencyConfigCommand(config),
    );
    return `${Status} ${count}`;
  };
  const isReady = async (held: string) => {
    cloud.faults.remove(held);
    await until(told, (status) => status === "READY 1");
  };
  await hold("made");
  await lambda.send(
    new PutProvisionedConcurrencyConfigCommand({ ...config, ProvisionedConcurrentExecutions: 1 }),
  );
  assert.equal(await told(), "IN_PROGRESS 0");
  await isReady("made");
  await hold("moved");
  await lambda.send(new UpdateAliasCommand({ ...alias, Description: "the same version" }));
  assert.equal(await told(), "READY 1");
  await lambda.send(new UpdateAliasCommand({ ...alias, FunctionVersion: "2" }));
  assert.equal(await told(), "IN_PROGRESS 1");
  await isReady("moved");
  assert.equal(payloadOf(await lambda.send(new InvokeCommand(config))), "2");
});

test("what is provisioned of a reservation is not $LATEST's", async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud);
  await setUp(lambda);
  const provision = (ProvisionedConcurrentExecutions: number) =>
    lambda.send(
      new PutProvisionedConcurrencyConfigCommand({
        FunctionName,
        Qualifier: "1",
        ProvisionedConcurrentExecutions,
      }),
    );
  const reserve = (ReservedConcurrentExecutions: number) =>
    lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions }));
  await reserve(3);
  await provision(2);
  assert.equal((await lambda.send(new InvokeCommand({ FunctionName }))).StatusCode, 200);
  await assert.rejects(provision(4), {
    message:
      "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function",
  });
  await assert.rejects(reserve(1), {
    message:
      " ReservedConcurrentExecutions  1 should not be lower than function's total provisioned concurrency [2].",
    // Of Lambda's refusals this one blames nobody.
    Type: undefined,
  });
  await reserve(2);
  await assert.rejects(lambda.send(new InvokeCommand({ FunctionName })), {
    name: "TooManyRequestsException",
    Reason: "ReservedFunctionConcurrentInvocationLimitExceeded",
  });
  assert.equal((await lambda.send(new InvokeCommand({ FunctionName, Qualifier: "1" }))).StatusCode, 200);
});

test("the settings of asynchronous invocations are put whole and updated in part", async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud, "123456789012");
  await setUp(lambda);
  await assert.rejects(lambda.send(new GetFunctionEventInvokeConfigCommand({ FunctionName })), {
    name: "ResourceNotFoundException",
    message: `The function ${ARN}:$LATEST doesn't have an EventInvokeConfig`,
  });
  const OnFailure = { Destination: "arn:aws:sqs:us-east-1:123456789012:q" };
  await lambda.send(
    new PutFunctionEventInvokeConfigCommand({
      FunctionName,
      MaximumRetryAttempts: 1,
      MaximumEventAgeInSeconds: 60,
      DestinationConfig: { OnFailure },
    }),
  );
  const updated = await lambda.send(
    new UpdateFunctionEventInvokeConfigCommand({ FunctionName, MaximumRetryAttempts: 0 }),
  );
  assert.equal(updated.MaximumEventAgeInSeconds, 60);
  assert.equal(updated.MaximumRetryAttempts, 0);
  assert.equal(updated.FunctionArn, `${ARN}:$LATEST`);
  assert.deepEqual(updated.DestinationConfig, { OnSuccess: {}, OnFailure });
  await lambda.send(new PutFunctionEventInvokeConfigCommand({ FunctionName, MaximumRetryAttempts: 2 }));
  const whole = await lambda.send(new GetFunctionEventInvokeConfigCommand({ FunctionName }));
  assert.equal(whole.MaximumEventAgeInSeconds, undefined);
  await lambda.send(new DeleteFunctionEventInvokeConfigCommand({ FunctionName }));
});

test("tags, recursion, runtime management and code signing are kept", async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud, "123456789012");
  await setUp(lambda);
  await lambda.send(new TagResourceCommand({ Resource: ARN, Tags: { a: "1", b: "2" } }));
  await lambda.send(new UntagResourceCommand({ Resource: ARN, TagKeys: ["a"] }));
  assert.deepEqual((await lambda.send(new ListTagsCommand({ Resource: ARN }))).Tags, { b: "2" });

  assert.equal(
    (await lambda.send(new GetFunctionRecursionConfigCommand({ FunctionName }))).RecursiveLoop,
    "Terminate",
  );
  await lambda.send(new PutFunctionRecursionConfigCommand({ FunctionName, RecursiveLoop: "Allow" }));
  assert.equal(
    (await lambda.send(new GetFunctionRecursionConfigCommand({ FunctionName }))).RecursiveLoop,
    "Allow",
  );

  assert.equal(
    (await lambda.send(new GetRuntimeManagementConfigCommand({ FunctionName }))).UpdateRuntimeOn,
    "Auto",
  );
  await lambda.send(
    new PutRuntimeManagementConfigCommand({ FunctionName, UpdateRuntimeOn: "FunctionUpdate" }),
  );
  const management = await lambda.send(new GetRuntimeManagementConfigCommand({ FunctionName }));
  assert.equal(management.UpdateRuntimeOn, "FunctionUpdate");

  const { CodeSigningConfig } = await lambda.send(
    new CreateCodeSigningConfigCommand({
      AllowedPublishers: {
        SigningProfileVersionArns: ["arn:aws:signer:us-east-1:123456789012:/signing-profiles/p/1"],
      },
    }),
  );
  const { CodeSigningConfigArn } = CodeSigningConfig!;
  await lambda.send(new PutFunctionCodeSigningConfigCommand({ FunctionName, CodeSigningConfigArn }));
  const signing = await lambda.send(new GetFunctionCodeSigningConfigCommand({ FunctionName }));
  assert.equal(signing.CodeSigningConfigArn, CodeSigningConfigArn);
  const users = await lambda.send(new ListFunctionsByCodeSigningConfigCommand({ CodeSigningConfigArn }));
  assert.deepEqual(users.FunctionArns, [ARN]);
});
