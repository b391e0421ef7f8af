import assert from "node:assert/strict";
import { test } from "node:test";
import { InvokeCommand, type LambdaClient, PublishLayerVersionCommand } from "@aws-sdk/client-lambda";
import { testCloud } from "../../../test/cloud.ts";
import { needs } from "../../../test/needs.ts";
import { createNodeFunction, lambdaClient, payloadOf, zipOf } from "./functions.fixture.ts";

const sandboxed = { settings: { lambda: { sandbox: true } } };

async function invoke(lambda: LambdaClient, FunctionName: string, event: unknown = {}): Promise<unknown> {
  return payloadOf(await lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) })));
}

test("a sandboxed function finds what AWS has, where AWS has it", needs("bwrap"), async () => {
  await using cloud = await testCloud(sandboxed);
  const lambda = lambdaClient(cloud);
  const layer = await lambda.send(
    new PublishLayerVersionCommand({
      LayerName: "words",
      Content: { ZipFile: await zipOf({ "nodejs/node_modules/word/index.js": 'exports.word = "layered";' }) },
    }),
  );
  await createNodeFunction(
    lambda,
    "looks",
    `import { readdirSync, writeFileSync, existsSync } from "node:fs";
import { word } from "word";
export const handler = async (event) => {
  if (event.fail) throw new Error("asked to");
  const before = readdirSync("/tmp");
  writeFileSync("/tmp/kept", "x");
  let isReadOnly = false;
  try { writeFileSync("/var/task/new", "x"); } catch (error) { isReadOnly = error.code === "EROFS"; }
  return { word, before, isReadOnly, here: import.meta.url, cwd: process.cwd(), task: readdirSync("/var/task"),
    root: process.env.LAMBDA_TASK_ROOT, path: process.env.PATH, own: process.env.MINE, opt: existsSync("/opt/nodejs") };
};`,
    { Layers: [layer.LayerVersionArn!], Environment: { Variables: { MINE: "/var/task/mine" } } },
  );
  assert.deepEqual(await invoke(lambda, "looks"), {
    word: "layered",
    before: [],
    isReadOnly: true,
    here: "file:///var/task/index.mjs",
    cwd: "/var/task",
    task: ["index.mjs"],
    root: "/var/task",
    path: "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
    own: "/var/task/mine",
    opt: true,
  });
  assert.deepEqual(((await invoke(lambda, "looks")) as { before: string[] }).before, ["kept"]);
  const { trace } = (await invoke(lambda, "looks", { fail: true })) as { trace: string[] };
  assert.match(trace[1]!, /file:\/\/\/var\/task\/index\.mjs:4/);
});

test("a sandboxed function sees no other's processes, files or credentials", needs("bwrap"), async () => {
  await using cloud = await testCloud(sandboxed);
  const lambda = lambdaClient(cloud);
  const looking = `import { existsSync, readdirSync, readFileSync } from "node:fs";
export const handler = async () => {
  const processes = readdirSync("/proc").filter((name) => /^[0-9]+$/.test(name));
  const environments = processes.map((pid) => { try { return readFileSync("/proc/" + pid + "/environ", "latin1"); } catch { return ""; } });
  return { secrets: environments.join().match(/SECRET_OF_[a-z]+/g), tmp: readdirSync("/tmp"), ours: existsSync(${JSON.stringify(import.meta.filename)}), var: readdirSync("/var") };
};`;
  for (const name of ["one", "two"])
    await createNodeFunction(lambda, name, looking, {
      Environment: { Variables: { SECRET: `SECRET_OF_${name}` } },
    });
  for (const name of ["one", "two", "one"]) {
    const seen = (await invoke(lambda, name)) as Record<string, string[] | undefined>;
    assert.deepEqual(new Set(seen["secrets"]), new Set([`SECRET_OF_${name}`]));
    assert.deepEqual(seen["tmp"], []);
    assert.deepEqual(seen["var"]!.sort(), ["lang", "runtime", "task"]);
    assert.equal(seen["ours"] as unknown, false);
  }
});

test("a sandboxed runtime's end and its memory are told as ever", needs("bwrap"), async () => {
  await using cloud = await testCloud(sandboxed);
  const lambda = lambdaClient(cloud);
  await createNodeFunction(
    lambda,
    "ends",
    `export const handler = async ({ how }) => {
  if (how === "status") process.exit(7);
  if (how === "signal") process.kill(process.pid, "SIGSEGV");
  const held = [];
  for (;;) { held.push(Buffer.alloc(8_000_000, 1)); await new Promise((resolve) => setTimeout(resolve, 5)); }
};`,
    { Timeout: 60 },
  );
  const told = async (how: string) =>
    ((await invoke(lambda, "ends", { how })) as { errorMessage: string }).errorMessage.replace(
      /^.*Error: /,
      "",
    );
  assert.equal(await told("status"), "Runtime exited with error: exit status 7");
  assert.equal(await told("signal"), "Runtime exited with error: signal: segmentation fault");
  assert.equal(await told("memory"), "Runtime exited with error: signal: killed");
});

for (const [runtime, program, files] of [
  [
    "python3.13",
    "python3",
    {
      "app.py": "import os\ndef handler(event, context): return [__file__, os.listdir('/tmp'), os.getcwd()]",
    },
  ],
  [
    "ruby3.4",
    "ruby",
    { "app.rb": "def handler(event:, context:) = [__FILE__, Dir.children('/tmp'), Dir.pwd]" },
  ],
] as const) {
  test(`${runtime} runs in a sandbox`, needs("bwrap", program), async () => {
    await using cloud = await testCloud(sandboxed);
    const lambda = lambdaClient(cloud);
    await createNodeFunction(lambda, "looks", "", {
      Runtime: runtime,
      Handler: "app.handler",
      Code: { ZipFile: await zipOf(files) },
    });
    const [file, ...rest] = (await invoke(lambda, "looks")) as [string, ...unknown[]];
    assert.match(file, /^\/var\/task\/app\./);
    assert.deepEqual(rest, [[], "/var/task"]);
  });
}

test("a sandbox that cannot be had is refused at start", async (t) => {
  const { PATH } = process.env;
  t.after(() => {
    process.env["PATH"] = PATH;
  });
  process.env["PATH"] = "/nowhere";
  await assert.rejects(testCloud(sandboxed), {
    message:
      /^--lambda-sandbox: functions are to run in a sandbox, and that needs (bubblewrap: install it|Linux)/,
  });
});
