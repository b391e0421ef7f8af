import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  DeleteAliasCommand,
  DeleteFunctionCommand,
  GetAliasCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  ListAliasesCommand,
  ListFunctionsCommand,
  ListVersionsByFunctionCommand,
  PublishLayerVersionCommand,
  PublishVersionCommand,
  TagResourceCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionActiveV2,
  waitUntilFunctionUpdatedV2,
} from "@aws-sdk/client-lambda";
import { testCloud } from "../../../test/cloud.ts";
import { createNodeFunction, lambdaClient, payloadOf, ROLE, zipOf } from "./functions.fixture.ts";

const ONE = `export const handler = async () => 1;`;
const TWO = `export const handler = async () => 2;`;

test("a new function is Pending, then Active, with AWS's defaults", async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud, "123456789012");
  const zip = await zipOf({ "index.mjs": ONE });
  const created = await lambda.send(
    new CreateFunctionCommand({
      FunctionName: "one",
      Runtime: "nodejs24.x",
      Handler: "index.handler",
      Role: ROLE,
      Code: { ZipFile: zip },
      Environment: { Variables: { AA: "1" } },
      Tags: { team: "x" },
    }),
  );
  assert.equal(created.$metadata.httpStatusCode, 201);
  assert.equal(created.State, "Pending");
  assert.equal(created.StateReasonCode, "Creating");
  await waitUntilFunctionActiveV2(
    { client: lambda, maxWaitTime: 5, minDelay: 0.01 },
    { FunctionName: "one" },
  );
  const { Configuration, Code, Tags } = await lambda.send(new GetFunctionCommand({ FunctionName: "one" }));
  const { RevisionId, LastModified, RuntimeVersionConfig, ...rest } = Configuration!;
  assert.match(RevisionId!, /^[0-9a-f-]{36}$/);
  assert.match(LastModified!, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/);
  assert.match(RuntimeVersionConfig!.RuntimeVersionArn!, /^arn:aws:lambda:us-east-1::runtime:/);
  assert.deepEqual(rest, {
    FunctionName: "one",
    FunctionArn: "arn:aws:lambda:us-east-1:123456789012:function:one",
    Runtime: "nodejs24.x",
    Role: ROLE,
    Handler: "index.handler",
    CodeSize: zip.length,
    CodeSha256: createHash("sha256").update(zip).digest("base64"),
    Description: "",
    Timeout: 3,
    MemorySize: 128,
    Version: "$LATEST",
    State: "Active",
    LastUpdateStatus: "Successful",
    PackageType: "Zip",
    Architectures: ["x86_64"],
    TracingConfig: { Mode: "PassThrough" },
    EphemeralStorage: { Size: 512 },
    SnapStart: { ApplyOn: "None", OptimizationStatus: "Off" },
    LoggingConfig: { LogFormat: "Text", LogGroup: "/aws/lambda/one" },
    Environment: { Variables: { AA: "1" } },
  });
  assert.deepEqual(Tags, { team: "x" });
  assert.equal(Code!.RepositoryType, "S3");
  const download = Buffer.from(await (await fetch(Code!.Location!)).arrayBuffer());
  assert.deepEqual(download, zip);
});

test("who asks for a new or changed function hears when it is ready, so that no waiter sleeps", async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud);
  await createNodeFunction(lambda, "soon", ONE);
  const { Configuration } = await lambda.send(new GetFunctionCommand({ FunctionName: "soon" }));
  assert.equal(Configuration?.State, "Active");
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: "soon", Timeout: 5 }));
  const changed = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: "soon" }));
  assert.equal(changed.LastUpdateStatus, "Successful");
});

