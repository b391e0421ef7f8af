import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import {
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  InvokeCommand,
  type LambdaClient,
} from "@aws-sdk/client-lambda";
import { testCloud } from "../../../test/cloud.ts";
import { needs } from "../../../test/needs.ts";
import { until } from "../../../test/until.ts";
import { lambdaClient, payloadOf, ROLE, zipOf } from "./functions.fixture.ts";

/* Python functions are forked from a process that has imported what they all import. They cannot tell. */

const ran = process.platform === "linux" ? needs("python3") : { skip: "processes are forked on Linux only" };

/** All that a process knows of its beginning; what differs from environment to environment is apart. */
const PROBE = `import os, random, resource, signal, subprocess, sys, tempfile, threading, time, uuid
OWN = ("AWS_LAMBDA_LOG_", "AWS_LAMBDA_RUNTIME_API", "AWS_LAMBDA_FUNCTION_NAME", "TMPDIR", "_X_AMZN", "PYTHONHASHSEED",
       "AWS_ACCESS", "AWS_SECRET", "AWS_SESSION", "_=")
drawn = random.random()
runtime_api = os.environ["AWS_LAMBDA_RUNTIME_API"]
def handler(event, context):
    shown = subprocess.run(["env"], capture_output=True, text=True).stdout.splitlines()
    return {
        "same": {
            "variables": {name: value for name, value in os.environ.items() if not name.startswith(OWN)},
            "of a child": sorted(line for line in shown if not line.startswith(OWN)),
            "path": sys.path, "argv": sys.argv, "main": sys.modules["__main__"].__file__, "forks": "forks" in sys.modules,
            "folder": os.getcwd(), "umask": os.umask(0o22),
            "signals": {s.name: str(signal.getsignal(s)) for s in signal.Signals},
            "blocked": sorted(signal.pthread_sigmask(signal.SIG_BLOCK, [])),
            "limits": [resource.getrlimit(getattr(resource, name)) for name in dir(resource) if name.startswith("RLIMIT")],
            "descriptors": sorted(os.listdir("/proc/self/fd"))[:4], "open": len(os.listdir("/proc/self/fd")),
            "stdin": os.readlink("/proc/self/fd/0"), "stdout": os.readlink("/proc/self/fd/1").partition(":")[0],
            "stdio": [str(sys.stdin), str(sys.stdout), str(sys.stderr)], "names": sys.getfilesystemencoding(),
            "leads": os.getsid(0) == os.getpid() == os.getpgid(0), "threads": threading.active_count(),
            "bytecode": [sys.pycache_prefix, sys.dont_write_bytecode], "zone": time.tzname,
        },
        "anew": runtime_api in open("/proc/self/environ").read(),
        "drawn": [drawn, str(uuid.uuid4())], "temporary": tempfile.gettempdir() == os.environ["TMPDIR"],
    }
`;

interface Probed {
  readonly same: Record<string, unknown>;
  readonly anew: boolean;
  readonly drawn: readonly [number, string];
  readonly temporary: boolean;
}

async function create(
  lambda: LambdaClient,
  FunctionName: string,
  files: Record<string, string> | Buffer,
  more: Partial<CreateFunctionCommandInput> = {},
) {
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName,
      Runtime: "python3.13",
      Handler: "app.handler",
      Role: ROLE,
      Timeout: 30,
      Code: { ZipFile: Buffer.isBuffer(files) ? files : await zipOf(files) },
      ...more,
    }),
  );
}

const invoke = (lambda: LambdaClient, FunctionName: string) =>
  lambda.send(new InvokeCommand({ FunctionName, LogType: "Tail" }));

