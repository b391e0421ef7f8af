import assert from "node:assert/strict";
import { test } from "node:test";
import { PutRuleCommand, PutTargetsCommand, type Target } from "@aws-sdk/client-eventbridge";
import { newAccount, testCloud } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import { zipOf } from "../lambda/functions.fixture.ts";
import { World } from "./fixture.test.ts";
import { receiver, restApi } from "./receiver.fixture.ts";

type Call = (
  service: string,
  operation: string,
  input: object,
  place?: { account?: string; region?: string },
) => Promise<Record<string, unknown>>;

interface Bed {
  readonly world: World;
  readonly call: Call;
  readonly web: Awaited<ReturnType<typeof receiver>>;
}

/** A kind of target: how it is made, and what of the event has come there. */
interface Kind {
  make(bed: Bed): Promise<Omit<Target, "Id">>;
  /** The detail of the event as the target got it. */
  came(bed: Bed, target: Omit<Target, "Id">): Promise<unknown>;
}

const arn = ({ world: { account } }: Bed, service: string, resource: string, region = "us-east-1") =>
  `arn:aws:${service}:${region}:${account}:${resource}`;
const roleOf = ({ world: { account } }: Bed) => `arn:aws:iam::${account}:role/rule`;
const detailIn = (text: unknown) => (JSON.parse(String(text)) as { detail: unknown }).detail;
const ofQueue = async ({ world }: Bed, queue: string) =>
  ((await world.bodies(queue, 1))[0] as { detail: unknown }).detail;

/** Another bus that hands on to a queue of its own place. */
const busAt = (place: (bed: Bed) => { account?: string; region?: string }): Kind => ({
  async make(bed) {
    const { account = bed.world.account, region = "us-east-1" } = place(bed);
    const there: Call = (service, operation, input) =>
      bed.call(service, operation, input, { account, region });
    await there("sqs", "CreateQueue", { QueueName: "there" });
    await there("events", "CreateEventBus", { Name: "there" });
    const EventPattern = JSON.stringify({ source: ["shop"] });
    await there("events", "PutRule", { Name: "on", EventBusName: "there", EventPattern });
    const Arn = `arn:aws:sqs:${region}:${account}:there`;
    await there("events", "PutTargets", { Rule: "on", EventBusName: "there", Targets: [{ Id: "q", Arn }] });
    return { Arn: `arn:aws:events:${region}:${account}:event-bus/there`, RoleArn: roleOf(bed) };
  },
  async came(bed, { Arn = "" }) {
    const [, , , region = "", account = ""] = Arn.split(":");
    const message = await until(async () => {
      await bed.world.cloud.clock.advance(0);
      const QueueUrl = `http://localhost/queue/${region}/${account}/there`;
      const { Messages } = await bed.call("sqs", "ReceiveMessage", { QueueUrl }, { account, region });
      return (Messages as { Body: string }[] | undefined)?.[0];
    });
    return detailIn(message.Body);
  },
});

const http = async ({ web }: Bed) => {
  const asked = await until(() => web.asked[0]);
  assert.equal(asked.url, "/orders/7");
  return detailIn(asked.body);
};
const HttpParameters = { PathParameterValues: ["7"] };

