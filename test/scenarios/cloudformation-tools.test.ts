import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import type { Cloud } from "../../src/index.ts";
import { clientEnvironment, testCloud } from "../cloud.ts";
import { needs } from "../needs.ts";

/*
 * Deploy tools as they are: what they send, wait for and print is theirs, and nothing of them is told that there is no AWS.
 */

const run = promisify(execFile);
const ACCOUNT = "000000000000";

/** A folder of this test's, with files in it. */
function folderOf(t: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "squall-deploy-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** What is there of an account, but for what the deploy tool has made for itself. */
async function left(cloud: Cloud, without: RegExp): Promise<string[]> {
  const answer = await fetch(`${cloud.url}/_squall/resources`);
  const { resources } = (await answer.json()) as { resources: { arn: string }[] };
  return resources.map(({ arn }) => arn).filter((arn) => !without.test(arn));
}

const JOBS = `
Parameters:
  Env: { Type: String, Default: dev, AllowedValues: [dev, prod] }
Conditions:
  IsProd: !Equals [!Ref Env, prod]
Resources:
  Jobs:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: !If [IsProd, 60, 5]
Outputs:
  Url: { Value: !Sub "\${Jobs}?\${Env}" }
`;

test("aws cloudformation deploy makes, changes and leaves a stack as it is", needs("aws"), async (t) => {
  await using cloud = await testCloud();
  const cwd = folderOf(t, { "jobs.yaml": JOBS });
  const env = clientEnvironment(cloud, ACCOUNT);
  const aws = async (...args: string[]) =>
    (await run("aws", ["cloudformation", ...args], { env, cwd })).stdout;
  const deploy = ["deploy", "--stack-name", "jobs", "--template-file", "jobs.yaml"];
  assert.match(await aws(...deploy), /Successfully created\/updated stack - jobs/);
  const prod = [...deploy, "--parameter-overrides", "Env=prod"];
  assert.match(await aws(...prod), /Successfully created\/updated stack - jobs/);
  assert.match(
    await aws(...prod, "--no-fail-on-empty-changeset"),
    /No changes to deploy. Stack jobs is up to date/,
  );
  const described = ["describe-stacks", "--stack-name", "jobs", "--output", "text"];
  assert.match(await aws(...described, "--query", "Stacks[0].Outputs[0].OutputValue"), /\?prod\n$/);
  await aws("delete-stack", "--stack-name", "jobs");
  await aws("wait", "stack-delete-complete", "--stack-name", "jobs");
  assert.deepEqual(await left(cloud, /^$/), []);
});

const SHOP = `
const { App, CfnOutput, RemovalPolicy, Stack } = require("aws-cdk-lib");
const { LambdaRestApi } = require("aws-cdk-lib/aws-apigateway");
const { AttributeType, Table } = require("aws-cdk-lib/aws-dynamodb");
const { Code, Function, Runtime } = require("aws-cdk-lib/aws-lambda");
const { Bucket } = require("aws-cdk-lib/aws-s3");
const { Topic } = require("aws-cdk-lib/aws-sns");
const { SqsSubscription } = require("aws-cdk-lib/aws-sns-subscriptions");
const { Queue } = require("aws-cdk-lib/aws-sqs");
const stack = new Stack(new App(), "Shop");
const removalPolicy = RemovalPolicy.DESTROY;
const table = new Table(stack, "Table", { partitionKey: { name: "id", type: AttributeType.STRING }, removalPolicy });
const queue = new Queue(stack, "Queue", { queueName: process.env.QUEUE_NAME });
new Topic(stack, "Topic").addSubscription(new SqsSubscription(queue));
new Bucket(stack, "Bucket", { versioned: true, removalPolicy });
const handler = new Function(stack, "Function", {
  runtime: Runtime.NODEJS_22_X,
  handler: "index.handler",
  code: Code.fromAsset("function"),
  environment: { TABLE: table.tableName },
});
table.grantReadWriteData(handler);
const api = new LambdaRestApi(stack, "Api", { handler, cloudWatchRole: false });
new CfnOutput(stack, "ApiId", { value: api.restApiId });
`;

test("cdk bootstraps, deploys, replaces, is rolled back, and destroys", needs("cdk"), async (t) => {
  await using cloud = await testCloud();
  const cwd = folderOf(t, {
    "cdk.json": JSON.stringify({ app: "node shop.js" }),
    "shop.js": SHOP,
    "function/index.js":
      "exports.handler = async () => ({ statusCode: 200, body: JSON.stringify({ table: process.env.TABLE }) });",
  });
  const env = {
    ...clientEnvironment(cloud, ACCOUNT),
    AWS_REGION: "us-east-1",
    HOME: cwd,
    NODE_PATH: process.env["NODE_PATH"] ?? "",
    CI: "true",
    CDK_DISABLE_CLI_TELEMETRY: "true",
  };
  const cdk = (args: readonly string[], more: Record<string, string> = {}) =>
    run("cdk", [...args, "--no-notices"], { cwd, env: { ...env, ...more } });
  const deploy = ["deploy", "Shop", "--require-approval", "never"];
  await cdk(["bootstrap", `aws://${ACCOUNT}/us-east-1`]);
  await cdk(deploy);
  const describe = async () => {
    const { Stacks } = await cloud.call<{
      Stacks: { StackStatus: string; Outputs: { OutputKey: string; OutputValue: string }[] }[];
    }>("cloudformation", "DescribeStacks", { StackName: "Shop" });
    return Stacks[0]!;
  };
  const apiId = (await describe()).Outputs.find(({ OutputKey }) => OutputKey === "ApiId")?.OutputValue;
  const answer = await fetch(`${cloud.url}/_aws/execute-api/${apiId}/prod/`);
  assert.match(await answer.text(), /^\{"table":"Shop-Table/);

  await cdk(deploy, { QUEUE_NAME: "renamed" });
  const { QueueUrls } = await cloud.call<{ QueueUrls: string[] }>("sqs", "ListQueues", {});
  assert.deepEqual(
    QueueUrls.map((url) => url.split("/").at(-1)),
    ["renamed"],
  );

  const rule = await cloud.faults.add({
    effect: "error",
    params: { code: "OverLimit" },
    match: { service: "sqs", operation: "CreateQueue" },
  });
  await assert.rejects(cdk(deploy, { QUEUE_NAME: "another" }));
  assert.equal((await describe()).StackStatus, "UPDATE_ROLLBACK_COMPLETE");
  await cloud.faults.remove(rule.id);

  await cdk(["destroy", "Shop", "--force"]);
  // The bootstrap's, S3's own key, and the logs of the function that was called.
  const ITS_OWN = /cdk-hnb659fds|cdk-bootstrap|stack\/CDKToolkit|:kms:|log-group:\/aws\/lambda/;
  assert.deepEqual(await left(cloud, ITS_OWN), []);
});
