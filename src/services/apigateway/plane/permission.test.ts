import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { ApiGatewayV2Client, CreateApiCommand } from "@aws-sdk/client-apigatewayv2";
import { AddPermissionCommand } from "@aws-sdk/client-lambda";
import { clientOptions, testCloud } from "../../../../test/cloud.ts";
import type { Cloud } from "../../../index.ts";
import { Bed, send } from "../bed.fixture.ts";

const ANSWER = `async () => ({ statusCode: 200, body: "ok" })`;

/** A cloud and its warnings of missing permissions. */
async function listening() {
  const warnings: string[] = [];
  const cloud = await testCloud({
    log: ({ level, message }) =>
      level === "WARN" && message.includes("has no permission for") && warnings.push(message),
  });
  return { cloud, warnings };
}

/** Waits until as many policies have been read: that happens after the answer. */
async function policiesRead(cloud: Cloud, count: number): Promise<void> {
  while (cloud.calls.of("lambda", "GetPolicy").length < count) await nextTurn();
  await nextTurn();
  assert.equal(cloud.calls.of("lambda", "GetPolicy").length, count);
}

const warningOf = (functionArn: string, sourceArn: string) =>
  `${functionArn} has no permission for ${sourceArn}; AWS would answer 500. Add it with lambda add-permission.`;

test("a function that API Gateway may not invoke answers all the same, and one warning says so", async () => {
  const { cloud, warnings } = await listening();
  await using _ = cloud;
  const bed = new Bed(cloud);
  const arn = await bed.createFunction("open", ANSWER);
  const api = await bed.createApi();
  await api.putLambda(api.rootId, "GET", arn);
  await api.putLambda(await api.createResource("pets"), "GET", arn);
  await api.deploy();
  const sourceArn = `arn:aws:execute-api:us-east-1:${bed.account}:${api.id}/dev/GET/`;
  for (const path of ["/", "/", "/pets"]) assert.equal((await api.send(path)).status, 200);
  await policiesRead(cloud, 1);
  assert.deepEqual(warnings, [warningOf(arn, sourceArn)]);

  const other = await bed.createApi();
  await other.putLambda(other.rootId, "GET", arn);
  await other.deploy();
  assert.equal((await other.send("/")).status, 200);
  await policiesRead(cloud, 2);
  assert.deepEqual(warnings.slice(1), [warningOf(arn, sourceArn.replace(api.id, other.id))]);
});

test("a function that API Gateway may invoke, and one whose policy cannot be read, are no reason to warn", async () => {
  const { cloud, warnings } = await listening();
  await using _ = cloud;
  const bed = new Bed(cloud);
  const api = await bed.createApi();
  const allowed = await bed.createFunction("allowed", ANSWER);
  await bed.lambda.send(
    new AddPermissionCommand({
      FunctionName: "allowed",
      StatementId: "api",
      Action: "lambda:InvokeFunction",
      Principal: "apigateway.amazonaws.com",
      SourceArn: `arn:aws:execute-api:us-east-1:${bed.account}:${api.id}/*/GET/`,
    }),
  );
  await api.putLambda(api.rootId, "GET", allowed);
  await api.putLambda(await api.createResource("dark"), "GET", await bed.createFunction("dark", ANSWER));
  await api.deploy();
  assert.equal((await api.send("/")).status, 200);
  await policiesRead(cloud, 1);
  await cloud.faults.add({
    effect: "error",
    match: { service: "lambda", operation: "GetPolicy" },
    params: { kind: "internal" },
  });
  assert.equal((await api.send("/dark")).status, 200);
  await policiesRead(cloud, 2);
  assert.deepEqual(warnings, []);
});

test("an HTTP API's function without a permission is warned of, too", async () => {
  const { cloud, warnings } = await listening();
  await using _ = cloud;
  const bed = new Bed(cloud);
  const arn = await bed.createFunction("quick", ANSWER);
  const { ApiId } = await new ApiGatewayV2Client(clientOptions(cloud, bed.account)).send(
    new CreateApiCommand({ Name: "quick", ProtocolType: "HTTP", Target: arn }),
  );
  const host = `${ApiId}.execute-api.localhost.localstack.cloud`;
  for (const path of ["/a", "/b"]) assert.equal((await send(cloud, { host, path })).status, 200);
  await policiesRead(cloud, 1);
  const sourceArn = `arn:aws:execute-api:us-east-1:${bed.account}:${ApiId}/$default/$default`;
  assert.deepEqual(warnings, [warningOf(arn, sourceArn)]);
});
