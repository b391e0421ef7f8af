import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  CreateAuthorizerCommand,
  CreateModelCommand,
  CreateRequestValidatorCommand,
  PutIntegrationResponseCommand,
  PutMethodResponseCommand,
  UpdateStageCommand,
} from "@aws-sdk/client-api-gateway";
import { ApiGatewayV2Client, CreateApiCommand } from "@aws-sdk/client-apigatewayv2";
import { CloudWatchClient, GetMetricDataCommand, PutCompositeAlarmCommand } from "@aws-sdk/client-cloudwatch";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  FilterLogEventsCommand,
  GetQueryResultsCommand,
  PutLogEventsCommand,
  StartQueryCommand,
  TestMetricFilterCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateTableCommand,
  DynamoDBClient,
  ExecuteStatementCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { IAMClient, SimulateCustomPolicyCommand } from "@aws-sdk/client-iam";
import { CreateEventSourceMappingCommand } from "@aws-sdk/client-lambda";
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SFNClient,
  StartExecutionCommand,
  StartSyncExecutionCommand,
} from "@aws-sdk/client-sfn";
import {
  CreateTopicCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SNSClient,
  SubscribeCommand,
} from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  type QueueAttributeName,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { CallRecord, Cloud } from "../../src/index.ts";
import { Bed, type RestApiBed, send } from "../../src/services/apigateway/bed.fixture.ts";
import { clientOptions, newAccount } from "../cloud.ts";
import { type SquallProcess, squallProcess } from "../squall-process.ts";
import { until } from "../until.ts";

/*
 * Each text below would keep a careless evaluator busy for minutes. A user may write it; everybody else is answered meanwhile.
 * Squall runs in a process of its own, so that it is not measured by whom it would stop.
 */

const MOST_MS = 100;

let squall: SquallProcess;
let cloud: Cloud;

before(async () => {
  squall = await squallProcess();
  cloud = { url: squall.url } as Cloud;
});
after(async () => {
  await squall.stop();
});

/** The longest turn of the server's event loop while something goes on, and what that sets off. */
async function longestTurnWhile(work: () => Promise<unknown>): Promise<number> {
  await squall.longestTurn();
  await work();
  return squall.longestTurn();
}

type Attack = () => Promise<unknown>;

/** A place where a user's text is evaluated; what it takes to get there, and the attack itself. */
interface Place {
  readonly name: string;
  prepare(): Promise<Attack>;
}

const A = "a".repeat(100_000);
/** A JSON text of objects in objects. */
const deep = (levels: number) => `${'{"x":'.repeat(levels)}1${"}".repeat(levels)}`;
const client = () => clientOptions(cloud, newAccount());

/** The service refuses, in its own words, as the client's fault. */
async function isRefused(request: Promise<unknown>): Promise<void> {
  await assert.rejects(request, (error: { $metadata?: { httpStatusCode?: number } }) => {
    const status = error.$metadata?.httpStatusCode ?? 0;
    assert.ok(status >= 400 && status < 500, `${status} ${error}`);
    return true;
  });
}

async function logsWith(...messages: string[]) {
  const logs = new CloudWatchLogsClient(client());
  await logs.send(new CreateLogGroupCommand({ logGroupName: "g" }));
  await logs.send(new CreateLogStreamCommand({ logGroupName: "g", logStreamName: "s" }));
  const timestamp = Date.now();
  const logEvents = messages.map((message) => ({ timestamp, message }));
  await logs.send(new PutLogEventsCommand({ logGroupName: "g", logStreamName: "s", logEvents }));
  return logs;
}

const query = (queryString: string): Place => ({
  name: `Logs Insights: ${queryString.slice(0, 60)}`,
  async prepare() {
    const logs = await logsWith(...Array(8).fill(`${A}!`), deep(20_000));
    const now = Math.floor(Date.now() / 1000);
    const range = { startTime: now - 60, endTime: now + 60 };
    return async () => {
      const { queryId } = await logs.send(
        new StartQueryCommand({ logGroupName: "g", queryString, ...range }),
      );
      const { status } = await until(
        () => logs.send(new GetQueryResultsCommand({ queryId: queryId! })),
        (results) => results.status !== "Running",
      );
      assert.equal(status, "Complete");
    };
  },
});