test("a forked process is what a new one would be", ran, async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud);
  // One archive, and so one folder: each has the time at which it was made in it.
  const files = await zipOf({ "app.py": PROBE });
  await create(lambda, "early", files);
  await create(lambda, "late", files);
  await create(lambda, "new", files, { Environment: { Variables: { PYTHONHASHSEED: "0" } } });
  const [early, late, anew] = [
    payloadOf(await invoke(lambda, "early")) as Probed,
    payloadOf(await invoke(lambda, "late")) as Probed,
    payloadOf(await invoke(lambda, "new")) as Probed,
  ];
  assert.deepEqual([early.anew, late.anew, anew.anew], [false, false, true]);
  assert.deepEqual(early.same, anew.same);
  assert.deepEqual(late.same, anew.same);
  assert.ok(early.temporary && late.temporary);
  assert.equal(new Set([early, late, anew].flatMap(({ drawn }) => drawn)).size, 6);
});

test("modules and libraries of a function's own come first", ran, async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud);
  const source = (name: string, what: string) =>
    `import ${name}\ndef handler(event, context):\n    return str(${what})\n`;
  await create(lambda, "first", { "app.py": source("sys", "1") });
  assert.equal(payloadOf(await invoke(lambda, "first")), "1");
  await create(lambda, "sdk", { "app.py": source("boto3", "boto3.OWN"), "boto3/__init__.py": "OWN = 1" });
  assert.equal(payloadOf(await invoke(lambda, "sdk")), "1");
  await create(lambda, "stdlib", {
    "app.py": source("configparser", "configparser.OWN"),
    "configparser.py": "OWN = 2",
  });
  assert.equal(payloadOf(await invoke(lambda, "stdlib")), "2");
  const library = `import os\nanew = os.environ["AWS_LAMBDA_RUNTIME_API"] in open("/proc/self/environ").read()\n`;
  await create(lambda, "library", { "app.py": `${library}${source("sys", "anew")}`, "lib/libown.so.1": "" });
  assert.equal(payloadOf(await invoke(lambda, "library")), "True");
});

test("a forked process that ends says how", ran, async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud);
  const ends = async (name: string, how: string) => {
    const body = `import os, signal, sys\ndef handler(event, context):\n    print("last words")\n    ${how}\n`;
    await create(lambda, name, { "app.py": body });
    const { Payload, LogResult } = await invoke(lambda, name);
    assert.match(Buffer.from(LogResult!, "base64").toString(), /\nlast words\n/);
    return (payloadOf({ Payload: Payload! }) as { errorMessage: string }).errorMessage.replace(
      /^.*Error: /,
      "",
    );
  };
  assert.equal(
    await ends("killed", "os.kill(os.getpid(), signal.SIGKILL)"),
    "Runtime exited with error: signal: killed",
  );
  assert.equal(await ends("failed", "os._exit(3)"), "Runtime exited with error: exit status 3");
  assert.equal(await ends("done", "os._exit(0)"), "Runtime exited without providing a reason");
});

test("what was forked ends with the process that forked it, and another takes its place", ran, async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud);
  const source = `import os\ndef handler(event, context):\n    return [os.getpid(), os.getppid()]\n`;
  await create(lambda, "one", { "app.py": source });
  const [pid, parent] = payloadOf(await invoke(lambda, "one")) as [number, number];
  process.kill(parent, "SIGKILL");
  await until(
    async () => readdirSync("/proc").includes(String(pid)),
    (isThere) => !isThere,
  );
  const [, next] = payloadOf(await invoke(lambda, "one")) as [number, number];
  assert.notEqual(next, parent);
  assert.match(readFileSync(`/proc/${next}/cmdline`, "latin1"), /bootstrap\.py/);
});

test("what forks processes ends when it has had none for a minute", ran, async (t) => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud);
  const source = `import os\ndef handler(event, context):\n    return [os.getpid(), os.getppid()]\n`;
  await create(lambda, "only", { "app.py": source });
  const [pid, parent] = payloadOf(await invoke(lambda, "only")) as [number, number];
  t.mock.timers.enable({ apis: ["setTimeout"] });
  process.kill(pid, "SIGKILL");
  while (readdirSync("/proc").includes(String(parent))) {
    t.mock.timers.tick(60_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  t.mock.timers.reset();
  const [, next] = payloadOf(await invoke(lambda, "only")) as [number, number];
  assert.notEqual(next, parent);
});
