import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  CloudWatchLogsClient,
  CreateExportTaskCommand,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteQueryDefinitionCommand,
  DeleteResourcePolicyCommand,
  DescribeDestinationsCommand,
  DescribeMetricFiltersCommand,
  DescribeQueriesCommand,
  DescribeQueryDefinitionsCommand,
  DescribeResourcePoliciesCommand,
  GetLogGroupFieldsCommand,
  GetLogRecordCommand,
  GetQueryResultsCommand,
  PutDestinationCommand,
  PutLogEventsCommand,
  PutMetricFilterCommand,
  PutQueryDefinitionCommand,
  PutResourcePolicyCommand,
  PutSubscriptionFilterCommand,
  StartLiveTailCommand,
  StartQueryCommand,
  StopQueryCommand,
  TestMetricFilterCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";
import type { Cloud } from "../../index.ts";

const account = newAccount();
let cloud: Cloud;
let client: CloudWatchLogsClient;
before(async () => {
  cloud = await testCloud({ services: ["logs"] });
  client = new CloudWatchLogsClient({ ...clientOptions(cloud, account), disableHostPrefix: true });
  await client.send(new CreateLogGroupCommand({ logGroupName: "g" }));
  await client.send(new CreateLogStreamCommand({ logGroupName: "g", logStreamName: "s" }));
  await put("g", '{"level":"ERROR","ms":30}', '{"level":"INFO","ms":10}', '{"level":"ERROR","ms":50}');
});
after(() => cloud[Symbol.asyncDispose]());

const put = (logGroupName: string, ...messages: string[]) =>
  client.send(
    new PutLogEventsCommand({
      logGroupName,
      logStreamName: "s",
      logEvents: messages.map((message) => ({ timestamp: cloud.clock.now(), message })),
    }),
  );
const start = (queryString: string) => {
  const now = Math.floor(cloud.clock.now() / 1000);
  return client.send(
    new StartQueryCommand({ logGroupName: "g", queryString, startTime: now - 60, endTime: now + 60 }),
  );
};
async function results(queryId: string | undefined) {
  for (;;) {
    const answer = await client.send(new GetQueryResultsCommand({ queryId }));
    if (answer.status !== "Running") return answer;
  }
}
const rejects = (call: Promise<unknown>, name: string, message: string) =>
  assert.rejects(call, (error: Error) => {
    assert.equal(error.name, name);
    assert.equal(error.message, message);
    return true;
  });

test("A query runs over the group's events.", async () => {
  const { queryId } = await start("filter level = 'ERROR' | stats count(*) as n, sum(ms) as total by level");
  const answer = await results(queryId);
  assert.equal(answer.status, "Complete");
  assert.deepEqual(answer.results, [
    [
      { field: "level", value: "ERROR" },
      { field: "n", value: "2" },
      { field: "total", value: "80" },
    ],
  ]);
  assert.equal(answer.statistics?.recordsScanned, 3);
  const { queries } = await client.send(new DescribeQueriesCommand({ logGroupName: "g" }));
  assert.ok(queries?.some((query) => query.queryId === queryId && query.status === "Complete"));
  await rejects(
    client.send(new StopQueryCommand({ queryId })),
    "InvalidParameterException",
    "The specified query is not running",
  );
});

test("A row's pointer leads to its event.", async () => {
  const { queryId } = await start("filter ms = 10");
  const [row] = (await results(queryId)).results!;
  const pointer = row?.find(({ field }) => field === "@ptr")?.value;
  const { logRecord } = await client.send(new GetLogRecordCommand({ logRecordPointer: pointer }));
  assert.equal(logRecord?.["@message"], '{"level":"INFO","ms":10}');
});

test("What is no query is refused with its place.", () =>
  assert.rejects(start("fieldz x"), (error: Error & { queryCompileError?: { location?: object } }) => {
    assert.equal(error.name, "MalformedQueryException");
    assert.deepEqual(error.queryCompileError?.location, { startCharOffset: 0, endCharOffset: 6 });
    return true;
  }));

test("The fields of a group are found in its events.", async () => {
  const { logGroupFields } = await client.send(new GetLogGroupFieldsCommand({ logGroupName: "g" }));
  assert.ok(logGroupFields?.some(({ name, percent }) => name === "level" && percent === 100));
});

test("Query definitions are kept, changed and deleted.", async () => {
  const create = (queryDefinitionId?: string) =>
    client.send(new PutQueryDefinitionCommand({ name: "mine", queryString: "limit 1", queryDefinitionId }));
  const { queryDefinitionId } = await create();
  await create(queryDefinitionId);
  const { queryDefinitions } = await client.send(
    new DescribeQueryDefinitionsCommand({ queryDefinitionNamePrefix: "mi" }),
  );
  assert.equal(queryDefinitions?.length, 1);
  await client.send(new DeleteQueryDefinitionCommand({ queryDefinitionId }));
  await rejects(create(queryDefinitionId), "ResourceNotFoundException", "Query definition not found");
});

