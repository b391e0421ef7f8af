import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  DeleteFunctionConcurrencyCommand,
  InvokeCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
  type Runtime,
} from "@aws-sdk/client-lambda";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { compileJava } from "../../src/services/lambda/execution/java.ts";
import { lambdaClient, payloadOf, zipOf } from "../../src/services/lambda/functions.fixture.ts";
import { clientOptions, newAccount, testCloud } from "../cloud.ts";
import { needs, type ToolName } from "../needs.ts";
import { until } from "../until.ts";

/*
 * The same program in five runtimes: it logs "hello", and by `mode` answers, fails, exits or hangs. Of messages of a queue it
 * reports those as failed whose body is "bad".
 */

const NODE = `export const handler = async (event) => {
  console.log("hello");
  if (event.Records) return { batchItemFailures: event.Records.filter((r) => r.body === "bad").map((r) => ({ itemIdentifier: r.messageId })) };
  if (event.mode === "fail") throw new Error("asked to fail");
  if (event.mode === "exit") process.exit(1);
  if (event.mode === "hang") await new Promise((resolve) => setTimeout(resolve, 60_000));
  return { ok: true };
};`;

const PYTHON = `import os, time
def handler(event, context):
    print("hello")
    if "Records" in event:
        return {"batchItemFailures": [{"itemIdentifier": r["messageId"]} for r in event["Records"] if r["body"] == "bad"]}
    if event.get("mode") == "fail":
        raise Exception("asked to fail")
    if event.get("mode") == "exit":
        os._exit(1)
    if event.get("mode") == "hang":
        time.sleep(60)
    return {"ok": True}
`;

const RUBY = `def handler(event:, context:)
  puts "hello"
  if event["Records"]
    bad = event["Records"].select { |record| record["body"] == "bad" }
    return { batchItemFailures: bad.map { |record| { itemIdentifier: record["messageId"] } } }
  end
  raise "asked to fail" if event["mode"] == "fail"
  exit!(1) if event["mode"] == "exit"
  sleep 60 if event["mode"] == "hang"
  { ok: true }
end
`;

const JAVA = `package example;
import com.amazonaws.services.lambda.runtime.*;
import java.util.*;
public class Program implements RequestHandler<Map<String, Object>, Object> {
  @SuppressWarnings("unchecked")
  public Object handleRequest(Map<String, Object> event, Context context) {
    System.out.println("hello");
    Map<String, Object> answer = new HashMap<>();
    if (event.containsKey("Records")) {
      List<Object> failures = new ArrayList<>();
      for (Map<String, Object> record : (List<Map<String, Object>>) event.get("Records"))
        if (record.get("body").equals("bad")) failures.add(Collections.singletonMap("itemIdentifier", record.get("messageId")));
      answer.put("batchItemFailures", failures);
      return answer;
    }
    String mode = String.valueOf(event.get("mode"));
    if (mode.equals("fail")) throw new RuntimeException("asked to fail");
    if (mode.equals("exit")) System.exit(1);
    if (mode.equals("hang")) try { Thread.sleep(60000); } catch (InterruptedException e) { throw new RuntimeException(e); }
    answer.put("ok", true);
    return answer;
  }
}`;

const BOOTSTRAP = `#!${process.execPath}
const api = "http://" + process.env.AWS_LAMBDA_RUNTIME_API + "/2018-06-01/runtime/invocation/";
for (;;) {
  const next = await fetch(api + "next");
  const id = next.headers.get("lambda-runtime-aws-request-id");
  const event = await next.json();
  process.stdout.write("hello\\n");
  const post = (verb, body) => fetch(api + id + "/" + verb, { method: "POST", body: JSON.stringify(body) });
  if (event.Records) await post("response", { batchItemFailures: event.Records.filter((r) => r.body === "bad").map((r) => ({ itemIdentifier: r.messageId })) });
  else if (event.mode === "fail") await post("error", { errorType: "Asked", errorMessage: "asked to fail" });
  else if (event.mode === "exit") process.exit(1);
  else if (event.mode === "hang") await new Promise((resolve) => setTimeout(resolve, 60_000));
  else await post("response", { ok: true });
}
`;

interface Program {
  readonly runtime: Runtime;
  readonly handler: string;
  /** The type of its "asked to fail", in its runtime's own words. */
  readonly errorType: string;
  readonly needs: readonly ToolName[];
  zip(): Promise<Buffer>;
}

const PROGRAMS: readonly Program[] = [
  {
    runtime: "nodejs24.x",
    handler: "index.handler",
    errorType: "Error",
    needs: [],
    zip: () => zipOf({ "index.mjs": NODE }),
  },
  {
    runtime: "python3.11",
    handler: "app.handler",
    errorType: "Exception",
    needs: ["python3"],
    zip: () => zipOf({ "app.py": PYTHON }),
  },
  {
    runtime: "ruby3.3",
    handler: "app.handler",
    errorType: "Function<RuntimeError>",
    needs: ["ruby"],
    zip: () => zipOf({ "app.rb": RUBY }),
  },
  {
    runtime: "java17",
    handler: "example.Program",
    errorType: "java.lang.RuntimeException",
    needs: ["javac"],
    zip: javaZip,
  },
  {
    runtime: "provided.al2023",
    handler: "bootstrap",
    errorType: "Asked",
    needs: [],
    // Without a suffix Node.js would take it for CommonJS.
    zip: () =>
      zipOf({
        bootstrap: {
          body: `#!/bin/sh\nexec "${process.execPath}" "$LAMBDA_TASK_ROOT/main.mjs"\n`,
          mode: 0o100755,
        },
        "main.mjs": BOOTSTRAP,
      }),
  },
];