test("a function can be named by its name, its ARN and its partial ARN, and is made once", async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud, "123456789012");
  await createNodeFunction(lambda, "one", ONE);
  for (const FunctionName of [
    "one",
    "123456789012:function:one",
    "arn:aws:lambda:us-east-1:123456789012:function:one",
    "one:$LATEST",
  ]) {
    assert.equal(
      (await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }))).FunctionName,
      "one",
    );
  }
  await assert.rejects(createNodeFunction(lambda, "one", ONE), {
    name: "ResourceConflictException",
    message: "Function already exist: one",
  });
  await assert.rejects(lambda.send(new GetFunctionCommand({ FunctionName: "two" })), {
    name: "ResourceNotFoundException",
    message: "Function not found: arn:aws:lambda:us-east-1:123456789012:function:two",
  });
  await assert.rejects(
    lambda.send(new GetFunctionCommand({ FunctionName: "one:live", Qualifier: "other" })),
    { message: "The derived qualifier from the function name does not match the specified qualifier." },
  );
});

test("what cannot be a function is refused", async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud);
  await assert.rejects(createNodeFunction(lambda, "x", ONE, { Handler: undefined } as never), {
    name: "InvalidParameterValueException",
    message: "Runtime and Handler are mandatory parameters for functions created with deployment packages.",
  });
  await assert.rejects(createNodeFunction(lambda, "x", ONE, { Code: { ZipFile: Buffer.from("no zip") } }), {
    name: "InvalidParameterValueException",
    message: "Could not unzip uploaded file. Please check your file, then try to upload again.",
  });
  await assert.rejects(createNodeFunction(lambda, "x", ONE, { Timeout: 901 }), {
    message: /Member must have value less than or equal to 900/,
  });
  await createNodeFunction(lambda, "longest", ONE, { Timeout: 900 });
  const value = (length: number) => ({ Environment: { Variables: { AA: "x".repeat(length) } } });
  await createNodeFunction(lambda, "full", ONE, value(4096 - '{"AA":""}'.length));
  await assert.rejects(createNodeFunction(lambda, "x", ONE, value(4097 - '{"AA":""}'.length)), {
    name: "InvalidParameterValueException",
    message:
      /^Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit\./,
  });
  await assert.rejects(
    lambda.send(
      new CreateFunctionCommand({
        FunctionName: "x",
        PackageType: "Image",
        Role: ROLE,
        Code: { ImageUri: "a/b:c" },
      }),
    ),
    { name: "InvalidParameterValueException", message: /there is no Docker/ },
  );
});

test("an archive that does not unpack is refused when it is brought, not when the function is called", async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud);
  const refusal = {
    name: "InvalidParameterValueException",
    message: "Could not unzip uploaded file. Please check your file, then try to upload again.",
  };
  const broken = await zipOf({ "index.mjs": ONE.repeat(20) });
  broken[60]! ^= 0xff;
  const outward = await zipOf({ "index.mjs": ONE, secrets: { body: "/etc/passwd", mode: 0o120777 } });
  await createNodeFunction(lambda, "good", ONE);
  for (const ZipFile of [broken, outward]) {
    await assert.rejects(createNodeFunction(lambda, "bad", ONE, { Code: { ZipFile } }), refusal);
    await assert.rejects(
      lambda.send(new UpdateFunctionCodeCommand({ FunctionName: "good", ZipFile })),
      refusal,
    );
    await assert.rejects(
      lambda.send(new PublishLayerVersionCommand({ LayerName: "bad", Content: { ZipFile } })),
      refusal,
    );
  }
  await assert.rejects(lambda.send(new GetFunctionCommand({ FunctionName: "bad" })), {
    name: "ResourceNotFoundException",
  });
});

test("code may be as large as the limits and no larger", async () => {
  const zip = await zipOf({ "index.mjs": ONE });
  const limits = (zipped: number, total: number) => ({
    settings: { lambda: { "limit-code-size-zipped": zipped, "limit-total-code-size": total } },
  });
  await using cloud = await testCloud(limits(zip.length, zip.length * 2));
  const lambda = lambdaClient(cloud);
  const create = (name: string, ZipFile: Buffer) =>
    createNodeFunction(lambda, name, "", { Code: { ZipFile } });
  await create("a", zip);
  await assert.rejects(create("large", await zipOf({ "index.mjs": `${ONE} ` })), {
    name: "RequestEntityTooLargeException",
    message: /^Request must be smaller than \d+ bytes for the CreateFunction operation$/,
  });
  await create("b", zip);
  await assert.rejects(create("c", zip), {
    name: "CodeStorageExceededException",
    message: "Code storage limit exceeded.",
  });
});

