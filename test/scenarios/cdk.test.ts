import assert from "node:assert/strict";
import { execFile, execFileSync, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { DynamoDBClient, GetItemCommand, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import type { Cloud } from "../../src/index.ts";
import { clientEnvironment, clientOptions, testCloud } from "../cloud.ts";
import { needs } from "../needs.ts";
import { until } from "../until.ts";

/* The AWS CDK bootstraps, deploys, changes and destroys the example application as it does in AWS. */

const run = promisify(execFile);
const example = fileURLToPath(new URL("../../examples/cdk-orders", import.meta.url));
const ACCOUNT = "000000000000";

describe("the AWS CDK", { ...needs("cdk") }, () => {
  const folder = mkdtempSync(join(tmpdir(), "squall-cdk-"));
  let cloud: Cloud;
  let stacks: CloudFormationClient;
  let table: DynamoDBClient;
  let s3: S3Client;

  before(async () => {
    cpSync(example, folder, { recursive: true });
    // `cdk` stands in the folder that has the library, too.
    const command = realpathSync(execFileSync("sh", ["-c", "command -v cdk"], { encoding: "utf8" }).trim());
    symlinkSync(join(dirname(command), "../.."), join(folder, "node_modules"));
    cloud = await testCloud();
    stacks = new CloudFormationClient(clientOptions(cloud, ACCOUNT));
    table = new DynamoDBClient(clientOptions(cloud, ACCOUNT));
    s3 = new S3Client({ ...clientOptions(cloud, ACCOUNT), forcePathStyle: true });
  });

  after(async () => {
    for (const client of [stacks, table, s3]) client.destroy();
    await cloud.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const options = (more: Record<string, string> = {}) => {
    const environment = clientEnvironment(cloud, ACCOUNT);
    const env = {
      ...environment,
      PATH: `${dirname(process.execPath)}:${environment["PATH"]}`,
      AWS_REGION: "us-east-1",
      HOME: folder,
      CI: "true",
      CDK_DISABLE_CLI_TELEMETRY: "true",
      ...more,
    };
    return { cwd: folder, env, maxBuffer: 16 * 1024 * 1024 };
  };
  const cdk = (args: readonly string[], more: Record<string, string> = {}) =>
    run("cdk", [...args, "--no-notices"], options(more));
  const deploy = (more: Record<string, string> = {}) =>
    cdk(["deploy", "Orders", "--require-approval", "never"], more);

  const stack = async () => {
    const { Stacks } = await stacks.send(new DescribeStacksCommand({ StackName: "Orders" }));
    return Stacks![0]!;
  };
  const output = async (key: string) =>
    (await stack()).Outputs?.find(({ OutputKey }) => OutputKey === key)?.OutputValue;

  /** An order is taken by the API, shipped by way of the queue, and noted by way of the rule. */
  async function order(id: string): Promise<void> {
    const url = `${cloud.url}/_aws/execute-api/${await output("ApiId")}/prod/orders/${id}`;
    const answer = await fetch(url, { method: "POST" });
    assert.equal(answer.status, 202, await answer.clone().text());
    await cloud.settle("PT1M");
    const TableName = await output("TableName");
    const { Item } = await table.send(new GetItemCommand({ TableName, Key: { id: { S: id } } }));
    assert.equal(Item?.["state"]?.S, "shipped");
  }

  /** Has the function answer with a word of its own. */
  function write(word: string): void {
    const file = join(folder, "function/orders.mjs");
    const answer = /body: JSON\.stringify\(\{ (?:word: "\w+", )?id/;
    writeFileSync(
      file,
      readFileSync(file, "utf8").replace(answer, `body: JSON.stringify({ word: "${word}", id`),
    );
  }
  async function answered(): Promise<string | undefined> {
    const url = `${cloud.url}/_aws/execute-api/${await output("ApiId")}/prod/orders/word`;
    const answer = await fetch(url, { method: "POST" });
    return ((await answer.json()) as { word?: string }).word;
  }

  const receipts = async () => {
    const { resources } = await everything();
    const Bucket = resources
      .find(({ arn }) => /orders-receipts/.test(arn))
      ?.arn.split(":")
      .at(-1);
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
    return Contents.map(({ Key }) => Key);
  };
  const everything = async () =>
    (await (await fetch(`${cloud.url}/_squall/resources`)).json()) as { resources: { arn: string }[] };

  test("bootstraps, and deploys an application that works", async () => {
    await cdk(["bootstrap", `aws://${ACCOUNT}/us-east-1`]);
    await deploy();
    assert.equal((await stack()).StackStatus, "CREATE_COMPLETE");
    await order("1");
    assert.deepEqual(await receipts(), ["1"]);
  });

  test("brings code up to date without a deployment", async () => {
    write("swapped");
    const { stdout, stderr } = await cdk(["deploy", "Orders", "--hotswap", "--require-approval", "never"]);
    assert.match(stdout + stderr, /AWS::Lambda::Function '.*' hotswapped!/);
    assert.equal(await answered(), "swapped");
    assert.equal((await stack()).StackStatus, "CREATE_COMPLETE");
  });

  test("follows the files while `cdk watch` runs", async () => {
    const watching = spawn("cdk", ["watch", "Orders", "--no-notices"], { ...options(), detached: true });
    let said = "";
    for (const stream of [watching.stdout, watching.stderr])
      stream.on("data", (data: Buffer) => {
        said += data.toString();
      });
    const ended = new Promise((resolve) => watching.once("exit", resolve));
    try {
      await until(() => /Total time/.test(said) || watching.exitCode !== null);
      write("watched");
      await until(async () => (await answered()) === "watched" || watching.exitCode !== null);
      assert.equal(watching.exitCode, null, said);
    } finally {
      if (watching.exitCode === null) process.kill(-watching.pid!, "SIGKILL");
      await ended;
    }
  });

  test("changes it, and replaces the table", async () => {
    await deploy({ TABLE_NAME: "orders-2" });
    await order("2");
    const { TableNames } = await table.send(new ListTablesCommand({}));
    assert.deepEqual(TableNames, ["orders-2"]);
  });

  test("is rolled back when a resource fails in the middle", async () => {
    const rule = await cloud.faults.add({
      point: "cloudformation:resource",
      effect: "fail",
      match: { resource: "arn:aws:cloudformation:*:stack/Orders/*/Take*", operation: "UPDATE" },
      times: 1,
    });
    await assert.rejects(deploy({ TABLE_NAME: "orders-3" }));
    cloud.faults.remove(rule.id);
    assert.equal((await stack()).StackStatus, "UPDATE_ROLLBACK_COMPLETE");
    await order("3");
    const { TableNames } = await table.send(new ListTablesCommand({}));
    assert.deepEqual(TableNames, ["orders-2"]);
  });

  test("destroys it with what is in the bucket, and nothing is left", async () => {
    await cdk(["destroy", "Orders", "--force"]);
    const { resources } = await everything();
    // The bootstrap's, and what functions have logged: it stays in AWS, too, since Lambda made the groups and not the stack.
    const ITS_OWN = /cdk-hnb659fds|cdk-bootstrap|stack\/CDKToolkit|:kms:|log-group:\/aws\/lambda/;
    assert.deepEqual(
      resources.map(({ arn }) => arn).filter((arn) => !ITS_OWN.test(arn)),
      [],
    );
  });
});
