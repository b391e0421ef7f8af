import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { buildFunctions } from "../../examples/product-api/build.ts";
import { needs } from "../needs.ts";
import { until } from "../until.ts";

/** The tutorial's own commands, one after the other, with curl and the AWS CLI. */

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "squall-tutorial-"));
const API = "http://12345.execute-api.localhost.localstack.cloud:4566/dev/productApi";

const needed = needs("aws", "curl");
let port = "";
let stop: () => Promise<void>;

before(async () => {
  if (needed.skip) return;
  await buildFunctions(join(folder, "build"));
  cpSync(join(root, "examples/product-api/experiments"), folder, { recursive: true });
  const child = spawn(
    process.execPath,
    [
      join(root, "src/cli/main.ts"),
      "start",
      "--port",
      "0",
      "--init",
      join(root, "examples/product-api/init"),
    ],
    { env: { ...process.env, CODE: join(folder, "build") }, stdio: ["ignore", "pipe", "inherit"] },
  );
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  stop = async () => {
    child.kill();
    await exited;
  };
  let text = "";
  const isOver = /product-api is deployed|Error while running script/;
  await new Promise<void>((resolve) => {
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      if (isOver.test(text)) resolve();
    });
    child.once("exit", () => resolve());
  });
  assert.match(text, /product-api is deployed/, text);
  port = /listens on http:\/\/127\.0\.0\.1:(\d+)/.exec(text)![1]!;
});

after(async () => {
  await stop?.();
  rmSync(folder, { recursive: true, force: true });
});

/** The tutorial's host and port, reached where this test's squall listens and without asking a name server. */
async function curl(...args: string[]): Promise<string> {
  const { stdout } = await run("curl", [
    "-sS",
    "--connect-to",
    `::127.0.0.1:${port}`,
    "--location",
    API,
    ...args,
  ]);
  return stdout;
}

function post(product: object): Promise<string> {
  return curl("--header", "Content-Type: application/json", "--data", JSON.stringify(product));
}

