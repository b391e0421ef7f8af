import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { InvokeCommand } from "@aws-sdk/client-lambda";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import type { Cloud } from "../../index.ts";
import { createNodeFunction, lambdaClient } from "./functions.fixture.ts";

const SOURCE = `export const handler = async (event) => { console.log("hello", { n: 1 }); process.stdout.write("raw\\n"); console.error("two\\nlines"); };`;

function clients(cloud: Cloud) {
  const account = newAccount();
  return {
    lambda: lambdaClient(cloud, account),
    logs: new CloudWatchLogsClient(clientOptions(cloud, account)),
  };
}

/** The messages of a group, once one of them is the last that an invocation writes. */
function messages(logs: CloudWatchLogsClient, logGroupName: string, last: RegExp): Promise<string[]> {
  const read = async () => {
    const found = await logs.send(new FilterLogEventsCommand({ logGroupName })).catch((error: Error) => {
      if (error.name !== "ResourceNotFoundException") throw error;
    });
    return found?.events?.map((event) => event.message!) ?? [];
  };
  return until(read, (lines) => lines.some((line) => last.test(line)));
}

test("what a function writes is in its log group between START, END and REPORT", async () => {
  await using cloud = await testCloud();
  const { lambda, logs } = clients(cloud);
  await createNodeFunction(lambda, "f", SOURCE);
  const { $metadata } = await lambda.send(new InvokeCommand({ FunctionName: "f" }));
  const id = $metadata.requestId!;
  const lines = await messages(logs, "/aws/lambda/f", /^REPORT /);
  assert.match(lines[0]!, new RegExp(`^START RequestId: ${id} Version: \\$LATEST\\s*$`));
  // The console and the process's own output are two pipes: their order among each other is open.
  const own = lines.slice(1, 4);
  const patterns = [`\\t${id}\\tINFO\\thello \\{ n: 1 \\}$`, `\\t${id}\\tERROR\\ttwo\\nlines$`, "^raw$"];
  for (const pattern of patterns) {
    assert.equal(own.filter((line) => new RegExp(pattern).test(line)).length, 1, pattern);
  }
  assert.match(lines[4]!, new RegExp(`^END RequestId: ${id}\\s*$`));
  assert.match(
    lines[5]!,
    new RegExp(
      `^REPORT RequestId: ${id}\\tDuration: [\\d.]+ ms\\tBilled Duration: \\d+ ms\\tMemory Size: 128 MB\\t.*Init Duration: [\\d.]+ ms`,
    ),
  );
  const { logStreams } = await logs.send(new DescribeLogStreamsCommand({ logGroupName: "/aws/lambda/f" }));
  assert.match(logStreams![0]!.logStreamName!, /^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/);
  const [put] = cloud.calls.of("logs", "PutLogEvents");
  assert.match(put!.callerArn, /assumed-role\/lambda-role\//);
});

test("JSON logs are objects with the request's id, platform events among them", async () => {
  await using cloud = await testCloud();
  const { lambda, logs } = clients(cloud);
  await createNodeFunction(lambda, "f", SOURCE, {
    LoggingConfig: { LogFormat: "JSON", ApplicationLogLevel: "ERROR", LogGroup: "own-group" },
  });
  await logs.send(new CreateLogGroupCommand({ logGroupName: "own-group" }));
  const { $metadata } = await lambda.send(new InvokeCommand({ FunctionName: "f" }));
  const lines = (await messages(logs, "own-group", /"platform\.report"/)).filter((line) =>
    line.startsWith("{"),
  );
  const parsed = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const types = parsed.flatMap((line) => line["type"] ?? []);
  assert.deepEqual(
    types,
    ["platform.initStart", "platform.initReport", "platform.start", "platform.report"].filter((type) =>
      types.includes(type),
    ),
  );
  assert.ok(types.includes("platform.report"));
  const own = parsed.filter((line) => "level" in line);
  assert.deepEqual(
    own.map(({ timestamp: _, ...line }) => line),
    [{ level: "ERROR", requestId: $metadata.requestId, message: "two\nlines" }],
  );
});

test("an outage of the logs does not fail an invocation", async () => {
  await using cloud = await testCloud();
  const { lambda } = clients(cloud);
  await cloud.faults.add({ effect: "error", params: { kind: "unavailable" }, match: { service: "logs" } });
  await createNodeFunction(lambda, "f", SOURCE);
  for (let i = 0; i < 3; i++) {
    assert.equal((await lambda.send(new InvokeCommand({ FunctionName: "f" }))).FunctionError, undefined);
  }
});
