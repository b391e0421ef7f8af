import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { CreateTableCommand, DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import {
  CreateExperimentTemplateCommand,
  FisClient,
  GetExperimentCommand,
  StartExperimentCommand,
} from "@aws-sdk/client-fis";
import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { CreateFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import {
  CreateBucketCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  RedriveExecutionCommand,
  SFNClient,
} from "@aws-sdk/client-sfn";
import { zipOf } from "../../src/services/lambda/functions.fixture.ts";
import { until } from "../until.ts";

const server = fileURLToPath(new URL("../server-process.ts", import.meta.url));
const ACCOUNT = "123456789012";
const ROLE = `arn:aws:iam::${ACCOUNT}:role/orders`;

/** A squall in a process of its own that is killed and begun anew, and what clients say to it. */
class Pipeline {
  readonly #dataDir: string;
  #process: ChildProcess | undefined;
  #url = "";

  constructor(t: TestContext) {
    this.#dataDir = mkdtempSync(join(tmpdir(), "squall-orders-"));
    t.after(async () => {
      await this.kill();
      rmSync(this.#dataDir, { recursive: true, force: true });
    });
  }

  /** @param faults rules that are there before anything goes on */
  async start(faults: readonly object[] = []): Promise<void> {
    const options = JSON.stringify({ dataDir: this.#dataDir, logLevel: "ERROR", faults });
    this.#process = fork(server, [options], { silent: true, execArgv: ["--conditions=squall-source"] });
    const [line] = (await once(this.#process.stdout!, "data")) as [Buffer];
    this.#url = line.toString().trim();
  }

  /** kill -9 */
  async kill(): Promise<void> {
    if (!this.#process || this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.kill("SIGKILL");
    await once(this.#process, "exit");
  }

  async killAndStart(faults: readonly object[] = []): Promise<void> {
    await this.kill();
    await this.start(faults);
  }

  get #options() {
    return {
      endpoint: this.#url,
      region: "us-east-1",
      credentials: { accessKeyId: ACCOUNT, secretAccessKey: "test" },
      disableHostPrefix: true,
    };
  }
  get s3() {
    return new S3Client({ ...this.#options, forcePathStyle: true });
  }
  get sfn() {
    return new SFNClient(this.#options);
  }
  get dynamodb() {
    return new DynamoDBClient(this.#options);
  }
  get lambda() {
    return new LambdaClient(this.#options);
  }
  get events() {
    return new EventBridgeClient(this.#options);
  }
  get fis() {
    return new FisClient(this.#options);
  }
  get iam() {
    return new IAMClient(this.#options);
  }

  async advance(by: string): Promise<void> {
    const response = await fetch(`${this.#url}/_squall/clock`, {
      method: "POST",
      body: JSON.stringify({ advance: by }),
    });
    assert.equal(response.status, 200, await response.text());
  }

  /** Types of the events of an execution's history, in their order. */
  async told(executionArn: string): Promise<string[]> {
    const { events = [] } = await this.sfn.send(new GetExecutionHistoryCommand({ executionArn }));
    return events.map(({ type }) => String(type));
  }
}

const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "states.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

const DEFINITION = {
  StartAt: "Price",
  States: {
    Price: {
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke",
      Parameters: { FunctionName: "price", "Payload.$": "$.detail.object" },
      ResultSelector: { "price.$": "$.Payload.price" },
      ResultPath: "$.priced",
      Retry: [{ ErrorEquals: ["Lambda.TooManyRequestsException"], IntervalSeconds: 1, MaxAttempts: 2 }],
      Next: "Store",
    },
    Store: {
      Type: "Task",
      Resource: "arn:aws:states:::dynamodb:putItem",
      Parameters: {
        TableName: "orders",
        Item: {
          key: { "S.$": "$.detail.object.key" },
          price: { "N.$": "States.Format('{}', $.priced.price)" },
        },
      },
      Retry: [
        {
          ErrorEquals: ["DynamoDB.ProvisionedThroughputExceededException", "DynamoDB.ThrottlingException"],
          IntervalSeconds: 10,
          BackoffRate: 2,
          MaxAttempts: 2,
        },
      ],
      Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.wrong", Next: "Park" }],
      End: true,
    },
    Park: { Type: "Wait", Seconds: 30, Next: "Again" },
    Again: {
      Type: "Task",
      Resource: "arn:aws:states:::dynamodb:putItem",
      Parameters: {
        TableName: "orders",
        Item: { key: { "S.$": "$.detail.object.key" }, parked: { "S.$": "$.wrong.Error" } },
      },
      End: true,
    },
  },
};

async function deploy(p: Pipeline): Promise<string> {
  await p.iam.send(new CreateRoleCommand({ RoleName: "orders", AssumeRolePolicyDocument: TRUST }));
  await p.dynamodb.send(
    new CreateTableCommand({
      TableName: "orders",
      KeySchema: [{ AttributeName: "key", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "key", AttributeType: "S" }],
      BillingMode: "PAY_PER_REQUEST",
    }),
  );
  await p.lambda.send(
    new CreateFunctionCommand({
      FunctionName: "price",
      Runtime: "nodejs24.x",
      Handler: "index.handler",
      Role: ROLE,
      Code: {
        ZipFile: await zipOf({
          "index.mjs": "export const handler = async ({ size }) => ({ price: size * 2 });",
        }),
      },
    }),
  );
  const { stateMachineArn } = await p.sfn.send(
    new CreateStateMachineCommand({ name: "orders", roleArn: ROLE, definition: JSON.stringify(DEFINITION) }),
  );
  await p.s3.send(new CreateBucketCommand({ Bucket: "inbox" }));
  await p.s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: "inbox",
      NotificationConfiguration: { EventBridgeConfiguration: {} },
    }),
  );
  const EventPattern = JSON.stringify({ source: ["aws.s3"], detail: { bucket: { name: ["inbox"] } } });
  await p.events.send(new PutRuleCommand({ Name: "orders", EventPattern }));
  const Targets = [{ Id: "m", Arn: stateMachineArn, RoleArn: ROLE }];
  await p.events.send(new PutTargetsCommand({ Rule: "orders", Targets }));
  return stateMachineArn!;
}

/** Has DynamoDB throttle the state machine's role for so long. @returns the experiment's id */
async function throttle(p: Pipeline, duration: string): Promise<string> {
  const { experimentTemplate } = await p.fis.send(
    new CreateExperimentTemplateCommand({
      description: "DynamoDB throttles",
      roleArn: ROLE,
      stopConditions: [{ source: "none" }],
      targets: { role: { resourceType: "aws:iam:role", resourceArns: [ROLE], selectionMode: "ALL" } },
      actions: {
        throttle: {
          actionId: "aws:fis:inject-api-throttle-error",
          parameters: { service: "dynamodb", operations: "PutItem", percentage: "100", duration },
          targets: { Roles: "role" },
        },
      },
    }),
  );
  const { experiment } = await p.fis.send(
    new StartExperimentCommand({ experimentTemplateId: experimentTemplate!.id! }),
  );
  await until(
    async () =>
      (await p.fis.send(new GetExperimentCommand({ id: experiment!.id! }))).experiment?.state?.status ===
      "running",
  );
  return experiment!.id!;
}

/** An experiment ends with its process. Who begins the next one has DynamoDB go on as the experiment did. */
const THROTTLED = [
  { match: { service: "dynamodb", operation: "PutItem" }, effect: "error", params: { kind: "throttle" } },
];

test("an order goes its way under an experiment: tried again, caught, failed and redriven, though the process is killed again and again", async (t) => {
  const p = new Pipeline(t);
  await p.start();
  const stateMachineArn = await deploy(p);
  const id = await throttle(p, "PT10M");
  await p.s3.send(new PutObjectCommand({ Bucket: "inbox", Key: "order-1", Body: "12345" }));
  // Wherever the event is: with S3, with the bus, or already an execution.
  await p.killAndStart(THROTTLED);
  const { executionArn = "" } = await until(async () => {
    const { executions = [] } = await p.sfn.send(new ListExecutionsCommand({ stateMachineArn }));
    return executions[0];
  });
  const count = async (type: string) => (await p.told(executionArn)).filter((one) => one === type).length;
  await until(async () => (await count("TaskFailed")) === 1);
  // It waits for its first retry …
  await p.killAndStart(THROTTLED);
  await p.advance("11s");
  await until(async () => (await count("TaskFailed")) === 2);
  // … and for its second one, which fails, too, and is caught.
  await p.killAndStart(THROTTLED);
  await p.advance("21s");
  await until(async () => (await count("WaitStateEntered")) === 1);
  await p.killAndStart(THROTTLED);
  await p.advance("31s");
  const status = async () => (await p.sfn.send(new DescribeExecutionCommand({ executionArn }))).status;
  await until(async () => (await status()) === "FAILED");
  assert.equal(await count("TaskSucceeded"), 1, "The function has been asked once.");
  assert.deepEqual((await p.dynamodb.send(new ScanCommand({ TableName: "orders" }))).Items, []);
  const { experiment } = await p.fis.send(new GetExperimentCommand({ id }));
  assert.match(experiment!.state!.reason!, /Squall was stopped while the experiment was running/);
  // All is well again.
  await p.killAndStart();
  await p.sfn.send(new RedriveExecutionCommand({ executionArn }));
  await p.killAndStart();
  await until(async () => (await status()) === "SUCCEEDED");
  const { Items = [] } = await p.dynamodb.send(new ScanCommand({ TableName: "orders" }));
  assert.deepEqual(Items, [{ key: { S: "order-1" }, parked: { S: Items[0]?.["parked"]?.S } }]);
  assert.match(Items[0]!["parked"]!.S!, /^DynamoDB\.(?:Throttling|ProvisionedThroughputExceeded)Exception$/);
  assert.equal(await count("ExecutionRedriven"), 1);
  assert.equal(await count("TaskSucceeded"), 2);
  const { executions = [] } = await p.sfn.send(new ListExecutionsCommand({ stateMachineArn }));
  // S3 tells at least once: killed while it does, it tells twice. What it told starts one execution, named after the event.
  const told = executions.map(({ name }) => name!.split("_")[0]);
  assert.equal(new Set(told).size, executions.length, "One event, one execution.");
});