async function javaZip(): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), "squall-program-"));
  try {
    await compileJava("javac", join(folder, "interfaces"));
    mkdirSync(join(folder, "classes"));
    writeFileSync(join(folder, "Program.java"), JAVA);
    const args = ["--release", "17", "-cp", join(folder, "interfaces"), "-d", join(folder, "classes")];
    execFileSync("javac", [...args, join(folder, "Program.java")], { stdio: "pipe" });
    const classes = join(folder, "classes");
    const names = readdirSync(classes, { recursive: true, encoding: "utf8" }).filter((name) =>
      name.endsWith(".class"),
    );
    return await zipOf(
      Object.fromEntries(
        names.map((name) => [name, { body: readFileSync(join(classes, name)), mode: 0o100644 }]),
      ),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

for (const { runtime, handler, errorType, needs: tools, zip } of PROGRAMS) {
  test(
    `a ${runtime} function is invoked, logged, timed out, crashed, throttled, retried and fed by a queue`,
    needs(...tools),
    async () => {
      const ZipFile = await zip();
      await using cloud = await testCloud();
      const account = newAccount();
      const lambda = lambdaClient(cloud, account);
      const sqs = new SQSClient(clientOptions(cloud, account));
      const logs = new CloudWatchLogsClient(clientOptions(cloud, account));
      const FunctionName = "program";
      await lambda.send(
        new CreateFunctionCommand({
          FunctionName,
          Runtime: runtime,
          Handler: handler,
          Role: `arn:aws:iam::${account}:role/program`,
          Code: { ZipFile },
          Timeout: 2,
          MemorySize: 256,
        }),
      );
      const invoke = (mode: string, InvocationType: "RequestResponse" | "Event" = "RequestResponse") =>
        lambda.send(
          new InvokeCommand({ FunctionName, InvocationType, Payload: Buffer.from(JSON.stringify({ mode })) }),
        );

      assert.deepEqual(payloadOf(await invoke("answer")), { ok: true });

      const failed = await invoke("fail");
      assert.equal(failed.FunctionError, "Unhandled");
      const failure = payloadOf(failed) as Record<string, string>;
      assert.equal(failure["errorMessage"], "asked to fail");
      assert.equal(failure["errorType"], errorType);

      await until(async () => {
        const { events = [] } = await logs
          .send(new FilterLogEventsCommand({ logGroupName: "/aws/lambda/program" }))
          .catch(() => ({ events: [] }));
        const text = events.map((event) => event.message).join("\n");
        return /START RequestId/.test(text) && /(^|\t)hello$/m.test(text) && /REPORT RequestId/.test(text);
      });

      const hung = payloadOf(await invoke("hang")) as Record<string, string>;
      assert.equal(hung["errorType"], "Sandbox.Timedout");
      assert.match(hung["errorMessage"]!, /Error: Task timed out after 2\.00 seconds$/);

      const crashed = payloadOf(await invoke("exit")) as Record<string, string>;
      assert.equal(crashed["errorType"], "Runtime.ExitError");
      assert.match(crashed["errorMessage"]!, /Error: Runtime exited with error: exit status 1$/);

      await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }));
      await assert.rejects(invoke("answer"), { name: "TooManyRequestsException" });
      await lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));

      const { QueueUrl: failures } = await sqs.send(new CreateQueueCommand({ QueueName: "failures" }));
      await lambda.send(
        new PutFunctionEventInvokeConfigCommand({
          FunctionName,
          MaximumRetryAttempts: 1,
          DestinationConfig: { OnFailure: { Destination: `arn:aws:sqs:us-east-1:${account}:failures` } },
        }),
      );
      await invoke("fail", "Event");
      let record: Record<string, Record<string, unknown>> | undefined;
      await until(async () => {
        const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: failures }));
        if (Messages?.[0]) record = JSON.parse(Messages[0].Body!);
        else await cloud.clock.advance("1s");
        return record !== undefined;
      });
      assert.equal(record!["requestContext"]!["condition"], "RetriesExhausted");
      assert.equal(record!["requestContext"]!["approximateInvokeCount"], 2);

      const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "work" }));
      const Entries = ["good", "bad", "fine"].map((MessageBody, i) => ({ Id: String(i), MessageBody }));
      await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      await lambda.send(
        new CreateEventSourceMappingCommand({
          FunctionName,
          EventSourceArn: `arn:aws:sqs:us-east-1:${account}:work`,
          FunctionResponseTypes: ["ReportBatchItemFailures"],
        }),
      );
      const names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
      await until(async () => {
        const { Attributes } = await sqs.send(
          new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...names] }),
        );
        return names.map((name) => Attributes![name]).join() === "0,1";
      });
    },
  );
}
