import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Lambda, type LambdaServiceException } from "@aws-sdk/client-lambda";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";
import { createNodeFunction, lambdaClient, ROLE } from "./functions.fixture.ts";

let cloud: Awaited<ReturnType<typeof testCloud>>;
let lambda: Lambda;

before(async () => {
  cloud = await testCloud();
  lambda = new Lambda(clientOptions(cloud, "123456789012"));
  await createNodeFunction(
    lambdaClient(cloud, "123456789012"),
    "known",
    `export const handler = async (event, context) => context.clientContext`,
  );
});
after(() => cloud[Symbol.asyncDispose]());

const HERE = "arn:aws:lambda:us-east-1:123456789012:function";
const THERE = "arn:aws:lambda:eu-west-1:123456789012:function";

type Refusal = readonly [what: string, call: () => Promise<unknown>, code: string, message: string | RegExp];

const refusals: readonly Refusal[] = [
  [
    "an invocation of what is not there names $LATEST",
    () => lambda.invoke({ FunctionName: "nobody" }),
    "ResourceNotFoundException",
    `Function not found: ${HERE}:nobody:$LATEST`,
  ],
  [
    "reading what is not there names the function",
    () => lambda.getFunction({ FunctionName: "nobody" }),
    "ResourceNotFoundException",
    `Function not found: ${HERE}:nobody`,
  ],
  [
    "a function of another region",
    () => lambda.getFunction({ FunctionName: `${THERE}:known` }),
    "ResourceNotFoundException",
    "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')",
  ],
  [
    "a version of a function that is not there: it is the function that is missed (recorded)",
    () => lambda.deleteFunction({ FunctionName: "nobody", Qualifier: "12" }),
    "ResourceNotFoundException",
    `Function not found: ${HERE}:nobody`,
  ],
  [
    "an ARN that ends with `function`, which is a name then (recorded)",
    () => lambda.invoke({ FunctionName: HERE }),
    "ResourceNotFoundException",
    `Function not found: ${HERE}:function:$LATEST`,
  ],
  [
    "an ARN of another service",
    () => lambda.getFunction({ FunctionName: "arn:aws:sqs:us-east-1:123456789012:known" }),
    "ValidationException",
    /at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: /,
  ],
  [
    "security groups of no form: all that is said of one, also that it may be empty (recorded)",
    () =>
      lambda.createFunction({
        FunctionName: "f",
        Role: ROLE,
        Code: { ZipFile: Buffer.from("x") },
        Runtime: "nodejs22.x",
        Handler: "index.handler",
        VpcConfig: { SecurityGroupIds: ["bad-sg"], SubnetIds: [] },
      }),
    "ValidationException",
    "1 validation error detected: Value '[bad-sg]' at 'vpcConfig.securityGroupIds' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 1024, Member must have length greater than or equal to 0, Member must satisfy regular expression pattern: sg-[0-9a-zA-Z]*]",
  ],
  [
    "a runtime that there is not, in the words of many a bug report",
    () => lambda.updateFunctionConfiguration({ FunctionName: "known", Runtime: "PYTHON3.9" as "python3.9" }),
    "InvalidParameterValueException",
    /^Value PYTHON3\.9 at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: \[nodejs20\.x, python3\.14, .*, java8\.al2\] or be a valid ARN$/,
  ],
  [
    "runtimes and architectures of a layer that there are not, runtimes first (recorded)",
    () =>
      lambda.publishLayerVersion({
        LayerName: "l",
        Content: { ZipFile: Buffer.from("x") },
        CompatibleRuntimes: ["no", "nodejs20.x"] as unknown as ["nodejs20.x"],
        CompatibleArchitectures: ["no"] as unknown as ["arm64"],
      }),
    "ValidationException",
    /^2 validation errors detected: Value '\[no, nodejs20\.x\]' at 'compatibleRuntimes' failed to satisfy constraint: Member must satisfy enum value set: \[nodejs20\.x, .*, java8\.al2\]; Value '\[no\]' at 'compatibleArchitectures' failed to satisfy constraint: Member must satisfy constraint: \[Member must satisfy enum value set: \[x86_64, arm64\], Member must not be null\]$/,
  ],
  [
    "weights of an alias that are too high, in Java's doubles (recorded)",
    () =>
      lambda.createAlias({
        FunctionName: "known",
        Name: "a",
        FunctionVersion: "1",
        RoutingConfig: { AdditionalVersionWeights: { "2": 2 } },
      }),
    "ValidationException",
    "1 validation error detected: Value '{2=2.0}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must have value greater than or equal to 0.0, Member must not be null]",
  ],
  ...[-1, 0].flatMap((VersionNumber): Refusal[] => {
    const told = ["InvalidParameterValueException", "Layer Version Cannot be less than 1"] as const;
    const which = { LayerName: "nobody", VersionNumber };
    return [
      [
        `getting the version ${VersionNumber} of a layer (recorded)`,
        () => lambda.getLayerVersion(which),
        ...told,
      ],
      [
        `deleting the version ${VersionNumber} of a layer (recorded)`,
        () => lambda.deleteLayerVersion(which),
        ...told,
      ],
    ];
  }),
  [
    "a revision of a policy that is not its latest (recorded)",
    () =>
      lambda.addPermission({
        FunctionName: "known",
        StatementId: "s",
        Action: "lambda:InvokeFunction",
        Principal: "*",
        RevisionId: "wrong",
      }),
    "PreconditionFailedException",
    "The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest Revision Id",
  ],
  [
    "a starting position that there is not, with AWS's order of those that there are (recorded)",
    () =>
      lambda.createEventSourceMapping({
        FunctionName: "known",
        EventSourceArn: "arn:aws:kinesis:us-east-1:123456789012:stream/s",
        StartingPosition: "invalid" as "LATEST",
      }),
    "ValidationException",
    "1 validation error detected: Value 'invalid' at 'startingPosition' failed to satisfy constraint: Member must satisfy enum value set: [LATEST, AT_TIMESTAMP, TRIM_HORIZON]",
  ],
  [
    "$LATEST by itself is not deleted, known or not",
    () => lambda.deleteFunction({ FunctionName: "nobody", Qualifier: "$LATEST" }),
    "InvalidParameterValueException",
    "$LATEST version cannot be deleted without deleting the function.",
  ],
  [
    "a client context that is no JSON",
    () => lambda.invoke({ FunctionName: "known", ClientContext: Buffer.from("{").toString("base64") }),
    "InvalidRequestContentException",
    "Client context must be a valid Base64-encoded JSON object.",
  ],
  [
    "a reservation for an alias",
    () => lambda.putFunctionConcurrency({ FunctionName: "known:live", ReservedConcurrentExecutions: 1 }),
    "InvalidParameterValueException",
    /This operation is permitted on Lambda functions only\./,
  ],
  [
    "a provisioned configuration of an alias that is not there",
    () => lambda.getProvisionedConcurrencyConfig({ FunctionName: "known", Qualifier: "live" }),
    "ResourceNotFoundException",
    /Cannot find alias arn/,
  ],
  [
    "a name of more than 64 characters",
    () =>
      lambda.createFunction({
        FunctionName: "n".repeat(65),
        Role: ROLE,
        Code: { ZipFile: Buffer.from("x") },
        Runtime: "nodejs22.x",
        Handler: "index.handler",
      }),
    "InvalidParameterValueException",
    /at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 64/,
  ],
];

