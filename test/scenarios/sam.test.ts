import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { appendFileSync, cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { APIGatewayClient, GetRestApisCommand } from "@aws-sdk/client-api-gateway";
import { DynamoDBClient, GetItemCommand, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from "@aws-sdk/client-s3";
import type { Cloud } from "../../src/index.ts";
import { clientEnvironment, clientOptions, newAccount, testCloud } from "../cloud.ts";
import { needs } from "../needs.ts";
import { until } from "../until.ts";

/* The AWS SAM CLI builds, deploys, changes and deletes the example application as it does in AWS. */

const run = promisify(execFile);
const example = fileURLToPath(new URL("../../examples/sam-orders", import.meta.url));
const BUCKET = "sam-artifacts";

describe("the AWS SAM CLI", { ...needs("sam", "npm") }, () => {
  const account = newAccount();
  const folder = mkdtempSync(join(tmpdir(), "squall-sam-"));
  let cloud: Cloud;
  let table: DynamoDBClient;
  let s3: S3Client;

  before(async () => {
    cpSync(example, folder, { recursive: true });
    cloud = await testCloud();
    table = new DynamoDBClient(clientOptions(cloud, account));
    s3 = new S3Client({ ...clientOptions(cloud, account), forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  });

  after(async () => {
    table.destroy();
    s3.destroy();
    await cloud.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const sam = (...args: string[]) =>
    run("sam", args, {
      cwd: folder,
      env: { ...clientEnvironment(cloud, account), SAM_CLI_TELEMETRY: "0", SAM_CLI_POLL_DELAY: "0.2" },
      maxBuffer: 16 * 1024 * 1024,
    });

  const deploy = (...overrides: string[]) =>
    sam(
      "deploy",
      ...["--stack-name", "orders", "--s3-bucket", BUCKET, "--capabilities", "CAPABILITY_IAM"],
      ...["--no-confirm-changeset", "--no-progressbar", "--no-fail-on-empty-changeset"],
      ...(overrides.length > 0 ? ["--parameter-overrides", ...overrides] : []),
    );

  /** An order is taken by the API and shipped by way of the queue. */
  async function order(id: string, TableName: string): Promise<unknown> {
    const client = new APIGatewayClient(clientOptions(cloud, account));
    const { items } = await client.send(new GetRestApisCommand({}));
    client.destroy();
    const api = items?.[0]?.id;
    const answer = await fetch(`${cloud.url}/restapis/${api}/Prod/_user_request_/orders/${id}`, {
      method: "POST",
    });
    assert.equal(answer.status, 202);
    await cloud.settle("PT1M");
    const { Item } = await table.send(new GetItemCommand({ TableName, Key: { id: { S: id } } }));
    assert.equal(Item?.["state"]?.S, "shipped");
    return answer.json();
  }

  test("builds and deploys an application that works", async () => {
    const built = await sam("build");
    assert.match(built.stdout + built.stderr, /Build Succeeded/);
    const { stdout } = await deploy();
    assert.match(stdout, /Successfully created\/updated stack - orders in us-east-1/);
    assert.deepEqual(await order("1", "sam-orders"), { id: "1", state: "taken" });
  });

  test("deploys nothing when nothing has changed", async () => {
    const { stdout } = await deploy();
    assert.match(stdout, /No changes to deploy. Stack orders is up to date/);
  });

  test("shows what the functions have logged, and brings their code up to date without a deployment", async () => {
    const logs = await sam("logs", "--stack-name", "orders");
    assert.match(logs.stdout, /END RequestId: /);
    const command = `yes | sam sync --code --no-watch --stack-name orders --s3-bucket ${BUCKET}`;
    const synced = await run("sh", ["-c", command], {
      cwd: folder,
      env: { ...clientEnvironment(cloud, account), SAM_CLI_TELEMETRY: "0" },
      maxBuffer: 16 * 1024 * 1024,
    });
    assert.match(synced.stdout + synced.stderr, /Finished syncing Lambda Function Take/);
  });

  test("follows the files while `sam sync --watch` runs", async () => {
    const env = { ...clientEnvironment(cloud, account), SAM_CLI_TELEMETRY: "0", SAM_CLI_POLL_DELAY: "0.2" };
    const watching = spawn(
      "sam",
      [
        ...["sync", "--watch", "--stack-name", "orders", "--s3-bucket", BUCKET, "--no-dependency-layer"],
        ...["--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
      ],
      { cwd: folder, env, detached: true },
    );
    watching.stdin.end("y\n");
    let said = "";
    for (const stream of [watching.stdout, watching.stderr])
      stream.on("data", (data: Buffer) => {
        said += data.toString();
      });
    const ended = new Promise((resolve) => watching.once("exit", resolve));
    const seen = (text: RegExp) => until(() => text.test(said) || watching.exitCode !== null);
    try {
      await seen(/(?:Skipped infra sync|Infra sync completed)/);
      appendFileSync(join(folder, "src/take.mjs"), "\n// watched\n");
      await seen(/Finished syncing Lambda Function Take/);
      assert.equal(watching.exitCode, null, said);
    } finally {
      if (watching.exitCode === null) process.kill(-watching.pid!, "SIGKILL");
      await ended;
    }
  });

  test("changes it, and replaces the table", async () => {
    // What was watching may have been ended in the middle of building it anew.
    await sam("build");
    const { stdout } = await deploy("TableName=sam-orders-2", "Greeting=welcome");
    assert.match(stdout, /Successfully created\/updated stack - orders/);
    assert.deepEqual(await order("2", "sam-orders-2"), { id: "2", state: "welcome" });
    const { TableNames } = await table.send(new ListTablesCommand({}));
    assert.deepEqual(TableNames, ["sam-orders-2"]);
  });

  test("is rolled back when a call of the deployment fails", async () => {
    const rule = await cloud.faults.add({
      effect: "error",
      error: "ServiceException",
      match: { service: "lambda", operation: "UpdateFunctionConfiguration" },
      times: 1,
    });
    await assert.rejects(deploy("TableName=sam-orders-3", "Greeting=again"), ({ stdout, stderr }) => {
      assert.match(`${stdout}${stderr}`, /UPDATE_ROLLBACK_COMPLETE/);
      return true;
    });
    cloud.faults.remove(rule.id);
    assert.deepEqual(await order("3", "sam-orders-2"), { id: "3", state: "welcome" });
    const { TableNames } = await table.send(new ListTablesCommand({}));
    assert.deepEqual(TableNames, ["sam-orders-2"]);
  });

  test("is deleted, and nothing is left", async () => {
    await sam(
      "delete",
      "--stack-name",
      "orders",
      "--s3-bucket",
      BUCKET,
      "--no-prompts",
      "--region",
      "us-east-1",
    );
    // What `sam sync` has put there stays: no template names it any more.
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET }));
    for (const { Key } of Contents) await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key }));
    await s3.send(new DeleteBucketCommand({ Bucket: BUCKET }));
    const answer = await fetch(`${cloud.url}/_squall/resources`);
    const { resources } = (await answer.json()) as { resources: { arn: string }[] };
    // What functions have logged stays, as in AWS: Lambda made the groups, not the stack.
    const left = resources.map(({ arn }) => arn).filter((arn) => !arn.includes(":log-group:/aws/lambda/"));
    assert.deepEqual(left, []);
  });
});