test("reserved variables are taken, unless Squall is strict", async () => {
  const Environment = { Variables: { AWS_REGION: "eu-west-1" } };
  const source = `export const handler = async () => process.env.AWS_REGION`;
  await using lenient = await testCloud();
  const lambda = lambdaClient(lenient);
  await createNodeFunction(lambda, "f", source, { Environment });
  assert.equal(payloadOf(await lambda.send(new InvokeCommand({ FunctionName: "f" }))), "eu-west-1");
  await using strict = await testCloud({ strict: true });
  await assert.rejects(createNodeFunction(lambdaClient(strict), "f", source, { Environment }), {
    message: /Reserved keys used in this request: AWS_REGION$/,
  });
});

test("of variables a function has what a shell leaves, and of log formats only JSON's", async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud);
  const source = `export const handler = async () => process.env`;
  const seen = async (LogFormat: "Text" | "JSON") => {
    await createNodeFunction(lambda, LogFormat, source, { LoggingConfig: { LogFormat } });
    return payloadOf(await lambda.send(new InvokeCommand({ FunctionName: LogFormat }))) as Record<
      string,
      string
    >;
  };
  const text = await seen("Text");
  assert.deepEqual([text["PWD"], text["SHLVL"]], [text["LAMBDA_TASK_ROOT"], "0"]);
  assert.equal(text["AWS_LAMBDA_LOG_FORMAT"], undefined);
  assert.equal(text["AWS_LAMBDA_FUNCTION_TIMEOUT"], undefined);
  assert.equal((await seen("JSON"))["AWS_LAMBDA_LOG_FORMAT"], "JSON");
});

test("an update without a dead-letter target leaves the one that is there, an empty one takes it away", async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud);
  const TargetArn = "arn:aws:sqs:us-east-1:123456789012:letters";
  await createNodeFunction(lambda, "f", ONE, { DeadLetterConfig: { TargetArn } });
  for (const [given, kept] of [
    [{}, { TargetArn }],
    [{ TargetArn: "" }, undefined],
  ] as const) {
    const { DeadLetterConfig } = await lambda.send(
      new UpdateFunctionConfigurationCommand({ FunctionName: "f", DeadLetterConfig: given }),
    );
    assert.deepEqual(DeadLetterConfig, kept);
  }
});

test("states, reasons and revisions come and go as AWS's do", async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud);
  const created = await createNodeFunction(lambda, "f", ONE, { Publish: true });
  assert.deepEqual(
    [created.Version, created.State, created.StateReasonCode, created.LastUpdateStatus],
    ["1", "Pending", "Creating", undefined],
  );
  const read = async (Qualifier?: string) =>
    (await lambda.send(new GetFunctionCommand({ FunctionName: "f", Qualifier }))).Configuration!;
  const first = await read("1");
  assert.deepEqual(
    [first.State, first.StateReason, first.LastUpdateStatus],
    ["Active", undefined, "Successful"],
  );
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: "f", Timeout: 9 }));
  const latest = await read("$LATEST");
  assert.equal(latest.FunctionArn, `${(await read()).FunctionArn}:$LATEST`);
  assert.deepEqual(
    [latest.LastUpdateStatus, latest.LastUpdateStatusReason, latest.LastUpdateStatusReasonCode],
    ["Successful", undefined, undefined],
  );
  await lambda.send(new TagResourceCommand({ Resource: (await read()).FunctionArn, Tags: { team: "a" } }));
  assert.notEqual((await read()).RevisionId, latest.RevisionId);
  const tags = async (Qualifier?: string) =>
    (await lambda.send(new GetFunctionCommand({ FunctionName: "f", Qualifier }))).Tags;
  assert.deepEqual([await tags(), await tags("1")], [{ team: "a" }, undefined]);
});