for (const [what, call, code, message] of refusals) {
  test(`Refused as AWS refuses it: ${what}`, async () => {
    await assert.rejects(call(), (error: LambdaServiceException) => {
      assert.equal(error.name, code);
      if (typeof message === "string") assert.equal(error.message, message);
      else assert.match(error.message, message);
      return true;
    });
  });
}

test("An alias of $LATEST and another version is refused, and nobody is blamed (recorded)", async () => {
  const RoutingConfig = { AdditionalVersionWeights: { "1": 0.5 } };
  const asked = lambda.createAlias({
    FunctionName: "known",
    Name: "a",
    FunctionVersion: "$LATEST",
    RoutingConfig,
  });
  await assert.rejects(asked, (error: LambdaServiceException & { Type?: string }) => {
    assert.equal(error.message, "$LATEST is not supported for an alias pointing to more than 1 version");
    assert.equal(error.Type, undefined);
    return true;
  });
});

test("A function made and published at once answers its own ARN with the version's number, as recorded", async () => {
  const { Configuration, Code } = await lambda.getFunction({ FunctionName: "known" });
  const ZipFile = new Uint8Array(await (await fetch(Code!.Location!)).arrayBuffer());
  const made = await lambda.createFunction({
    FunctionName: "published",
    Role: ROLE,
    Runtime: Configuration?.Runtime,
    Handler: Configuration?.Handler,
    Code: { ZipFile },
    Publish: true,
  });
  assert.deepEqual([made.FunctionArn, made.Version], [`${HERE}:published`, "1"]);
  const version = await lambda.getFunctionConfiguration({ FunctionName: "published", Qualifier: "1" });
  assert.equal(version.FunctionArn, `${HERE}:published:1`);
});

