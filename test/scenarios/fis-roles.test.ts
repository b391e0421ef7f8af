import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CreateExperimentTemplateCommand,
  FisClient,
  StartExperimentCommand,
  StopExperimentCommand,
} from "@aws-sdk/client-fis";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { createNodeFunction, payloadOf } from "../../src/services/lambda/functions.fixture.ts";
import { clientOptions, newAccount, testCloud } from "../cloud.ts";

/** A function that lists tables with the credentials of its role, and says how that went. */
const LISTS_TABLES = `
export const handler = async () => {
  const scope = process.env.AWS_ACCESS_KEY_ID + "/20260101/us-east-1/dynamodb/aws4_request";
  const response = await fetch(process.env.AWS_ENDPOINT_URL, {
    method: "POST",
    headers: {
      "x-amz-target": "DynamoDB_20120810.ListTables",
      "content-type": "application/x-amz-json-1.0",
      "x-amz-security-token": process.env.AWS_SESSION_TOKEN ?? "",
      authorization: "AWS4-HMAC-SHA256 Credential=" + scope + ", SignedHeaders=host, Signature=0",
    },
    body: "{}",
  });
  return response.status;
};`;

test("an experiment on the role of one function strikes its calls, and not another function's", async () => {
  await using cloud = await testCloud();
  const account = newAccount();
  const lambda = new LambdaClient(clientOptions(cloud, account));
  const fis = new FisClient(clientOptions(cloud, account));
  const role = (name: string) => `arn:aws:iam::${account}:role/${name}`;
  for (const name of ["orders", "invoices"]) {
    await createNodeFunction(lambda, name, LISTS_TABLES, { Role: role(name) });
  }
  const invoke = async (FunctionName: string) =>
    payloadOf(await lambda.send(new InvokeCommand({ FunctionName })));
  assert.deepEqual([await invoke("orders"), await invoke("invoices")], [200, 200]);

  const { experimentTemplate } = await fis.send(
    new CreateExperimentTemplateCommand({
      clientToken: "template",
      description: "DynamoDB is down for the orders",
      roleArn: role("experimenter"),
      stopConditions: [{ source: "none" }],
      targets: {
        callers: { resourceType: "aws:iam:role", resourceArns: [role("orders")], selectionMode: "ALL" },
      },
      actions: {
        outage: {
          actionId: "aws:fis:inject-api-internal-error",
          parameters: { duration: "PT5M", service: "dynamodb", operations: "ListTables", percentage: "100" },
          targets: { Roles: "callers" },
        },
      },
    }),
  );
  const { experiment } = await fis.send(
    new StartExperimentCommand({ clientToken: "start", experimentTemplateId: experimentTemplate!.id }),
  );
  assert.deepEqual([await invoke("orders"), await invoke("invoices")], [500, 200]);

  await fis.send(new StopExperimentCommand({ id: experiment!.id }));
  assert.deepEqual([await invoke("orders"), await invoke("invoices")], [200, 200]);

  const report = await fetch(`${cloud.url}/_squall/experiments/${experiment!.id}/report`);
  const { strikes } = (await report.json()) as { strikes: { service: string; action: string }[] };
  assert.deepEqual(
    strikes.map(({ service, action }) => [service, action]),
    [["dynamodb", "outage"]],
  );
});
