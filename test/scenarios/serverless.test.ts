import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { APIGatewayClient, GetRestApisCommand } from "@aws-sdk/client-api-gateway";
import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { DynamoDBClient, GetItemCommand, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import type { Cloud } from "../../src/index.ts";
import { clientEnvironment, clientOptions, newAccount, testCloud } from "../cloud.ts";
import { needs } from "../needs.ts";

/*
 * Serverless Framework 3 deploys, changes and removes the example service as it does in AWS. Its AWS SDK (version 2) knows no
 * AWS_ENDPOINT_URL: `squall/preload` leads what it sends to AWS to Squall.
 */

const run = promisify(execFile);
const example = fileURLToPath(new URL("../../examples/serverless-orders", import.meta.url));
const preload = new URL("../../runtimes/node/preload.mjs", import.meta.url).href;

describe("the Serverless Framework", { ...needs("serverless") }, () => {
  const account = newAccount();
  const folder = mkdtempSync(join(tmpdir(), "squall-serverless-"));
  let cloud: Cloud;
  let stacks: CloudFormationClient;
  let table: DynamoDBClient;

  before(async () => {
    cpSync(example, folder, { recursive: true });
    cloud = await testCloud();
    stacks = new CloudFormationClient(clientOptions(cloud, account));
    table = new DynamoDBClient(clientOptions(cloud, account));
  });

  after(async () => {
    stacks.destroy();
    table.destroy();
    await cloud.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const serverless = (args: readonly string[], more: Record<string, string> = {}) => {
    const environment = clientEnvironment(cloud, account);
    const env = {
      ...environment,
      PATH: `${dirname(process.execPath)}:${environment["PATH"]}`,
      NODE_OPTIONS: `--import ${preload}`,
      HOME: folder,
      CI: "true",
      SLS_TELEMETRY_DISABLED: "1",
      SLS_NOTIFICATIONS_MODE: "off",
      ...more,
    };
    return run("serverless", [...args], { cwd: folder, env, maxBuffer: 16 * 1024 * 1024 });
  };

  const status = async () => {
    const { Stacks } = await stacks.send(new DescribeStacksCommand({ StackName: "orders-dev" }));
    return Stacks![0]!.StackStatus;
  };

  /** An order is taken by the API and shipped by way of the queue. */
  async function order(id: string, TableName: string): Promise<void> {
    const client = new APIGatewayClient(clientOptions(cloud, account));
    const { items } = await client.send(new GetRestApisCommand({}));
    client.destroy();
    const url = `${cloud.url}/_aws/execute-api/${items?.[0]?.id}/dev/orders/${id}`;
    const answer = await fetch(url, { method: "POST" });
    assert.equal(answer.status, 202);
    await cloud.settle("PT1M");
    const { Item } = await table.send(new GetItemCommand({ TableName, Key: { id: { S: id } } }));
    assert.equal(Item?.["state"]?.S, "shipped");
  }

  const tables = async () => (await table.send(new ListTablesCommand({}))).TableNames;

  test("deploys a service that works", async () => {
    await serverless(["deploy"]);
    assert.equal(await status(), "UPDATE_COMPLETE");
    await order("1", "serverless-orders");
    const { stdout } = await serverless(["invoke", "-f", "ship", "-d", '{"Records":[]}']);
    assert.match(stdout, /null/);
  });

  test("tells what is deployed, and deploys one function by itself", async () => {
    const { stdout, stderr } = await serverless(["info"]);
    assert.match(stdout + stderr, /functions:\s+take: /);
    await serverless(["deploy", "function", "-f", "ship", "--force"]);
  });

  test("changes it, and replaces the table", async () => {
    await serverless(["deploy"], { TABLE_NAME: "orders-2" });
    await order("2", "orders-2");
    assert.deepEqual(await tables(), ["orders-2"]);
  });

  test("is rolled back when a resource fails in the middle", async () => {
    const rule = await cloud.faults.add({
      point: "cloudformation:resource",
      effect: "fail",
      match: {
        resource: "arn:aws:cloudformation:*:stack/orders-dev/*/ShipLambdaFunction",
        operation: "UPDATE",
      },
      times: 1,
    });
    await assert.rejects(serverless(["deploy"], { TABLE_NAME: "orders-3" }));
    cloud.faults.remove(rule.id);
    assert.equal(await status(), "UPDATE_ROLLBACK_COMPLETE");
    await order("3", "orders-2");
    assert.deepEqual(await tables(), ["orders-2"]);
  });

  test("removes it, and nothing is left", async () => {
    await serverless(["remove"]);
    const answer = await fetch(`${cloud.url}/_squall/resources`);
    const { resources } = (await answer.json()) as { resources: { arn: string }[] };
    assert.deepEqual(
      // S3's own key.
      resources.map(({ arn }) => arn).filter((arn) => !/:kms:/.test(arn)),
      [],
    );
  });
});