test("The deletion of a version that is not there succeeds, as recorded", async () => {
  await lambda.deleteFunction({ FunctionName: "known", Qualifier: "1233" });
  const { Configuration } = await lambda.getFunction({ FunctionName: "known" });
  assert.equal(Configuration?.FunctionName, "known");
});

test("A client context reaches the function whole, whatever its characters", async () => {
  const context = { custom: { city: "Zürich ✓" } };
  const ClientContext = Buffer.from(JSON.stringify(context)).toString("base64");
  const { Payload } = await lambda.invoke({ FunctionName: "known", ClientContext });
  assert.deepEqual(JSON.parse(Buffer.from(Payload!).toString()), context);
});

test("policies, layers, destinations and code signing are refused in the words that were recorded", async () => {
  const account = newAccount();
  await createNodeFunction(lambdaClient(cloud, account), "f", "export const handler = async () => 1;");
  const call = (operation: string, input: object) => cloud.call("lambda", operation, input, { account });
  const arn = (name: string) => `arn:aws:lambda:us-east-1:${account}:function:${name}`;
  const allow = { FunctionName: "f", StatementId: "s", Action: "lambda:InvokeFunction", Principal: "*" };
  const config = `arn:aws:lambda:us-east-1:${account}:code-signing-config:csc-00000000000000000`;
  const layer = `arn:aws:lambda:us-west-2:${account}:layer:l:1`;
  const REFUSALS: readonly [operation: string, input: object, code: string, message: string][] = [
    [
      "AddPermission",
      { ...allow, Qualifier: "$LATEST" },
      "InvalidParameterValueException",
      "We currently do not support adding policies for $LATEST.",
    ],
    [
      "AddPermission",
      { ...allow, Principal: "invalid.example.com" },
      "InvalidParameterValueException",
      "The provided principal was invalid. Please check the principal and try again.",
    ],
    [
      "AddPermission",
      { ...allow, Qualifier: "nobody" },
      "ResourceNotFoundException",
      `Cannot find alias arn: ${arn("f")}:nobody`,
    ],
    [
      "AddPermission",
      { ...allow, Qualifier: "42" },
      "ResourceNotFoundException",
      `Function not found: ${arn("f")}:42`,
    ],
    [
      "RemovePermission",
      { FunctionName: "f", StatementId: "s" },
      "ResourceNotFoundException",
      "No policy is associated with the given resource.",
    ],
    [
      "RemovePermission",
      { FunctionName: "nobody", StatementId: "s" },
      "ResourceNotFoundException",
      `No policy found for: ${arn("nobody")}`,
    ],
    [
      "GetPolicy",
      { FunctionName: "nobody" },
      "ResourceNotFoundException",
      "The resource you requested does not exist.",
    ],
    [
      "GetLayerVersionPolicy",
      { LayerName: "l", VersionNumber: 2 },
      "ResourceNotFoundException",
      `Layer version arn:aws:lambda:us-east-1:${account}:layer:l:2 does not exist.`,
    ],
    [
      "UpdateFunctionConfiguration",
      { FunctionName: "f", Layers: [layer] },
      "InvalidParameterValueException",
      "Layers are not in the same region as the function. Layers are expected to be in region us-east-1.",
    ],
    [
      "PutFunctionEventInvokeConfig",
      { FunctionName: "f", DestinationConfig: { OnSuccess: { Destination: arn("nobody") } } },
      "InvalidParameterValueException",
      `The destination ARN ${arn("nobody")} is invalid.`,
    ],
    [
      "PutFunctionEventInvokeConfig",
      {
        FunctionName: "f",
        DestinationConfig: { OnSuccess: { Destination: `arn:aws:iam:us-east-1:${account}:function:f` } },
      },
      "InvalidParameterValueException",
      `The provided destination config DestinationConfig(onSuccess=OnSuccess(destination=arn:aws:iam:us-east-1:${account}:function:f), onFailure=null) is invalid.`,
    ],
    [
      "GetCodeSigningConfig",
      { CodeSigningConfigArn: config },
      "ResourceNotFoundException",
      `The Lambda code signing configuration ${config} can not be found.`,
    ],
    [
      "PutFunctionCodeSigningConfig",
      { CodeSigningConfigArn: config, FunctionName: "f" },
      "CodeSigningConfigNotFoundException",
      `The code signing configuration cannot be found. Check that the provided configuration is not deleted: ${config}.`,
    ],
  ];
  for (const [operation, input, code, message] of REFUSALS)
    await assert.rejects(call(operation, input), { code, message }, message);
  assert.deepEqual(await call("GetFunctionCodeSigningConfig", { FunctionName: "f" }), {});
});