async function awslocal(...args: string[]): Promise<Record<string, never>> {
  const { stdout } = await run(process.execPath, [join(root, "src/cli/awslocal.ts"), ...args], {
    cwd: folder,
    env: { ...process.env, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`, AWS_MAX_ATTEMPTS: "1" },
  });
  return (stdout ? JSON.parse(stdout) : {}) as Record<string, never>;
}

async function advance(duration: string): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/_squall/clock`, {
    method: "POST",
    body: JSON.stringify({ advance: duration }),
  });
  assert.equal(response.status, 200);
}

const gadget = {
  id: "prod-2004",
  name: "Ultimate Gadget",
  price: "49.99",
  description:
    "The Ultimate Gadget is the perfect tool for tech enthusiasts looking for the next level in gadgetry. Compact, powerful, and loaded with features.",
};
const widget = {
  id: "prod-1003",
  name: "Super Widget",
  price: "29.99",
  description:
    "A versatile widget that can be used for a variety of purposes. Durable, reliable, and affordable.",
};
const outage = {
  "Test action 1": {
    actionId: "localstack:generic:api-error",
    parameters: {
      service: "dynamodb",
      api: "all",
      percentage: "100",
      exception: "DynamoDbException",
      errorCode: "500",
    },
  },
};
const roleArn = "arn:aws:iam:000000000000:role/ExperimentRole";

interface Template {
  readonly id: string;
  readonly description: string;
  readonly actions: Record<string, { actionId: string; parameters: object }>;
  readonly stopConditions: unknown;
  readonly roleArn: string;
  readonly creationTime: number;
  readonly lastUpdateTime: number;
}

interface Experiment {
  readonly id: string;
  readonly experimentTemplateId: string;
  readonly roleArn: string;
  readonly state: { status: string };
  readonly actions: Record<
    string,
    { actionId: string; parameters: object; startTime?: number; endTime?: number }
  >;
  readonly stopConditions: unknown;
  readonly creationTime: number;
  readonly startTime: number;
  readonly endTime?: number;
}

async function create(file: string): Promise<Template> {
  const answer: { experimentTemplate?: Template } = await awslocal(
    "fis",
    "create-experiment-template",
    "--cli-input-json",
    `file://${file}`,
  );
  return answer.experimentTemplate!;
}

async function experiment(id: string): Promise<Experiment> {
  const answer: { experiment?: Experiment } = await awslocal("fis", "get-experiment", "--id", id);
  return answer.experiment!;
}

async function start(templateId: string): Promise<Experiment> {
  const answer: { experiment?: Experiment } = await awslocal(
    "fis",
    "start-experiment",
    "--experiment-template-id",
    templateId,
  );
  const { id } = answer.experiment!;
  await until(async () => (await experiment(id)).state.status === "running");
  return await experiment(id);
}

test("the tutorial, command by command", needed, async () => {
  assert.equal(await post(gadget), "Product added/updated successfully.");

  const template = await create("experiment-ddb.json");
  assert.equal(template.description, "Template for interfering with the DynamoDB service");
  assert.deepEqual(Object.keys(template.actions), ["Test action 1"]);
  assert.equal(template.actions["Test action 1"]?.actionId, "localstack:generic:api-error");
  assert.deepEqual(template.actions["Test action 1"]?.parameters, outage["Test action 1"].parameters);
  assert.deepEqual(template.stopConditions, [{ source: "none" }]);
  assert.equal(template.roleArn, roleArn);
  assert.equal(template.creationTime, template.lastUpdateTime);

  const running = await start(template.id);
  assert.equal(running.experimentTemplateId, template.id);
  assert.equal(running.roleArn, roleArn);
  assert.equal(running.actions["Test action 1"]?.actionId, "localstack:generic:api-error");
  assert.deepEqual(running.actions["Test action 1"]?.parameters, outage["Test action 1"].parameters);
  assert.deepEqual(running.stopConditions, [{ source: "none" }]);
  assert.ok(running.creationTime > 0 && running.startTime > 0);

  assert.equal(await post(widget), "A DynamoDB error occurred. Message sent to queue.");
  const log = await fetch(
    `http://127.0.0.1:${port}/_squall/calls?service=dynamodb&operation=PutItem&faulted=true`,
  );
  const { calls } = (await log.json()) as { calls: { status: number; errorCode: string }[] };
  assert.ok(calls.length > 0);
  for (const call of calls) assert.deepEqual([call.status, call.errorCode], [500, "DynamoDbException"]);

  await awslocal("fis", "stop-experiment", "--id", running.id);
  await until(async () => (await experiment(running.id)).state.status === "stopped");
  const stopped = await experiment(running.id);
  assert.ok(stopped.actions["Test action 1"]?.startTime);
  assert.ok(stopped.actions["Test action 1"]?.endTime);
  assert.ok(stopped.endTime);

  const scan = async (): Promise<{
    Items?: { id: { S: string } }[];
    Count?: number;
    ScannedCount?: number;
  }> => await awslocal("dynamodb", "scan", "--table-name", "Products");
  await advance("PT10S");
  await until(async () => (await scan()).Count === 2);
  const { Items, Count, ScannedCount } = await scan();
  assert.deepEqual([Count, ScannedCount], [2, 2]);
  const attributes = ({ id, name, price, description }: typeof gadget) => ({
    id: { S: id },
    name: { S: name },
    price: { N: price },
    description: { S: description },
  });
  assert.deepEqual(
    Items?.toSorted((a, b) => a.id.S.localeCompare(b.id.S)),
    [attributes(widget), attributes(gadget)],
  );

  const latency = await create("latency-experiment.json");
  assert.deepEqual(latency.actions["latency"]?.parameters, { latency: "4" });
  const delaying = await start(latency.id);
  const before = performance.now();
  assert.equal(await post({ ...widget, id: "prod-1088" }), "Product added/updated successfully.");
  assert.ok(performance.now() - before >= 4000, "every call is delayed by four seconds");
  await awslocal("fis", "stop-experiment", "--id", delaying.id);
});