const logPattern = (filterPattern: string, message = `${A}!`): Place => ({
  name: `Logs filter pattern: ${filterPattern}`,
  async prepare() {
    const logs = await logsWith(message);
    return async () => {
      await logs.send(new FilterLogEventsCommand({ logGroupName: "g", filterPattern }));
      await logs.send(new TestMetricFilterCommand({ filterPattern, logEventMessages: [message] }));
    };
  },
});

const template = (name: string, text: string, body = "{}", status = 500): Place => ({
  name: `mapping template: ${name}`,
  async prepare() {
    const api = await new Bed(cloud).createApi();
    await api.put(api.rootId, "POST", { requestTemplates: { "application/json": text } });
    await api.deploy();
    return async () => assert.equal((await post(api, body)).status, status);
  },
});

const post = (api: RestApiBed, body: string, headers: Record<string, string> = {}) =>
  api.send("/", { method: "POST", body, headers: { "content-type": "application/json", ...headers } });

const model = (name: string, schema: object, body: string): Place => ({
  name: `model: ${name}`,
  async prepare() {
    const bed = new Bed(cloud);
    const api = await bed.createApi();
    const restApiId = api.id;
    await bed.apis.send(
      new CreateModelCommand({
        restApiId,
        name: "M",
        contentType: "application/json",
        schema: JSON.stringify(schema),
      }),
    );
    const { id } = await bed.apis.send(
      new CreateRequestValidatorCommand({ restApiId, name: "v", validateRequestBody: true }),
    );
    const requestModels = { "application/json": "M" };
    await api.put(api.rootId, "POST", {}, { requestValidatorId: id, requestModels });
    await api.deploy();
    return async () => assert.equal((await post(api, body)).status, 400);
  },
});

const twice = (ref: string) => ({
  anyOf: [{ properties: { x: { $ref: ref } } }, { properties: { x: { $ref: ref } } }],
});

/** A state that fails in the end: its expression is given up, or what it comes to is too large. */
const state = (name: string, fields: object, input: unknown = {}): Place => ({
  name: `state machine: ${name}`,
  async prepare() {
    const sfn = new SFNClient({ ...client(), disableHostPrefix: true });
    const definition = JSON.stringify({
      StartAt: "P",
      States: { P: { Type: "Pass", End: true, ...fields } },
    });
    const roleArn = "arn:aws:iam::000000000000:role/machine";
    const created = await sfn.send(
      new CreateStateMachineCommand({ name: "m", type: "EXPRESS", roleArn, definition }),
    );
    const { stateMachineArn } = created;
    return async () => {
      const { status } = await sfn.send(
        new StartSyncExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }),
      );
      assert.equal(status, "FAILED");
    };
  },
});

/** A Map in a Map: 40 items of 40 items are under way at once, and what they come to is too large. */
const mapOfMaps = (): object => {
  const mapOf = (name: string, inside: object) => ({
    Type: "Map",
    ItemProcessor: {
      ProcessorConfig: { Mode: "INLINE" },
      StartAt: name,
      States: { [name]: { ...inside, End: true } },
    },
  });
  return mapOf("Outer", mapOf("Inner", { Type: "Pass", Result: "aaaaaaaa" }));
};

const jsonata = (expression: string): Place =>
  state(`JSONata ${expression}`, { QueryLanguage: "JSONata", Output: `{% ${expression} %}` });

