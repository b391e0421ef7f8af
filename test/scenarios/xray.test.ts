import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { UpdateStageCommand } from "@aws-sdk/client-api-gateway";
import {
  InvokeCommand,
  type LambdaClient,
  type Runtime,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { CreateStateMachineCommand, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import type { Cloud } from "../../src/index.ts";
import { Bed } from "../../src/services/apigateway/bed.fixture.ts";
import { createNodeFunction, payloadOf, zipOf } from "../../src/services/lambda/functions.fixture.ts";
import { clientEnvironment, clientOptions, testCloud } from "../cloud.ts";
import { needs, type ToolName } from "../needs.ts";
import { until } from "../until.ts";

const run = promisify(execFile);
const ROOT = "1-65f0c0de-0123456789abcdef01234567";

// biome-ignore lint/suspicious/noExplicitAny: documents are looked at member by member
type Segment = any;

/** A cloud, an account in it, and the traces that are found there. */
async function bedOf(t: TestContext) {
  const cloud = await testCloud();
  t.after(() => cloud.stop());
  const bed = new Bed(cloud);
  const { account } = bed;
  const call = <O>(service: string, operation: string, input: object) =>
    cloud.call<O>(service, operation, input, { account });
  const nowSeconds = Math.floor(Date.now() / 1000);
  /** A trace of today's: what is older than thirty days is not taken. */
  const root = `1-${nowSeconds.toString(16)}-0123456789abcdef01234567`;
  const segments = async (id: string): Promise<Segment[]> => {
    const { Traces } = await call<{ Traces: { Segments: { Document: string }[] }[] }>(
      "xray",
      "BatchGetTraces",
      {
        TraceIds: [id],
      },
    );
    return Traces.flatMap(({ Segments }) => Segments).map(({ Document }) => JSON.parse(Document));
  };
  /** The segments of a trace, when there are so many. */
  const whole = async (id: string, count: number): Promise<Segment[]> => {
    await until(async () => (await segments(id)).length >= count);
    return segments(id);
  };
  const only = async (): Promise<string> => {
    const range = {
      StartTime: new Date((nowSeconds - 600) * 1000),
      EndTime: new Date((nowSeconds + 600) * 1000),
    };
    let ids: string[] = [];
    await until(async () => {
      const { TraceSummaries } = await call<{ TraceSummaries: { Id: string }[] }>(
        "xray",
        "GetTraceSummaries",
        range,
      );
      ids = TraceSummaries.map(({ Id }) => Id);
      return ids.length > 0;
    });
    assert.equal(ids.length, 1);
    return ids[0]!;
  };
  const queue = async (QueueName: string) =>
    (await call<{ QueueUrl: string }>("sqs", "CreateQueue", { QueueName })).QueueUrl;
  return { cloud, bed, account, call, root, segments, whole, only, queue };
}

const activate = (lambda: LambdaClient, FunctionName: string) =>
  lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, TracingConfig: { Mode: "Active" } }));

const TELLS_TRACE = "async () => ({ statusCode: 200, body: process.env._X_AMZN_TRACE_ID })";
const originsOf = (segments: readonly Segment[]) => segments.map(({ origin }) => origin);

test("a request through an API's traced stage and a traced function is one trace", async (t) => {
  const { bed, only, whole } = await bedOf(t);
  const arn = await bed.createFunction("orders", TELLS_TRACE);
  await activate(bed.lambda, "orders");
  const api = await bed.createApi({ name: "shop" });
  await api.putLambda(api.rootId, "GET", arn);
  await api.deploy();
  await bed.apis.send(
    new UpdateStageCommand({
      restApiId: api.id,
      stageName: "dev",
      patchOperations: [{ op: "replace", path: "/tracingEnabled", value: "true" }],
    }),
  );
  const answer = await api.send("/");
  const id = await only();
  const [stage, service, handler] = await whole(id, 3);
  assert.deepEqual(originsOf([stage, service, handler]), [
    "AWS::ApiGateway::Stage",
    "AWS::Lambda",
    "AWS::Lambda::Function",
  ]);
  assert.equal(stage.name, "shop/dev");
  assert.equal(stage.http.response.status, 200);
  assert.equal(service.parent_id, stage.id);
  assert.equal(handler.parent_id, service.id);
  assert.match(answer.body, new RegExp(`^Root=${id};Parent=${handler.id};Sampled=1;`));
  assert.equal(String(answer.headers["x-amzn-trace-id"]), `Root=${id};Parent=${stage.id};Sampled=1`);
});

