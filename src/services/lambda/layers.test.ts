import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import {
  AddLayerVersionPermissionCommand,
  CreateFunctionCommand,
  DeleteLayerVersionCommand,
  GetLayerVersionByArnCommand,
  GetLayerVersionCommand,
  GetLayerVersionPolicyCommand,
  InvokeCommand,
  ListLayersCommand,
  ListLayerVersionsCommand,
  PublishLayerVersionCommand,
  RemoveLayerVersionPermissionCommand,
} from "@aws-sdk/client-lambda";
import { testCloud } from "../../../test/cloud.ts";
import { needs } from "../../../test/needs.ts";
import { createNodeFunction, lambdaClient, payloadOf, ROLE, zipOf } from "./functions.fixture.ts";

test("code of a layer is found by import and require, later layers over earlier ones", async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud);
  const publish = async (LayerName: string, text: string) => {
    const ZipFile = await zipOf({
      "nodejs/node_modules/greeting/index.js": `module.exports = ${JSON.stringify(text)};`,
    });
    return lambda.send(
      new PublishLayerVersionCommand({ LayerName, Content: { ZipFile }, CompatibleRuntimes: ["nodejs24.x"] }),
    );
  };
  const first = await publish("one", "first");
  const second = await publish("two", "second");
  assert.match(first.LayerVersionArn!, /:layer:one:1$/);
  const source = `import greeting from "greeting"; import { createRequire } from "node:module";
    const require = createRequire(import.meta.url);
    export const handler = async () => [greeting, require("greeting")];`;
  const created = await createNodeFunction(lambda, "f", source, {
    Layers: [first.LayerVersionArn!, second.LayerVersionArn!],
  });
  assert.equal(created.Layers?.length, 2);
  assert.ok(created.Layers![0]!.CodeSize! > 0);
  assert.deepEqual(payloadOf(await lambda.send(new InvokeCommand({ FunctionName: "f" }))), [
    "second",
    "second",
  ]);
  await assert.rejects(createNodeFunction(lambda, "g", source, { Layers: [`${first.LayerArn}:9`] }), {
    name: "InvalidParameterValueException",
    message: `Layer version ${first.LayerArn}:9 does not exist.`,
  });
});

test(
  "Python finds a layer's programs by their names in /opt, and runs those of AWS's interpreter",
  needs("python3"),
  async () => {
    await using cloud = await testCloud();
    const lambda = lambdaClient(cloud);
    const ZipFile = await zipOf({
      "tools/script": {
        body: '#!/var/lang/bin/python\nimport sys\nprint("script", *sys.argv[1:])\n',
        mode: 0o100755,
      },
      "tools/shell": { body: '#!/bin/sh\necho shell "$@"\n', mode: 0o100755 },
    });
    const layer = await lambda.send(
      new PublishLayerVersionCommand({ LayerName: "tools", Content: { ZipFile } }),
    );
    const source = `import subprocess
def handler(event, context):
    said = [subprocess.check_output([f"/opt/tools/{name}", "one"]).decode() for name in ("script", "shell")]
    return [*said, subprocess.run("echo two", shell=True, capture_output=True).stdout.decode()]
`;
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: "f",
        Role: ROLE,
        Runtime: "python3.13",
        Handler: "index.handler",
        Timeout: 30,
        Code: { ZipFile: await zipOf({ "index.py": source }) },
        Layers: [layer.LayerVersionArn!],
      }),
    );
    assert.deepEqual(payloadOf(await lambda.send(new InvokeCommand({ FunctionName: "f" }))), [
      "script one\n",
      "shell one\n",
      "two\n",
    ]);
  },
);

test("public layers of other accounts are left out, and an extension wrapper that is not there is too", async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud);
  await createNodeFunction(lambda, "f", `export const handler = async () => "runs"`, {
    Layers: ["arn:aws:lambda:us-east-1:999999999999:layer:AWS-FIS-extension-x86_64:9"],
    Environment: { Variables: { AWS_LAMBDA_EXEC_WRAPPER: "/opt/aws-fis/bootstrap" } },
  });
  assert.equal(payloadOf(await lambda.send(new InvokeCommand({ FunctionName: "f" }))), "runs");
});