const KINDS: Readonly<Record<string, Kind>> = {
  "an SQS queue": {
    make: async ({ world }) => ({ Arn: await world.queue("q") }),
    came: (bed, { Arn = "" }) => ofQueue(bed, Arn),
  },
  "a FIFO queue": {
    make: async ({ world }) => ({
      Arn: await world.queue("q.fifo", { FifoQueue: "true", ContentBasedDeduplication: "true" }),
      SqsParameters: { MessageGroupId: "orders" },
    }),
    async came({ world }, { Arn = "" }) {
      const [message] = await world.received(Arn, 1);
      assert.equal(message!.Attributes!["MessageGroupId"], "orders");
      return detailIn(message!.Body);
    },
  },
  "an SNS topic": {
    async make({ world, call }) {
      const { TopicArn } = await call("sns", "CreateTopic", { Name: "t" });
      const Attributes = { RawMessageDelivery: "true" };
      const Endpoint = await world.queue("q");
      await call("sns", "Subscribe", { TopicArn, Protocol: "sqs", Endpoint, Attributes });
      return { Arn: TopicArn as string };
    },
    came: (bed) => ofQueue(bed, arn(bed, "sqs", "q")),
  },
  "a Lambda function": {
    async make({ world, call }) {
      await world.queue("q");
      const source = `export const handler = async (event) => event;`;
      const { FunctionArn } = await call("lambda", "CreateFunction", {
        FunctionName: "f",
        Runtime: "nodejs24.x",
        Handler: "index.handler",
        Role: `arn:aws:iam::${world.account}:role/f`,
        Code: { ZipFile: await zipOf({ "index.mjs": source }) },
      });
      const DestinationConfig = { OnSuccess: { Destination: `arn:aws:sqs:us-east-1:${world.account}:q` } };
      await call("lambda", "PutFunctionEventInvokeConfig", { FunctionName: "f", DestinationConfig });
      return { Arn: FunctionArn as string };
    },
    async came(bed) {
      const [record] = (await bed.world.bodies(arn(bed, "sqs", "q"), 1)) as { requestPayload: object }[];
      return (record!.requestPayload as { detail: unknown }).detail;
    },
  },
  "a Kinesis stream": {
    async make(bed) {
      await bed.call("kinesis", "CreateStream", { StreamName: "s", ShardCount: 1 });
      const KinesisParameters = { PartitionKeyPath: "$.detail.id" };
      return { Arn: arn(bed, "kinesis", "stream/s"), RoleArn: roleOf(bed), KinesisParameters };
    },
    async came({ call }) {
      const asked = { StreamName: "s", ShardId: "shardId-000000000000", ShardIteratorType: "TRIM_HORIZON" };
      const record = await until(async () => {
        const { ShardIterator } = await call("kinesis", "GetShardIterator", asked);
        const { Records } = await call("kinesis", "GetRecords", { ShardIterator });
        return (Records as { Data: Buffer; PartitionKey: string }[])[0];
      });
      assert.equal(record.PartitionKey, "7");
      return detailIn(Buffer.from(record.Data));
    },
  },
  "a log group": {
    async make(bed) {
      await bed.call("logs", "CreateLogGroup", { logGroupName: "/aws/events/orders" });
      return { Arn: arn(bed, "logs", "log-group:/aws/events/orders") };
    },
    async came({ call }) {
      const logGroupName = "/aws/events/orders";
      const event = await until(async () => {
        const { events } = await call("logs", "FilterLogEvents", { logGroupName });
        return (events as { message: string }[])[0];
      });
      return detailIn(event.message);
    },
  },
  "a state machine": {
    async make({ world, call }) {
      const definition = JSON.stringify({ StartAt: "A", States: { A: { Type: "Pass", End: true } } });
      const roleArn = `arn:aws:iam::${world.account}:role/m`;
      const { stateMachineArn } = await call("stepfunctions", "CreateStateMachine", {
        name: "m",
        definition,
        roleArn,
      });
      return { Arn: stateMachineArn as string, RoleArn: roleArn };
    },
    async came({ call }, { Arn: stateMachineArn }) {
      const execution = await until(async () => {
        const { executions } = await call("stepfunctions", "ListExecutions", { stateMachineArn });
        return (executions as { executionArn: string }[])[0];
      });
      const { executionArn } = execution;
      const { input } = await call("stepfunctions", "DescribeExecution", { executionArn });
      return detailIn(input);
    },
  },
  "a bus of the same account and region": busAt(() => ({})),
  "a bus in another region": busAt(() => ({ region: "eu-west-1" })),
  "a bus of another account": busAt(({ world }) => ({ account: `9${world.account.slice(1)}` })),
  "a REST API": {
    async make(bed) {
      const api = await restApi(bed.call, bed.web.url);
      return { Arn: arn(bed, "execute-api", `${api}/v1/POST/orders/*`), HttpParameters };
    },
    async came(bed) {
      const detail = await http(bed);
      const { asked, ...headers } = bed.web.asked[0]!.headers;
      assert.equal(asked, "/v1/orders/7/");
      assert.equal(headers["content-type"], "application/json");
      assert.equal(headers["x-amz-source-account"], bed.world.account);
      assert.equal(headers["x-amz-source-arn"], arn(bed, "events", "rule/r"));
      return detail;
    },
  },
  "an API destination": {
    async make(bed) {
      const { call, web } = bed;
      const { ConnectionArn } = await call("events", "CreateConnection", {
        Name: "web",
        AuthorizationType: "API_KEY",
        AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: "x-key", ApiKeyValue: "s3cret" } },
      });
      const { ApiDestinationArn } = await call("events", "CreateApiDestination", {
        Name: "web",
        ConnectionArn,
        HttpMethod: "POST",
        InvocationEndpoint: `${web.url}/orders/*`,
      });
      return { Arn: ApiDestinationArn as string, RoleArn: roleOf(bed), HttpParameters };
    },
    came: http,
  },
  "a runbook": {
    async make(bed) {
      const Content = JSON.stringify({
        schemaVersion: "0.3",
        parameters: { Id: { type: "String" } },
        mainSteps: [{ name: "rest", action: "aws:sleep", inputs: { Duration: "PT0S" } }],
      });
      await bed.call("ssm", "CreateDocument", { Name: "book", DocumentType: "Automation", Content });
      const InputTransformer = { InputPathsMap: { id: "$.detail.id" }, InputTemplate: '{"Id": [<id>]}' };
      return { Arn: arn(bed, "ssm", "automation-definition/book"), RoleArn: roleOf(bed), InputTransformer };
    },
    async came({ call }) {
      const found = await until(async () => {
        const { AutomationExecutionMetadataList: all } = await call(
          "ssm",
          "DescribeAutomationExecutions",
          {},
        );
        return (all as { AutomationExecutionId: string }[])[0];
      });
      const { AutomationExecution } = await call("ssm", "GetAutomationExecution", {
        AutomationExecutionId: found.AutomationExecutionId,
      });
      const { Parameters } = AutomationExecution as { Parameters: { Id: string[] } };
      return { id: Parameters.Id[0] };
    },
  },
};