test("who sends a request decides whether it is traced; without active tracing a function sends nothing", async (t) => {
  const { cloud, account, root, segments, whole } = await bedOf(t);
  const { LambdaClient: Client } = await import("@aws-sdk/client-lambda");
  const invoke = async (FunctionName: string, header: string) => {
    const lambda = new Client(clientOptions(cloud, account));
    lambda.middlewareStack.add(
      (next) => (args) => {
        (args.request as { headers: Record<string, string> }).headers["x-amzn-trace-id"] = header;
        return next(args);
      },
      { step: "build" },
    );
    const { body } = payloadOf(await lambda.send(new InvokeCommand({ FunctionName }))) as { body: string };
    return body;
  };
  const lambda = new Client(clientOptions(cloud, account));
  const source = `export const handler = ${TELLS_TRACE};`;
  await createNodeFunction(lambda, "traced", source, { TracingConfig: { Mode: "Active" } });
  await createNodeFunction(lambda, "passing", source);
  const parent = "53995c3f42cd8ad8";
  assert.match(
    await invoke("passing", `Root=${root};Parent=${parent};Sampled=1`),
    new RegExp(`^Root=${root};Parent=${parent};Sampled=1;`),
  );
  assert.match(
    await invoke("traced", `Root=${root};Parent=${parent};Sampled=0`),
    new RegExp(`^Root=${root};Parent=${parent};Sampled=0;`),
  );
  assert.deepEqual(await segments(root), []);
  await invoke("traced", `Root=${root};Parent=${parent};Sampled=1`);
  const [service] = await whole(root, 2);
  assert.equal(service.parent_id, parent);
  assert.match(
    await invoke("passing", `Root=${ROOT}`),
    new RegExp(`^Root=${ROOT};Parent=\\w{16};Sampled=0;`),
  );
});

test("a traced state machine's segment is the parent of its tasks'", async (t) => {
  const { cloud, account, bed, only, whole } = await bedOf(t);
  const arn = await bed.createFunction("task", "async () => { throw new Error('no') }");
  await activate(bed.lambda, "task");
  const sfn = new SFNClient(clientOptions(cloud, account));
  const { stateMachineArn } = await sfn.send(
    new CreateStateMachineCommand({
      name: "flow",
      roleArn: `arn:aws:iam::${account}:role/flow`,
      tracingConfiguration: { enabled: true },
      definition: JSON.stringify({
        StartAt: "Task",
        States: { Task: { Type: "Task", Resource: arn, End: true } },
      }),
    }),
  );
  await sfn.send(new StartExecutionCommand({ stateMachineArn }));
  const id = await only();
  const all = await whole(id, 3);
  const machine = all.find(({ origin }) => origin === "AWS::StepFunctions::StateMachine");
  const service = all.find(({ origin }) => origin === "AWS::Lambda");
  assert.partialDeepStrictEqual(machine, { name: "flow", fault: true });
  assert.partialDeepStrictEqual(service, { name: "task", fault: true, parent_id: machine.id });
  sfn.destroy();
});