test("layer versions are numbered, listed newest first, shared and deleted", async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud, "123456789012");
  const Content = { ZipFile: await zipOf({ "a.txt": "a" }) };
  for (const CompatibleRuntimes of [["nodejs24.x"], ["python3.13"]] as const) {
    await lambda.send(
      new PublishLayerVersionCommand({
        LayerName: "l",
        Content,
        CompatibleRuntimes: [...CompatibleRuntimes],
      }),
    );
  }
  const { LayerVersions } = await lambda.send(new ListLayerVersionsCommand({ LayerName: "l" }));
  assert.deepEqual(
    LayerVersions!.map((version) => version.Version),
    [2, 1],
  );
  const { Layers } = await lambda.send(new ListLayersCommand({ CompatibleRuntime: "nodejs24.x" }));
  assert.equal(Layers![0]!.LatestMatchingVersion!.Version, 1);
  const LayerName = "arn:aws:lambda:us-east-1:123456789012:layer:l";
  const one = await lambda.send(new GetLayerVersionCommand({ LayerName, VersionNumber: 1 }));
  assert.equal(one.Content!.CodeSize, Content.ZipFile.length);
  const byArn = await lambda.send(new GetLayerVersionByArnCommand({ Arn: `${LayerName}:1` }));
  assert.equal(byArn.LayerVersionArn, one.LayerVersionArn);

  const share = { LayerName: "l", VersionNumber: 1, StatementId: "all" };
  await lambda.send(
    new AddLayerVersionPermissionCommand({ ...share, Action: "lambda:GetLayerVersion", Principal: "*" }),
  );
  const { Policy } = await lambda.send(
    new GetLayerVersionPolicyCommand({ LayerName: "l", VersionNumber: 1 }),
  );
  assert.deepEqual(JSON.parse(Policy!).Statement, [
    {
      Sid: "all",
      Effect: "Allow",
      Principal: "*",
      Action: "lambda:GetLayerVersion",
      Resource: `${LayerName}:1`,
    },
  ]);
  await lambda.send(new RemoveLayerVersionPermissionCommand(share));
  await assert.rejects(lambda.send(new GetLayerVersionPolicyCommand({ LayerName: "l", VersionNumber: 1 })), {
    name: "ResourceNotFoundException",
  });
  await lambda.send(new DeleteLayerVersionCommand({ LayerName: "l", VersionNumber: 2 }));
  await assert.rejects(lambda.send(new GetLayerVersionCommand({ LayerName: "l", VersionNumber: 2 })), {
    name: "ResourceNotFoundException",
    message: "The resource you requested does not exist.",
  });
  const third = await lambda.send(new PublishLayerVersionCommand({ LayerName: "l", Content }));
  assert.equal(third.Version, 3);
});

test("an extension of a layer registers, hears of invocations and gets the log", async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud);
  // It writes what it hears into a file that the handler reads.
  const extension = `#!${process.execPath}
import { createServer } from "node:http";
import { appendFileSync } from "node:fs";
const api = "http://" + process.env.AWS_LAMBDA_RUNTIME_API;
const note = (text) => appendFileSync(process.env.NOTES, text + "\\n");
const register = await fetch(api + "/2020-01-01/extension/register", {
  method: "POST", headers: { "Lambda-Extension-Name": "watcher" }, body: JSON.stringify({ events: ["INVOKE", "SHUTDOWN"] }),
});
const id = register.headers.get("lambda-extension-identifier");
note("registered for " + (await register.json()).functionName);
const server = createServer(async (request, response) => {
  let body = ""; for await (const chunk of request) body += chunk;
  for (const event of JSON.parse(body)) note(event.type + " " + JSON.stringify(event.record));
  response.end();
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
await fetch(api + "/2022-07-01/telemetry", {
  method: "PUT", headers: { "Lambda-Extension-Identifier": id },
  body: JSON.stringify({ schemaVersion: "2022-12-13", types: ["platform", "function"], buffering: { maxItems: 1000, maxBytes: 262144, timeoutMs: 25 },
    destination: { protocol: "HTTP", URI: "http://sandbox.localdomain:" + server.address().port } }),
});
for (;;) {
  const event = await (await fetch(api + "/2020-01-01/extension/event/next", { headers: { "Lambda-Extension-Identifier": id } })).json();
  note(event.eventType + (event.invokedFunctionArn ? " " + event.invokedFunctionArn.split(":").at(-1) : ""));
  if (event.eventType === "SHUTDOWN") process.exit(0);
}
`;
  const Content = { ZipFile: await zipOf({ "extensions/watcher.mjs": { body: extension, mode: 0o100755 } }) };
  const { LayerVersionArn } = await lambda.send(
    new PublishLayerVersionCommand({ LayerName: "watch", Content }),
  );
  const folder = mkdtempSync(join(tmpdir(), "squall-extension-"));
  const NOTES = join(folder, "notes.txt");
  writeFileSync(NOTES, "");
  await createNodeFunction(
    lambda,
    "f",
    `import { readFileSync } from "node:fs";
     export const handler = async (event) => {
       console.log("said by the function");
       for (;;) {
         const notes = readFileSync(process.env.NOTES, "utf8");
         if (event.wanted.every((text) => notes.includes(text))) return notes;
         await new Promise((resolve) => setTimeout(resolve, 10));
       }
     };`,
    { Layers: [LayerVersionArn!], Environment: { Variables: { NOTES } }, Timeout: 10 },
  );
  const wanted = ["INVOKE f", "platform.start", 'function "'];
  const output = await lambda.send(
    new InvokeCommand({ FunctionName: "f", Payload: Buffer.from(JSON.stringify({ wanted })) }),
  );
  const notes = payloadOf(output) as string;
  assert.match(notes, /^registered for f$/m);
  assert.match(notes, /^function ".*said by the function"$/m);
  rmSync(folder, { recursive: true });
});

test("Python finds packages of a layer", needs("python3"), async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud);
  const Content = { ZipFile: await zipOf({ "python/greeting.py": `TEXT = "from a layer"` }) };
  const { LayerVersionArn } = await lambda.send(new PublishLayerVersionCommand({ LayerName: "py", Content }));
  const ZipFile = await zipOf({
    "app.py": "import greeting\ndef handler(event, context):\n    return greeting.TEXT\n",
  });
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: "f",
      Runtime: "python3.11",
      Handler: "app.handler",
      Role: ROLE,
      Code: { ZipFile },
      Layers: [LayerVersionArn!],
    }),
  );
  assert.equal(payloadOf(await lambda.send(new InvokeCommand({ FunctionName: "f" }))), "from a layer");
});