test("runtimes that AWS has blocked run, and are refused where AWS's refusal is wanted", async () => {
  await using lenient = await testCloud();
  await using strict = await testCloud({ settings: { lambda: { "runtime-validation": true } } });
  await createNodeFunction(lambdaClient(lenient), "old", ONE, { Runtime: "nodejs14.x" });
  await assert.rejects(createNodeFunction(lambdaClient(strict), "old", ONE, { Runtime: "nodejs14.x" }), {
    name: "InvalidParameterValueException",
    message:
      "The runtime parameter of nodejs14.x is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.",
  });
});

test("new code and a new configuration count from the next invocation", async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud);
  await createNodeFunction(lambda, "f", ONE);
  const invoke = async () => payloadOf(await lambda.send(new InvokeCommand({ FunctionName: "f" })));
  assert.equal(await invoke(), 1);
  const updated = await lambda.send(
    new UpdateFunctionCodeCommand({ FunctionName: "f", ZipFile: await zipOf({ "index.mjs": TWO }) }),
  );
  assert.equal(updated.LastUpdateStatus, "InProgress");
  assert.equal(await invoke(), 2);
  await waitUntilFunctionUpdatedV2({ client: lambda, maxWaitTime: 5, minDelay: 0.01 }, { FunctionName: "f" });
  const changed = await lambda.send(
    new UpdateFunctionConfigurationCommand({ FunctionName: "f", Timeout: 10, Description: "later" }),
  );
  assert.equal(changed.Timeout, 10);
  assert.equal(changed.MemorySize, 128);
  const { RevisionId } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: "f" }));
  await assert.rejects(
    lambda.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: "f",
        Timeout: 5,
        RevisionId: updated.RevisionId,
      }),
    ),
    { name: "PreconditionFailedException" },
  );
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: "f", Timeout: 5, RevisionId }));
});

test("versions are fixed, numbered, and only made when something has changed", async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud);
  await createNodeFunction(lambda, "f", ONE, { Publish: true });
  const again = await lambda.send(new PublishVersionCommand({ FunctionName: "f" }));
  assert.equal(again.Version, "1");
  await lambda.send(
    new UpdateFunctionCodeCommand({ FunctionName: "f", ZipFile: await zipOf({ "index.mjs": TWO }) }),
  );
  const second = await lambda.send(new PublishVersionCommand({ FunctionName: "f", Description: "two" }));
  assert.equal(second.Version, "2");
  assert.match(second.FunctionArn!, /:function:f:2$/);
  const results = [];
  for (const Qualifier of ["1", "2", "$LATEST"]) {
    const output = await lambda.send(new InvokeCommand({ FunctionName: "f", Qualifier }));
    assert.equal(output.ExecutedVersion, Qualifier);
    results.push(payloadOf(output));
  }
  assert.deepEqual(results, [1, 2, 2]);
  const { Versions } = await lambda.send(new ListVersionsByFunctionCommand({ FunctionName: "f" }));
  assert.deepEqual(
    Versions!.map((version) => version.Version),
    ["$LATEST", "1", "2"],
  );
  await lambda.send(new DeleteFunctionCommand({ FunctionName: "f", Qualifier: "1" }));
  await assert.rejects(lambda.send(new InvokeCommand({ FunctionName: "f", Qualifier: "1" })), {
    name: "ResourceNotFoundException",
    message: /:function:f:1$/,
  });
  await assert.rejects(lambda.send(new DeleteFunctionCommand({ FunctionName: "f", Qualifier: "$LATEST" })), {
    message: "$LATEST version cannot be deleted without deleting the function.",
  });
});