for (const [name, kind] of Object.entries(KINDS)) {
  test(`an event comes to ${name}`, async () => {
    const cloud = await testCloud();
    await using world = new World(cloud, newAccount());
    await using web = await receiver();
    const call: Call = (service, operation, input, place = {}) =>
      cloud.call(service, operation, input, { account: world.account, region: "us-east-1", ...place });
    const bed: Bed = { world, call, web };
    const target = await kind.make(bed);
    await world.rule("r", { source: ["shop"] }, [{ Id: "t", ...target } as Target]);
    await world.put({ id: "7" });
    assert.deepEqual(await kind.came(bed, target), { id: "7" });
  });
}

test("a target that nothing here takes is refused by its name", async () => {
  const cloud = await testCloud();
  await using world = new World(cloud, newAccount());
  const EventPattern = JSON.stringify({ source: ["shop"] });
  await world.events.send(new PutRuleCommand({ Name: "r", EventPattern }));
  for (const Arn of [
    `arn:aws:firehose:us-east-1:${world.account}:deliverystream/d`,
    `arn:aws:batch:us-east-1:${world.account}:job-queue/j`,
    `arn:aws:codebuild:us-east-1:${world.account}:project/p`,
  ])
    await assert.rejects(
      world.events.send(new PutTargetsCommand({ Rule: "r", Targets: [{ Id: "t", Arn }] })),
      { name: "NotImplemented", message: new RegExp(Arn.split(":")[2]!) },
    );
});

test("an API destination is called as often as its limit allows, on the clock", async () => {
  const cloud = await testCloud({ clockRate: 0 });
  await using world = new World(cloud, newAccount());
  await using web = await receiver();
  const call: Call = (service, operation, input) =>
    cloud.call(service, operation, input, { account: world.account, region: "us-east-1" });
  const { ConnectionArn } = await call("events", "CreateConnection", {
    Name: "web",
    AuthorizationType: "BASIC",
    AuthParameters: { BasicAuthParameters: { Username: "a", Password: "b" } },
  });
  const { ApiDestinationArn } = await call("events", "CreateApiDestination", {
    Name: "web",
    ConnectionArn,
    HttpMethod: "POST",
    InvocationEndpoint: `${web.url}/slow`,
    InvocationRateLimitPerSecond: 2,
  });
  const RoleArn = `arn:aws:iam::${world.account}:role/rule`;
  await world.rule("r", { source: ["shop"] }, [{ Id: "t", Arn: ApiDestinationArn as string, RoleArn }]);
  for (let n = 0; n < 4; n++) await world.put({ n });
  await until(() => web.asked.length === 1);
  for (const count of [2, 3, 4]) {
    await cloud.clock.advance("499ms");
    assert.equal(web.asked.length, count - 1);
    await cloud.clock.advance("1ms");
    await until(() => web.asked.length === count);
  }
});
