import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Lambda, type LambdaServiceException } from "@aws-sdk/client-lambda";
import { clientOptions, testCloud } from "../../../test/cloud.ts";
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

test("A client context reaches the function whole, whatever its characters", async () => {
  const context = { custom: { city: "Zürich ✓" } };
  const ClientContext = Buffer.from(JSON.stringify(context)).toString("base64");
  const { Payload } = await lambda.invoke({ FunctionName: "known", ClientContext });
  assert.deepEqual(JSON.parse(Buffer.from(Payload!).toString()), context);
});
