import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, watch } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { CreateFunctionCommand, InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { compileJava } from "../../src/services/lambda/execution/java.ts";
import { zipOf } from "../../src/services/lambda/functions.fixture.ts";
import { needs, type ToolName } from "../needs.ts";
import { until } from "../until.ts";

/** Environments of each language in each state. */
const ENVIRONMENTS = 2;
const STATES = ["init", "idle", "in-flight"] as const;
const LIMIT_MS = 1000;
const server = fileURLToPath(new URL("../server-process.ts", import.meta.url));

interface Language {
  readonly needs: readonly ToolName[];
  readonly Runtime: "nodejs24.x" | "python3.13" | "ruby3.4" | "java21" | "provided.al2023";
  readonly Handler: string;
  /** In the state `init` it hangs while it is loaded, in the state `in-flight` in its handler; `reached` says that it does. */
  files(scratch: string): Promise<Record<string, string | { body: string | Buffer; mode: number }>>;
}

const LANGUAGES: readonly Language[] = [
  {
    needs: [],
    Runtime: "nodejs24.x",
    Handler: "index.handler",
    files: async () => ({
      "index.mjs": `import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
spawn("sleep", ["600"], { detached: true, stdio: "ignore" }).unref();
const hang = () => { writeFileSync(process.env.REACHED, ""); for (;;) console.log("busy"); };
if (process.env.STATE === "init") hang();
export const handler = async () => { if (process.env.STATE === "in-flight") hang(); };`,
    }),
  },
  {
    needs: ["python3"],
    Runtime: "python3.13",
    Handler: "app.handler",
    files: async () => ({
      "app.py": `import os, subprocess
subprocess.Popen(["sleep", "600"], start_new_session=True)
def hang():
    open(os.environ["REACHED"], "w").close()
    while True:
        try: print("busy")
        except BaseException: pass
if os.environ["STATE"] == "init": hang()
def handler(event, context):
    if os.environ["STATE"] == "in-flight": hang()`,
    }),
  },
  {
    needs: ["ruby"],
    Runtime: "ruby3.4",
    Handler: "app.handler",
    files: async () => ({
      "app.rb": `Process.detach(spawn("sleep", "600", pgroup: true))
def hang
  File.write(ENV["REACHED"], "")
  loop { begin; puts "busy"; rescue Exception; end }
end
hang if ENV["STATE"] == "init"
def handler(event:, context:)
  hang if ENV["STATE"] == "in-flight"
end`,
    }),
  },
  {
    needs: ["javac"],
    Runtime: "java21",
    Handler: "Held",
    files: async (scratch) => {
      const classes = join(scratch, "classes");
      await compileJava("javac", classes);
      const source = join(scratch, "Held.java");
      const { writeFileSync } = await import("node:fs");
      writeFileSync(
        source,
        `import com.amazonaws.services.lambda.runtime.*;
import java.util.Map;
public class Held implements RequestHandler<Map<String, Object>, String> {
  static void hang() {
    try { new java.io.File(System.getenv("REACHED")).createNewFile(); } catch (java.io.IOException e) { throw new RuntimeException(e); }
    for (;;) System.out.println("busy");
  }
  static { if (System.getenv("STATE").equals("init")) hang(); }
  public String handleRequest(Map<String, Object> event, Context context) {
    if (System.getenv("STATE").equals("in-flight")) hang();
    return "done";
  }
}`,
      );
      const compiled = spawnSync("javac", [
        "--release",
        "8",
        "-Xlint:-options",
        "-cp",
        classes,
        "-d",
        scratch,
        source,
      ]);
      assert.equal(compiled.status, 0, String(compiled.stderr));
      return { "Held.class": { body: readFileSync(join(scratch, "Held.class")), mode: 0o100644 } };
    },
  },
  {
    needs: ["setsid", "curl"],
    Runtime: "provided.al2023",
    Handler: "any",
    files: async () => ({
      bootstrap: {
        mode: 0o100755,
        body: `#!/bin/sh
setsid sleep 600 &
api=http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation
hang() { : > "$REACHED"; while :; do echo busy; done; }
[ "$STATE" = init ] && hang
while :; do
  id=$(curl -sD - -o /dev/null "$api/next" | sed -n 's/^Lambda-Runtime-Aws-Request-Id: *//ip' | tr -d '\\r')
  [ "$STATE" = in-flight ] && hang
  curl -s -o /dev/null -d '{}' "$api/$id/response"
done`,
      },
    }),
  },
];

/** Resolves when a folder holds so many files. */
async function filesIn(folder: string, count: number): Promise<void> {
  const watcher = watch(folder);
  while (readdirSync(folder).length < count) await once(watcher, "change");
  watcher.close();
}

/** The processes in whose environment a text stands. */
function processesWith(text: string): string[] {
  return readdirSync("/proc").filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/environ`, "latin1").includes(text);
    } catch {
      return false;
    }
  });
}

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "test-lambda-crash-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

for (const language of LANGUAGES) {
  const title = `a killed Squall takes its ${language.Runtime} environments with it, whatever they do`;
  test(title, needs("grep", ...language.needs), async (t) => {
    const reached = folderOf(t);
    const files = await language.files(folderOf(t));
    const child = spawn(process.execPath, [server], { stdio: ["ignore", "pipe", "inherit"] });
    t.after(() => child.kill("SIGKILL"));
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    const lambda = new LambdaClient({
      endpoint: line.toString().trim(),
      region: "us-east-1",
      credentials: { accessKeyId: "000000000000", secretAccessKey: "test" },
      maxAttempts: 1,
    });
    const ZipFile = await zipOf(files);
    const idle: Promise<unknown>[] = [];
    for (const state of STATES) {
      for (let n = 0; n < ENVIRONMENTS; n++) {
        const FunctionName = `${state}-${n}`;
        await lambda.send(
          new CreateFunctionCommand({
            FunctionName,
            Runtime: language.Runtime,
            Handler: language.Handler,
            Role: "arn:aws:iam::000000000000:role/held",
            Timeout: 900,
            MemorySize: 512,
            Environment: { Variables: { STATE: state, REACHED: join(reached, FunctionName) } },
            Code: { ZipFile },
          }),
        );
        const invoked = lambda.send(new InvokeCommand({ FunctionName, Payload: "{}" }));
        if (state === "idle") idle.push(invoked);
        else invoked.catch(() => {}); // Squall is killed in the middle of it.
      }
    }
    await Promise.all([...idle, filesIn(reached, 2 * ENVIRONMENTS)]);
    const running = processesWith(reached);
    assert.ok(running.length >= STATES.length * ENVIRONMENTS, `${running.length} processes`);
    const scratch = readdirSync(tmpdir()).filter((name) => name.includes(`-${child.pid}-`));
    assert.equal(scratch.length, 1);

    child.kill("SIGKILL");
    const killedAt = performance.now();
    while (processesWith(reached).length > 0) {
      assert.ok(performance.now() - killedAt < LIMIT_MS, `${processesWith(reached)} outlive Squall`);
      await new Promise((resolve) => setImmediate(resolve));
    }
    t.diagnostic(`${running.length} processes ended in ${Math.round(performance.now() - killedAt)} ms`);
    await until(() => !existsSync(join(tmpdir(), scratch[0]!)));
  });
}