test("a topic with active tracing stands between its traced publisher and its queue", async (t) => {
  const { cloud, account, call, root, whole, queue } = await bedOf(t);
  const QueueUrl = await queue("jobs");
  const { TopicArn } = await call<{ TopicArn: string }>("sns", "CreateTopic", {
    Name: "news",
    Attributes: { TracingConfig: "Active" },
  });
  const Endpoint = `arn:aws:sqs:us-east-1:${account}:jobs`;
  await call("sns", "Subscribe", { TopicArn, Protocol: "sqs", Endpoint });
  const published = await fetch(cloud.url, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "x-amzn-trace-id": `Root=${root};Parent=53995c3f42cd8ad8;Sampled=1`,
      authorization: `AWS4-HMAC-SHA256 Credential=${account}/20260101/us-east-1/sns/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: new URLSearchParams({
      Action: "Publish",
      Version: "2010-03-31",
      TopicArn,
      Message: "m",
    }).toString(),
  });
  assert.equal(published.status, 200);
  const [topic] = await whole(root, 1);
  assert.partialDeepStrictEqual(topic, {
    name: "news",
    origin: "AWS::SNS::Topic",
    parent_id: "53995c3f42cd8ad8",
  });
  const { Messages } = await call<{ Messages: { Attributes: Record<string, string> }[] }>(
    "sqs",
    "ReceiveMessage",
    { QueueUrl, WaitTimeSeconds: 5, MessageSystemAttributeNames: ["AWSTraceHeader"] },
  );
  assert.equal(Messages[0]!.Attributes["AWSTraceHeader"], `Root=${root};Parent=${topic.id};Sampled=1`);
});

/** Handlers of xray_functions.py, and the library that each traces with. */
const PYTHON: readonly (readonly [handler: string, tool: ToolName])[] = [
  ["sdk", "xray-python"],
  ["powertools", "powertools-python"],
];

for (const [handler, tool] of PYTHON)
  test(
    `functions with ${tool} run, and their subsegments are found in their function's`,
    needs("boto3", "xray-python", tool),
    async (t) => {
      const { cloud, account, only, segments, queue } = await bedOf(t);
      const { CreateFunctionCommand, LambdaClient: Client } = await import("@aws-sdk/client-lambda");
      const lambda = new Client(clientOptions(cloud, account));
      const source = readFileSync(new URL("xray_functions.py", import.meta.url), "utf8");
      // The machine's own Python, which has the libraries: a function finds none by itself.
      const where =
        "import aws_xray_sdk, os, sys; print('%d.%d' % sys.version_info[:2]); print(os.path.dirname(os.path.dirname(aws_xray_sdk.__file__)))";
      const [version, libraries] = (await run("python3", ["-c", where])).stdout.split("\n");
      const PYTHONPATH = [libraries, ...(process.env["PYTHONPATH"] ? [process.env["PYTHONPATH"]] : [])].join(
        ":",
      );
      await lambda.send(
        new CreateFunctionCommand({
          FunctionName: handler,
          Runtime: `python${version}` as Runtime,
          Handler: `index.${handler}`,
          Role: `arn:aws:iam::${account}:role/r`,
          Timeout: 60,
          TracingConfig: { Mode: "Active" },
          Environment: { Variables: { PYTHONPATH } },
          Code: { ZipFile: await zipOf({ "index.py": source }) },
        }),
      );
      const Payload = JSON.stringify({ order: "o-1", queue: await queue("jobs") });
      const output = await lambda.send(new InvokeCommand({ FunctionName: handler, Payload }));
      assert.equal(output.FunctionError, undefined, Buffer.from(output.Payload ?? []).toString());
      assert.equal(payloadOf(output), "ok");
      const id = await only();
      const annotated = (segment: Segment): boolean =>
        segment.annotations?.order === "o-1" || (segment.subsegments ?? []).some(annotated);
      let own: Segment;
      await until(async () => {
        own = (await segments(id)).find(({ origin }) => origin === "AWS::Lambda::Function");
        return own !== undefined && annotated(own);
      });
      if (handler === "sdk")
        assert.ok((await segments(id)).some(({ name, inferred }) => inferred && name === "jobs"));
      lambda.destroy();
    },
  );

test("boto3 sends segments and finds them", needs("boto3"), async (t) => {
  const { cloud } = await bedOf(t);
  const script = fileURLToPath(new URL("xray_client.py", import.meta.url));
  const { stdout } = await run("python3", [script], { env: clientEnvironment(cloud as Cloud) });
  assert.deepEqual(JSON.parse(stdout), {
    unprocessed: 0,
    found: 1,
    fault: true,
    rules: ["Default", "mine"],
    nodes: 2,
  });
});