test("A live tail shows events as they come.", async () => {
  await client.send(new CreateLogGroupCommand({ logGroupName: "tail" }));
  await client.send(new CreateLogStreamCommand({ logGroupName: "tail", logStreamName: "s" }));
  const { responseStream } = await client.send(
    new StartLiveTailCommand({
      logGroupIdentifiers: [`arn:aws:logs:us-east-1:${account}:log-group:tail`],
      logEventFilterPattern: "WANTED",
    }),
  );
  for await (const { sessionStart, sessionUpdate } of responseStream!) {
    if (sessionStart) await put("tail", "WANTED one", "other", "WANTED two");
    if (!sessionUpdate?.sessionResults?.length) continue;
    assert.deepEqual(
      sessionUpdate.sessionResults.map(({ message }) => message),
      ["WANTED one", "WANTED two"],
    );
    assert.equal(sessionUpdate.sessionResults[0]?.logGroupIdentifier, `${account}:tail`);
    break;
  }
});

test("A metric filter is tested without being made.", async () => {
  const { matches } = await client.send(
    new TestMetricFilterCommand({
      filterPattern: "{ $.ms > 20 }",
      logEventMessages: ['{"ms":10}', '{"ms":30}'],
    }),
  );
  assert.deepEqual(matches, [
    { eventNumber: 2, eventMessage: '{"ms":30}', extractedValues: { "$.ms": "30" } },
  ]);
});

test("Metric filters are kept with their transformations.", async () => {
  const metric = { metricName: "Errors", metricNamespace: "App", metricValue: "1" };
  const create = (transformation: object) =>
    client.send(
      new PutMetricFilterCommand({
        logGroupName: "g",
        filterName: "f",
        filterPattern: "ERROR",
        metricTransformations: [{ ...metric, ...transformation }],
      }),
    );
  await create({ defaultValue: 0 });
  const { metricFilters } = await client.send(
    new DescribeMetricFiltersCommand({ metricName: "Errors", metricNamespace: "App" }),
  );
  assert.equal(metricFilters?.[0]?.metricTransformations?.[0]?.defaultValue, 0);
  await rejects(
    create({ defaultValue: 0, dimensions: { Level: "$.level" } }),
    "InvalidParameterException",
    "Invalid metric transformation: dimensions and default value are mutually exclusive properties.",
  );
});

test("A subscription filter's destination must be one that it can use.", async () => {
  const create = (destinationArn: string) =>
    client.send(
      new PutSubscriptionFilterCommand({
        logGroupName: "g",
        filterName: "f",
        filterPattern: "",
        destinationArn,
      }),
    );
  await rejects(
    create("arn:aws:lambda:us-east-1:111122223333:function:f"),
    "AccessDeniedException",
    "Cross-account lambda invocation passing is not allowed. You must use DestinationPolicies to create cross account lambda triggers.",
  );
  await rejects(
    create(`arn:aws:kinesis:us-east-1:${account}:stream/s`),
    "InvalidParameterException",
    "destinationArn for vendor kinesis cannot be used without roleArn",
  );
});

test("Destinations and resource policies are kept.", async () => {
  const targetArn = `arn:aws:kinesis:us-east-1:${account}:stream/s`;
  await client.send(
    new PutDestinationCommand({ destinationName: "d", targetArn, roleArn: `arn:aws:iam::${account}:role/r` }),
  );
  const { destinations } = await client.send(new DescribeDestinationsCommand({}));
  assert.equal(destinations?.[0]?.arn, `arn:aws:logs:us-east-1:${account}:destination:d`);

  await client.send(
    new PutResourcePolicyCommand({
      policyName: "p",
      policyDocument: '{"Version":"2012-10-17","Statement":[]}',
    }),
  );
  const { resourcePolicies } = await client.send(new DescribeResourcePoliciesCommand({}));
  assert.equal(resourcePolicies?.[0]?.policyName, "p");
  await client.send(new DeleteResourcePolicyCommand({ policyName: "p" }));
  await rejects(
    client.send(new DeleteResourcePolicyCommand({ policyName: "p" })),
    "ResourceNotFoundException",
    "Policy with name [p] does not exist",
  );
});

test("An export needs S3.", () =>
  rejects(
    client.send(new CreateExportTaskCommand({ logGroupName: "g", from: 0, to: 1, destination: "bucket" })),
    "InvalidParameterException",
    "The given destination cannot be written to: Amazon S3 is not served here.",
  ));
