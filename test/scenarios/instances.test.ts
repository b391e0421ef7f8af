import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { EC2 } from "@aws-sdk/client-ec2";
import { SSM } from "@aws-sdk/client-ssm";
import { needs } from "../needs.ts";
import { until } from "../until.ts";

const server = fileURLToPath(new URL("../server-process.ts", import.meta.url));
const squall = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const onLinux = process.platform === "linux" ? false : "only Linux tells of other processes";

/** A squall in a process of its own. */
async function start(t: TestContext, options: object = {}) {
  const child = spawn(process.execPath, ["--conditions=squall-source", server, JSON.stringify(options)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => child.kill("SIGKILL"));
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return { child, url: line.toString().trim() };
}

/** Processes that have a word in their environment. */
const marked = (word: string): number[] =>
  readdirSync("/proc").flatMap((entry) => {
    try {
      return /^\d+$/.test(entry) && readFileSync(`/proc/${entry}/environ`, "latin1").includes(word)
        ? [Number(entry)]
        : [];
    } catch {
      return [];
    }
  });

async function add(url: string, mark: string) {
  const response = await fetch(`${url}/_squall/instances`, {
    method: "POST",
    body: JSON.stringify({
      name: "web",
      command: ["sh", "-c", "setsid sleep 600 & sleep 600"],
      account: "123456789012",
      environment: { PATH: process.env["PATH"], MARK: mark },
    }),
  });
  return ((await response.json()) as { id: string }).id;
}

const clientOf = (endpoint: string) =>
  new SSM({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "123456789012", secretAccessKey: "x" },
  });

for (const signal of ["SIGKILL", "SIGTERM"] as const) {
  test(`instances and what commands have started in them end with a squall that gets ${signal}`, {
    ...(onLinux ? { skip: onLinux } : needs("setsid")),
  }, async (t) => {
    const { child, url } = await start(t);
    const mark = `instances-${process.pid}-${signal}`;
    const id = await add(url, mark);
    await clientOf(url).sendCommand({
      DocumentName: "AWS-RunShellScript",
      InstanceIds: [id],
      Parameters: { commands: ["sleep 600 & sleep 600"] },
    });
    await until(() => marked(mark).length >= 6);
    child.kill(signal);
    await until(() => marked(mark).length === 0);
  });
}

test("an instance boots again with its squall, and a command that was under way has failed", {
  ...(onLinux ? { skip: onLinux } : needs("setsid")),
}, async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), "squall-instances-"));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  const mark = `instances-${process.pid}-again`;
  const first = await start(t, { dataDir });
  const id = await add(first.url, mark);
  const { Command } = await clientOf(first.url).sendCommand({
    DocumentName: "AWS-RunShellScript",
    InstanceIds: [id],
    Parameters: { commands: ["sleep 600"] },
  });
  await until(() => marked(mark).length >= 4);
  first.child.kill("SIGKILL");
  await until(() => marked(mark).length === 0);

  const second = await start(t, { dataDir });
  await until(() => marked(mark).length >= 3);
  const ssm = clientOf(second.url);
  const { InstanceInformationList } = await ssm.describeInstanceInformation({});
  assert.deepEqual(
    InstanceInformationList?.map(({ InstanceId }) => InstanceId),
    [id],
  );
  const invocation = await ssm.getCommandInvocation({ CommandId: Command?.CommandId, InstanceId: id });
  assert.deepEqual([invocation.Status, invocation.StatusDetails], ["Failed", "Terminated"]);
  second.child.kill("SIGKILL");
  await until(() => marked(mark).length === 0);
});

test("an instance of EC2 ends with its squall, and its user data runs again with the next", {
  skip: onLinux,
}, async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), "squall-instances-"));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  const first = await start(t, { dataDir });
  const ec2Of = (endpoint: string) =>
    new EC2({
      endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "123456789013", secretAccessKey: "x" },
    });
  const mark = `ec2-${process.pid}`;
  const launch = async (script: string) => {
    const { Instances = [] } = await ec2Of(first.url).runInstances({
      ImageId: "ami-1",
      MinCount: 1,
      MaxCount: 1,
      UserData: Buffer.from(`#!/bin/sh\nexport MARK=${mark}\n${script}`).toString("base64"),
    });
    return Instances[0]!.InstanceId!;
  };
  const [running, stopped] = [await launch("sleep 600 & sleep 600"), await launch("sleep 600")];
  await until(() => marked(mark).length === 3);
  await ec2Of(first.url).stopInstances({ InstanceIds: [stopped] });
  await until(() => marked(mark).length === 2);
  first.child.kill("SIGKILL");
  await until(() => marked(mark).length === 0);

  const second = await start(t, { dataDir });
  await until(() => marked(mark).length === 2);
  const { Reservations = [] } = await ec2Of(second.url).describeInstances({});
  const states = Reservations.flatMap(({ Instances = [] }) =>
    Instances.map(({ InstanceId, State }) => [InstanceId, State?.Name]),
  );
  assert.deepEqual(
    states.sort(),
    [
      [running, "running"],
      [stopped, "stopped"],
    ].sort(),
  );
  second.child.kill("SIGKILL");
  await until(() => marked(mark).length === 0);
});

test("squall instance adds, lists and removes one", { skip: onLinux }, async (t) => {
  const { url } = await start(t);
  const mark = `instances-${process.pid}-cli`;
  const cli = async (...args: string[]) => {
    const child = spawn(process.execPath, ["--conditions=squall-source", squall, "instance", ...args], {
      env: { ...process.env, SQUALL_URL: url, MARK: mark, AWS_REGION: "eu-west-1" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    const [code] = (await once(child, "close")) as [number];
    return { code, said: Buffer.concat(chunks).toString() };
  };
  const added = await cli("add", "web", "--tag", "app=shop", "--", "sh", "-c", "sleep 600");
  assert.match(added.said, /^i-0[0-9a-f]{16}\n$/);
  const { said } = await cli("list", "--json");
  const [listed] = JSON.parse(said) as Record<string, unknown>[];
  assert.deepEqual(
    [listed?.["name"], listed?.["region"], listed?.["command"], listed?.["tags"], listed?.["state"]],
    ["web", "eu-west-1", ["sh", "-c", "sleep 600"], { Name: "web", app: "shop" }, "running"],
  );
  assert.match((await cli("remove", "web")).said, /^web \(i-0[0-9a-f]{16}\) has ended\.\n$/);
  await until(() => marked(mark).length === 0);
  assert.equal((await cli("list")).said, "There are no instances.\n");
});
