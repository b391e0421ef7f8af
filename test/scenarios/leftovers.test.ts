import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { ECS } from "@aws-sdk/client-ecs";
import { SSM } from "@aws-sdk/client-ssm";
import { newAccount } from "../cloud.ts";
import { leftBehind } from "../crash/left-behind.ts";
import { needs } from "../needs.ts";
import { until } from "../until.ts";

/* Whatever ends a squall, in flight or in its start, the processes that it has started end with it, and their files go. */

const server = fileURLToPath(new URL("../server-process.ts", import.meta.url));
const onLinux = process.platform === "linux" ? false : "only Linux tells of other processes";

async function start(t: TestContext) {
  const child = spawn(process.execPath, ["--conditions=squall-source", server, '{"logLevel":"ERROR"}'], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  t.after(() => child.kill("SIGKILL"));
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return { child, endpoint: line.toString().trim() };
}

type Squall = Awaited<ReturnType<typeof start>>;

const optionsOf = ({ endpoint }: Squall) => ({
  endpoint,
  region: "us-east-1",
  credentials: { accessKeyId: newAccount(), secretAccessKey: "x" },
});

/** A process, one of its own, and one that has left for a session of its own. */
const FAMILY = "setsid sleep 600 & sleep 600 & sleep 600";

/** What starts processes, and how it is known that they are there. */
const STARTERS: Readonly<Record<string, (squall: Squall) => Promise<unknown>>> = {
  async "a task of ECS with a health check"(squall) {
    const ecs = new ECS(optionsOf(squall));
    await ecs.registerTaskDefinition({
      family: "f",
      containerDefinitions: [
        {
          name: "app",
          image: "app",
          memory: 128,
          command: ["sh", "-c", FAMILY],
          healthCheck: { command: ["CMD-SHELL", "sleep 600"], timeout: 60 },
          portMappings: [{ containerPort: 8080 }],
        },
        {
          name: "side",
          image: "side",
          memory: 128,
          essential: false,
          command: ["sh", "-c", "trap '' TERM; sleep 600"],
        },
      ],
    });
    const { tasks: [task] = [] } = await ecs.runTask({ taskDefinition: "f" });
    await until(
      async () => (await ecs.describeTasks({ tasks: [task?.taskArn ?? ""] })).tasks?.[0]?.lastStatus,
      (status) => status === "RUNNING",
    );
  },
  async "a script of a runbook"(squall) {
    const ssm = new SSM(optionsOf(squall));
    const Script = `import subprocess, time\ndef run(events, context):\n  subprocess.Popen(["setsid", "sleep", "600"])\n  subprocess.run(["sleep", "600"])\n`;
    const inputs = { Runtime: "python3.11", Handler: "run", Script };
    await ssm.createDocument({
      Name: "script",
      DocumentType: "Automation",
      Content: JSON.stringify({
        schemaVersion: "0.3",
        mainSteps: [{ name: "run", action: "aws:executeScript", inputs, isEnd: true }],
      }),
    });
    await ssm.startAutomationExecution({ DocumentName: "script" });
  },
  async "a task that is still on its way up"(squall) {
    const ecs = new ECS(optionsOf(squall));
    await ecs.registerTaskDefinition({
      family: "g",
      containerDefinitions: [
        { name: "first", image: "a", memory: 128, essential: false, command: ["sh", "-c", FAMILY] },
        {
          name: "second",
          image: "b",
          memory: 128,
          command: ["true"],
          dependsOn: [{ containerName: "first", condition: "COMPLETE" }],
        },
      ],
    });
    await ecs.runTask({ taskDefinition: "g" });
  },
};

const scratchOf = (processId: number): string[] =>
  readdirSync(tmpdir()).filter((name) =>
    name.startsWith(`squall-${hostname().replaceAll(/[^\w.]/g, "_")}-${processId}-`),
  );

for (const [name, begin] of Object.entries(STARTERS)) {
  for (const signal of ["SIGKILL", "SIGTERM", "SIGINT", "SIGABRT"] as const) {
    test(
      `${name} ends with a squall that gets ${signal}`,
      onLinux ? { skip: onLinux } : needs("setsid"),
      async (t) => {
        const squall = await start(t);
        const { pid = 0 } = squall.child;
        await begin(squall);
        // The processes of its own are there, and one that looks after them.
        await until(async () => (await processesOf(pid)) >= 3);
        const ended = once(squall.child, "exit");
        squall.child.kill(signal);
        await ended;
        assert.deepEqual(await leftBehind(pid), []);
        await until(() => scratchOf(pid).length === 0);
      },
    );
  }
}

async function processesOf(pid: number): Promise<number> {
  const { readFile } = await import("node:fs/promises");
  let count = 0;
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const environment = await readFile(`/proc/${entry}/environ`, "latin1").catch(() => "");
    if (environment.includes(`_SQUALL_PROCESS=${pid}.`)) count++;
  }
  return count;
}

test("what bears Squall's mark is found on a machine without grep, too", { skip: onLinux }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "squall-no-grep-"));
  for (const name of ["tr", "rm"]) {
    const found = ["/usr/bin", "/bin"].map((at) => join(at, name)).find((file) => existsSync(file));
    symlinkSync(found!, join(folder, name));
  }
  const mark = `no-grep-${process.pid}`;
  const options = { env: { ...process.env, _SQUALL_PROCESS: mark }, detached: true } as const;
  const left = spawn("sleep", ["600"], { ...options, stdio: "ignore" });
  const ended = once(left, "exit");
  const script = fileURLToPath(new URL("../../runtimes/reaper.sh", import.meta.url));
  const reaper = spawn("/bin/sh", [script, mark], {
    env: { PATH: folder },
    stdio: ["pipe", "ignore", "ignore"],
  });
  await once(left, "spawn");
  reaper.stdin.end();
  assert.deepEqual(await ended, [null, "SIGKILL"]);
  rmSync(folder, { recursive: true });
});

test("a process that was being started when its squall ended is ended, too", {
  skip: onLinux,
  timeout: 60_000,
}, async () => {
  const script = fileURLToPath(new URL("../../runtimes/reaper.sh", import.meta.url));
  const { PATH = "" } = process.env;
  const [name, value] = ["_SQUALL_PROCESS", `${process.pid}.late`];
  const folder = mkdtempSync(join(tmpdir(), "squall-late-"));
  const reaper = spawn("/bin/sh", [script, `${name}=${value}`], {
    env: { PATH },
    stdio: ["pipe", "ignore", "ignore"],
  });
  reaper.stdin.end(`rm ${folder}\n`);
  // It has looked for processes before.
  await until(() => !existsSync(folder));
  const late = spawn("sleep", ["600"], { env: { PATH, [name]: value }, stdio: "ignore" });
  const [, signal] = (await once(late, "exit")) as [number | null, string];
  assert.equal(signal, "SIGKILL");
  if (reaper.exitCode === null) await once(reaper, "exit");
});