const PLACES: readonly Place[] = [
  jsonata("($f := function($x) { $f($x) }; $f(1))"),
  jsonata("$match('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', /(a+)+$/)"),
  jsonata("$sum([1..10000000].([1..10000000]))"),
  jsonata("$pad('a', 500000000)"),
  state("JSONPath of descents", { Parameters: { "x.$": "$..*..*..*" } }, Array(5000).fill({ a: [[1], [2]] })),
  state("a Map of Maps", mapOfMaps(), Array(200).fill(Array(200).fill(1))),
  {
    name: "state machine: a standard execution's Map of Maps",
    async prepare() {
      const sfn = new SFNClient(client());
      const definition = JSON.stringify({ StartAt: "M", States: { M: { ...mapOfMaps(), End: true } } });
      const roleArn = "arn:aws:iam::000000000000:role/machine";
      const created = await sfn.send(new CreateStateMachineCommand({ name: "m", roleArn, definition }));
      const { stateMachineArn } = created;
      return async () => {
        const input = JSON.stringify(Array(60).fill(Array(60).fill(1)));
        const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input }));
        await until(
          () => sfn.send(new DescribeExecutionCommand({ executionArn })),
          ({ status }) => status === "SUCCEEDED",
        );
      };
    },
  },
  {
    name: "state machine: a definition of objects in objects",
    async prepare() {
      const sfn = new SFNClient(client());
      const rule = `${'{"Not":'.repeat(50_000)}1${"}".repeat(50_000)}`;
      const definition = `{"StartAt":"C","States":{"C":{"Type":"Choice","Choices":[${rule}]}}}`;
      const roleArn = "arn:aws:iam::000000000000:role/machine";
      return () => isRefused(sfn.send(new CreateStateMachineCommand({ name: "deep", roleArn, definition })));
    },
  },
  query("filter @message like /(a+)+$/"),
  query("parse @message /(?<x>(a*)*(a*)*)b/ | stats count(*) by x"),
  query(
    `parse @message "*${"a*".repeat(30)}b" as ${Array.from({ length: 31 }, (_, i) => `f${i}`).join(", ")}`,
  ),
  logPattern(`%${"a*".repeat(12)}b%`),
  logPattern(`{ $.x = "${"*a".repeat(40)}*b" }`, JSON.stringify({ x: A })),
  logPattern(`[w=${"*a".repeat(40)}*b]`),
  {
    name: "SNS filter policy: wildcards",
    async prepare() {
      const options = client();
      const [sns, sqs] = [new SNSClient(options), new SQSClient(options)];
      const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "t" }));
      await sqs.send(new CreateQueueCommand({ QueueName: "q" }));
      const Endpoint = TopicArn!.replace(":sns:", ":sqs:").replace(/t$/, "q");
      await sns.send(
        new SubscribeCommand({
          TopicArn,
          Protocol: "sqs",
          Endpoint,
          Attributes: { FilterPolicy: JSON.stringify({ a: [{ wildcard: "*a*a*a*a*b" }] }) },
        }),
      );
      const MessageAttributes = { a: { DataType: "String", StringValue: A } };
      return () => sns.send(new PublishCommand({ TopicArn, Message: "m", MessageAttributes }));
    },
  },
  {
    name: "SNS filter policy: nesting",
    async prepare() {
      const options = client();
      const [sns, sqs] = [new SNSClient(options), new SQSClient(options)];
      const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "t" }));
      await sqs.send(new CreateQueueCommand({ QueueName: "q" }));
      const Endpoint = TopicArn!.replace(":sns:", ":sqs:").replace(/t$/, "q");
      const { SubscriptionArn } = await sns.send(
        new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint }),
      );
      const AttributeValue = `{"a":${"[".repeat(100_000)}`;
      return () =>
        isRefused(
          sns.send(
            new SetSubscriptionAttributesCommand({
              SubscriptionArn,
              AttributeName: "FilterPolicy",
              AttributeValue,
            }),
          ),
        );
    },
  },
  {
    name: "Lambda event filter: wildcards",
    async prepare() {
      const bed = new Bed(cloud);
      const sqs = new SQSClient(clientOptions(cloud, bed.account));
      await bed.createFunction("f", "async () => {}");
      const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "q" }));
      await bed.lambda.send(
        new CreateEventSourceMappingCommand({
          FunctionName: "f",
          EventSourceArn: `arn:aws:sqs:us-east-1:${bed.account}:q`,
          FilterCriteria: { Filters: [{ Pattern: JSON.stringify({ body: [{ wildcard: "*a*a*a*a*b" }] }) }] },
        }),
      );
      return async () => {
        await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: A }));
        // What the filter does not want is removed.
        const AttributeNames: QueueAttributeName[] = [
          "ApproximateNumberOfMessages",
          "ApproximateNumberOfMessagesNotVisible",
        ];
        await until(
          () => sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames })),
          ({ Attributes }) => AttributeNames.every((name) => Attributes![name] === "0"),
        );
      };
    },
  },
  template("matches", `#if("${"a".repeat(60)}!".matches("(a+)+"))#end{"statusCode":200}`),
  template("replaceAll", `$input.body.replaceAll("(a|aa)+$", "")`, `"${A}!"`),
  template("split", `#set($p = "${"a".repeat(60)}!".split("(a+)+b")){"statusCode":200}`, "{}"),
  template(
    "nested #foreach",
    `#foreach($a in $input.path("$"))#foreach($b in $input.path("$"))#foreach($c in $input.path("$"))x#end#end#end`,
    JSON.stringify(Array(2000).fill(1)),
  ),
  template("a text that doubles", `#set($a = "aaaaaaaa")${`#set($a = "$a$a")`.repeat(40)}$a`),
  template("a list that doubles", `#set($a = [1])${"$a.addAll($a)".repeat(40)}`),
  template("a macro that calls itself twice", `#macro(m $n)#m($n)#m($n)#end#m(1)`),
  template(
    "JSONPath",
    `$input.json('$..[?(@..[?(@..[?(@.x == 1)])])]')`,
    JSON.stringify(Array(60).fill({ a: Array(60).fill({ b: [{ x: 2 }] }) })),
  ),
  template("deep JSON", `$input.json('$')`, `${"[".repeat(20_000)}${"]".repeat(20_000)}`),
  model("pattern", { type: "string", pattern: "^(a+)+$" }, JSON.stringify(`${"a".repeat(60)}!`)),
  model(
    "references",
    { definitions: { d: twice("#/definitions/d") }, ...twice("#/definitions/d"), required: ["y"] },
    `${'{"x":'.repeat(40)}{"x":1}${"}".repeat(40)}`.replace('"x":1', '"x":[]'),
  ),
  model(
    "unique items",
    { type: "array", uniqueItems: true, maxItems: 1 },
    JSON.stringify(Array.from({ length: 60_000 }, (_, i) => [i])),
  ),
  model(
    "deep body",
    { definitions: { d: { properties: { x: { $ref: "#/definitions/d" } } } }, $ref: "#/definitions/d" },
    `${'{"x":'.repeat(20_000)}1${"}".repeat(20_000)}`,
  ),
  {
    name: "selection pattern",
    async prepare() {
      const bed = new Bed(cloud);
      const functionArn = await bed.createFunction(
        "f",
        `async () => { throw new Error("${"a".repeat(60)}!"); }`,
      );
      const api = await bed.createApi();
      const uri = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`;
      await api.put(api.rootId, "POST", { type: "AWS", integrationHttpMethod: "POST", uri });
      const place = { restApiId: api.id, resourceId: api.rootId, httpMethod: "POST", statusCode: "200" };
      await bed.apis.send(new PutMethodResponseCommand(place));
      await bed.apis.send(new PutIntegrationResponseCommand({ ...place, selectionPattern: "(a+)+" }));
      await api.deploy();
      return async () => assert.equal((await post(api, "{}")).status, 500);
    },
  },
  {
    name: "identity validation expression",
    async prepare() {
      const bed = new Bed(cloud);
      const functionArn = await bed.createFunction("f", "async () => ({})");
      const api = await bed.createApi();
      const { id } = await bed.apis.send(
        new CreateAuthorizerCommand({
          restApiId: api.id,
          name: "a",
          type: "TOKEN",
          authorizerUri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`,
          identitySource: "method.request.header.Authorization",
          identityValidationExpression: "(a+)+",
        }),
      );
      await api.put(api.rootId, "POST", {}, { authorizationType: "CUSTOM", authorizerId: id });
      await api.deploy();
      return async () =>
        assert.equal((await post(api, "{}", { authorization: `${"a".repeat(60)}!` })).status, 401);
    },
  },
  {
    name: "X-Ray's sampling rules",
    async prepare() {
      const bed = new Bed(cloud);
      const api = await bed.createApi();
      await api.put(api.rootId, "GET", {});
      await api.deploy();
      const SamplingRule = {
        ...{ RuleName: "stars", Priority: 1, FixedRate: 1, ReservoirSize: 1, Version: 1 },
        ...{ ResourceARN: "*", ServiceName: "*", ServiceType: "*", Host: "*", HTTPMethod: "*" },
        URLPath: `${"*a".repeat(40)}*b`,
      };
      const asked = { service: "xray", operation: "CreateSamplingRule", account: bed.account };
      const body = JSON.stringify({ ...asked, input: { SamplingRule } });
      const response = await fetch(`${cloud.url}/_squall/call`, { method: "POST", body });
      assert.equal(response.status, 200, await response.text());
      const patchOperations = [{ op: "replace" as const, path: "/tracingEnabled", value: "true" }];
      await bed.apis.send(new UpdateStageCommand({ restApiId: api.id, stageName: "dev", patchOperations }));
      return async () => assert.equal((await api.send(`/${"a".repeat(8000)}`)).status, 403);
    },
  },
  {
    name: "CORS origins",
    async prepare() {
      const apis = new ApiGatewayV2Client(client());
      const AllowOrigins = [`https://${"*a".repeat(40)}*b`];
      const { ApiId } = await apis.send(
        new CreateApiCommand({
          Name: "a",
          ProtocolType: "HTTP",
          Target: "https://example.com",
          CorsConfiguration: { AllowOrigins, AllowMethods: ["GET"] },
        }),
      );
      const headers = { origin: `https://${"a".repeat(8000)}`, "access-control-request-method": "GET" };
      const host = `${ApiId}.execute-api.localhost.localstack.cloud`;
      return async () =>
        assert.equal((await send(cloud, { host, method: "OPTIONS", path: "/", headers })).status, 204);
    },
  },
  {
    name: "a rule's JMESPath and patterns",
    async prepare() {
      const account = newAccount();
      const rule = async (match: object) => {
        const body = JSON.stringify({
          match: { account, ...match },
          effect: "error",
          params: { code: "Never" },
        });
        const response = await fetch(`${cloud.url}/_squall/faults`, { method: "POST", body });
        assert.equal(response.status, 201, await response.text());
      };
      await rule({
        service: "sqs",
        input: `MessageAttributes.*.[${"$.MessageAttributes.*.[".repeat(8)}@${"]".repeat(9)} | [0] == \`1\``,
      });
      await rule({ service: "sqs", userAgent: `${"*a".repeat(40)}*b` });
      await rule({ service: "sqs", input: "length(pad_left('', `2000000000`)) == `-1`" });
      const sqs = new SQSClient(clientOptions(cloud, account));
      const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "q" }));
      const MessageAttributes = Object.fromEntries(
        Array.from({ length: 10 }, (_, i) => [`a${i}`, { DataType: "String", StringValue: "x" }]),
      );
      return async () => {
        await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: A, MessageAttributes }));
        // That a rule was given up is no secret.
        const recorded = await fetch(`${cloud.url}/_squall/calls?service=sqs&operation=SendMessage`);
        const { calls } = (await recorded.json()) as { calls: CallRecord[] };
        const { decisions } = calls.findLast((call) => call.account === account)!;
        const given = decisions.filter(({ gaveUp }) => gaveUp?.includes("more than 20 ms"));
        assert.ok(given.length > 0 && given.every(({ fired }) => !fired), JSON.stringify(decisions));
      };
    },
  },
  {
    name: "IAM's StringLike",
    async prepare() {
      const iam = new IAMClient(client());
      const condition = { StringLike: { "aws:UserAgent": `${"*a".repeat(1000)}*b` } };
      const policy = {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "*", Resource: "*", Condition: condition }],
      };
      return () =>
        iam.send(
          new SimulateCustomPolicyCommand({
            PolicyInputList: [JSON.stringify(policy)],
            ActionNames: ["sqs:SendMessage"],
            ContextEntries: [
              {
                ContextKeyName: "aws:UserAgent",
                ContextKeyType: "string",
                ContextKeyValues: [A.slice(0, 10_000)],
              },
            ],
          }),
        );
    },
  },
  ...["(", "NOT "].map(
    (opening): Place => ({
      name: `DynamoDB: an expression of ${opening}${opening}${opening}`,
      async prepare() {
        const dynamodb = new DynamoDBClient(client());
        await dynamodb.send(
          new CreateTableCommand({
            TableName: "ttt",
            BillingMode: "PAY_PER_REQUEST",
            AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
            KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
          }),
        );
        const FilterExpression = opening.repeat(4000 / opening.length);
        const Statement = `SELECT * FROM ttt WHERE ${opening.repeat(7900 / opening.length)}`;
        const list = `SELECT * FROM ttt WHERE a = ${"[".repeat(7900)}`;
        return async () => {
          await isRefused(dynamodb.send(new ScanCommand({ TableName: "ttt", FilterExpression })));
          await isRefused(dynamodb.send(new ExecuteStatementCommand({ Statement })));
          await isRefused(dynamodb.send(new ExecuteStatementCommand({ Statement: list })));
        };
      },
    }),
  ),
  {
    name: "nesting of queries, alarm rules and metric math",
    async prepare() {
      const options = client();
      const [logs, cloudwatch] = [new CloudWatchLogsClient(options), new CloudWatchClient(options)];
      await logs.send(new CreateLogGroupCommand({ logGroupName: "g" }));
      return async () => {
        for (const part of ["(", "not ", "-", "1^", "abs("])
          await isRefused(
            logs.send(
              new StartQueryCommand({
                logGroupName: "g",
                queryString: `filter ${part.repeat(9000 / part.length)}1`,
                startTime: 0,
                endTime: 1,
              }),
            ),
          );
        for (const part of ["(", "NOT "])
          await isRefused(
            cloudwatch.send(
              new PutCompositeAlarmCommand({ AlarmName: "a", AlarmRule: part.repeat(10_000 / part.length) }),
            ),
          );
        for (const part of ["(", "-", "ABS(", "1^"]) {
          const Expression = `${part.repeat(1000 / part.length)}1`;
          const range = { StartTime: new Date(0), EndTime: new Date(600_000) };
          await isRefused(
            cloudwatch.send(
              new GetMetricDataCommand({
                MetricDataQueries: [{ Id: "e", Expression, Period: 60 }],
                ...range,
              }),
            ),
          );
        }
      };
    },
  },
];

for (const place of PLACES) {
  test(`${place.name}: nobody else waits`, { timeout: 60_000 }, async () => {
    const attack = await place.prepare();
    const health = new AbortController();
    const answers = healthWhile(health.signal);
    const ms = await longestTurnWhile(attack);
    health.abort();
    assert.ok((await answers) > 0);
    assert.ok(ms <= MOST_MS, `others waited for ${Math.round(ms)} ms`);
  });
}

/** Asks the server how it is, again and again: what others wait for is turns that they have a part in. */
async function healthWhile(signal: AbortSignal): Promise<number> {
  let answers = 0;
  do {
    assert.equal((await fetch(`${cloud.url}/_squall/health`)).status, 200);
    answers++;
  } while (!signal.aborted);
  return answers;
}