test("an alias points to a version, or to two by weight", async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud);
  await createNodeFunction(lambda, "f", ONE, { Publish: true });
  await lambda.send(
    new UpdateFunctionCodeCommand({
      FunctionName: "f",
      ZipFile: await zipOf({ "index.mjs": TWO }),
      Publish: true,
    }),
  );
  const alias = await lambda.send(
    new CreateAliasCommand({ FunctionName: "f", Name: "live", FunctionVersion: "1" }),
  );
  assert.match(alias.AliasArn!, /:function:f:live$/);
  const first = await lambda.send(new InvokeCommand({ FunctionName: "f", Qualifier: "live" }));
  assert.deepEqual([payloadOf(first), first.ExecutedVersion], [1, "1"]);
  const RoutingConfig = { AdditionalVersionWeights: { "2": 0.5 } };
  await lambda.send(new UpdateAliasCommand({ FunctionName: "f", Name: "live", RoutingConfig }));
  const seen = new Set<unknown>();
  for (let i = 0; i < 40 && seen.size < 2; i++) {
    seen.add(payloadOf(await lambda.send(new InvokeCommand({ FunctionName: "f:live" }))));
  }
  assert.deepEqual([...seen].sort(), [1, 2]);
  await assert.rejects(lambda.send(new DeleteFunctionCommand({ FunctionName: "f", Qualifier: "1" })), {
    name: "ResourceConflictException",
  });
  assert.equal(
    (await lambda.send(new ListAliasesCommand({ FunctionName: "f", FunctionVersion: "1" }))).Aliases?.length,
    1,
  );
  await assert.rejects(
    lambda.send(new CreateAliasCommand({ FunctionName: "f", Name: "live", FunctionVersion: "1" })),
    { name: "ResourceConflictException", message: `Alias already exists: ${alias.AliasArn}` },
  );
  await lambda.send(new DeleteAliasCommand({ FunctionName: "f", Name: "live" }));
  await assert.rejects(lambda.send(new GetAliasCommand({ FunctionName: "f", Name: "live" })), {
    name: "ResourceNotFoundException",
    message: `Cannot find alias arn: ${alias.AliasArn}`,
  });
});

test("functions are listed in pages, with their versions when asked for, and without their state", async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud);
  for (const name of ["a", "b", "c"]) await createNodeFunction(lambda, name, ONE, { Publish: name === "a" });
  const first = await lambda.send(new ListFunctionsCommand({ MaxItems: 2 }));
  assert.deepEqual(
    first.Functions!.map((listed) => listed.FunctionName),
    ["a", "b"],
  );
  assert.equal(first.Functions![0]!.State, undefined);
  // Recorded: only the list of all versions gives `$LATEST` its number.
  assert.match(first.Functions![0]!.FunctionArn!, /:function:a$/);
  const second = await lambda.send(new ListFunctionsCommand({ MaxItems: 2, Marker: first.NextMarker }));
  assert.deepEqual(
    second.Functions!.map((listed) => listed.FunctionName),
    ["c"],
  );
  assert.equal(second.NextMarker, undefined);
  const all = await lambda.send(new ListFunctionsCommand({ FunctionVersion: "ALL" }));
  assert.deepEqual(
    all.Functions!.map((listed) => listed.Version),
    ["$LATEST", "1", "$LATEST", "$LATEST"],
  );
  assert.match(all.Functions![0]!.FunctionArn!, /:function:a:\$LATEST$/);
  await lambda.send(new DeleteFunctionCommand({ FunctionName: "a" }));
  assert.equal((await lambda.send(new ListFunctionsCommand({}))).Functions!.length, 2);
});

test("functions outlive a restart when there is a data directory", async (t) => {
  const { mkdtempSync, rmSync } = await import("node:fs");
  const dataDir = mkdtempSync("/tmp/squall-lambda-");
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  {
    await using cloud = await testCloud({ dataDir });
    await createNodeFunction(lambdaClient(cloud, "111122223333"), "kept", ONE);
  }
  await using cloud = await testCloud({ dataDir });
  const output = await lambdaClient(cloud, "111122223333").send(new InvokeCommand({ FunctionName: "kept" }));
  assert.equal(payloadOf(output), 1);
});
