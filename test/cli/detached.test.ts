import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { birthOf } from "../../src/cli/running/birth.ts";
import { testCloud } from "../cloud.ts";
import { until } from "../until.ts";
import { Squall } from "./squall-command.ts";

test("a squall that is started to stay is found, waited for, told of and ended", async (t) => {
  const squall = new Squall(t);
  const { url, port, pid } = await squall.startDetached("--seed", "7");
  assert.equal((await fetch(`${url}/_squall/health`)).status, 200);
  assert.equal((await squall.run("wait", "--url", url)).output, `Squall at ${url} is ready.\n`);
  const { stdout } = await squall.run("status", "--json");
  const [seen, ...others] = JSON.parse(stdout);
  assert.deepEqual(
    [seen.url, seen.record.pid, seen.info.pid, seen.info.seed, others],
    [url, pid, pid, "7", []],
  );
  assert.match((await squall.run("status")).output, new RegExp(`^${url}\n {2}process {3}${pid}\n`));
  const stopped = await squall.run("stop");
  assert.deepEqual([stopped.code, stopped.output], [0, `Squall at ${url} has ended.\n`]);
  assert.equal(birthOf(pid), undefined);
  assert.equal(existsSync(join(squall.folder, `run/${port}.json`)), false);
  assert.deepEqual(await squall.run("stop").then(({ code, output }) => [code, output]), [
    0,
    "No squall runs by itself.\n",
  ]);
  const none = await squall.run("status", "--url", url);
  assert.deepEqual([none.code, none.output], [1, `No squall runs at ${url}.\n`]);
});

test("a log is shown, followed until its squall ends, and kept for the port", async (t) => {
  const squall = new Squall(t);
  const { url, port } = await squall.startDetached();
  const followed = squall.spawn("logs", "-f");
  const closed = once(followed, "close");
  let output = "";
  followed.stdout!.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  await until(() => output.includes("Ready."));
  await fetch(`${url}/?Action=ListQueues&Version=2012-11-05`);
  await until(() => output.includes("AWS sqs.ListQueues => 200"));
  await squall.run("stop");
  assert.deepEqual(await closed, [0, null]);
  const last = await squall.run("logs", "--port", String(port), "--lines", "1");
  assert.match(last.output, /^.*sqs\.ListQueues => 200.*\n$/);
});

test("a squall is started again as it was, at the same port, with what it keeps", async (t) => {
  const squall = new Squall(t);
  const { url, pid } = await squall.startDetached("--data-dir", "kept", "--seed", "again");
  await fetch(`${url}/?Action=CreateQueue&QueueName=kept&Version=2012-11-05`);
  const restarted = await squall.run("restart");
  assert.match(restarted.output, new RegExp(`^Squall runs at ${url} \\(process \\d+, seed again\\)`, "m"));
  assert.doesNotMatch(restarted.output, new RegExp(`process ${pid},`));
  const queues = await (await fetch(`${url}/?Action=ListQueues&Version=2012-11-05`)).text();
  assert.match(queues, /\/kept</);
});

test("what prevents a start is told as it would be in the foreground, and leaves no log behind", async (t) => {
  const squall = new Squall(t);
  const first = await squall.startDetached();
  const second = await squall.run("start", "-d", "--port", String(first.port));
  assert.equal(second.code, 1);
  assert.match(
    second.output,
    new RegExp(
      `^squall: Port ${first.port} is taken by a squall that has run since \\S+ \\(process ${first.pid}\\)`,
      "m",
    ),
  );
  await using stranger = await listener();
  const third = await squall.run("start", "-d", "--port", String(stranger.port));
  assert.match(third.output, /^squall: Port \d+ is taken\. Stop what listens there \(squall doctor/m);
  assert.equal((await squall.run("logs", "-n", "1")).output, "Ready.\n");
});

test("several are told apart by their port, and ended together", async (t) => {
  const squall = new Squall(t);
  const [one, two] = [await squall.startDetached(), await squall.startDetached()];
  const which = await squall.run("stop");
  assert.equal(which.code, 1);
  assert.match(
    which.output,
    /^squall: Several run: say which one with --port\. There is \d+ \(process \d+\), \d+/,
  );
  assert.equal((await squall.run("stop", "--port", String(one.port))).code, 0);
  assert.deepEqual([birthOf(one.pid), birthOf(two.pid) !== undefined], [undefined, true]);
  // Who asks at the usual place is told of the other one.
  assert.match(
    (await squall.run("faults", "--url", one.url)).output,
    new RegExp(`No squall answers at .* There is one at ${two.url}: say so with --url\\.`),
  );
  assert.equal((await squall.run("stop", "--all")).output, `Squall at ${two.url} has ended.\n`);
});

test("one that does not hear any more is killed, and a process that has its id by now is not", async (t) => {
  const squall = new Squall(t);
  const { port, pid } = await squall.startDetached();
  process.kill(pid, "SIGSTOP");
  const stopped = await squall.run("stop", "--timeout", "200ms");
  assert.match(stopped.output, new RegExp(`\\(process ${pid}\\) did not end by itself and was killed\\.`));
  const record = join(squall.folder, `run/${port}.json`);
  mkdirSync(join(squall.folder, "run"), { recursive: true });
  writeFileSync(record, JSON.stringify({ port, url: "http://127.0.0.1:9", pid: process.pid, birth: "1" }));
  assert.equal((await squall.run("stop")).output, "No squall runs by itself.\n");
  assert.equal(existsSync(record), false);
});

test("a cloud inside another program is not ended from outside, and says why", async () => {
  await using cloud = await testCloud();
  const response = await fetch(`${cloud.url}/_squall/shutdown`, { method: "POST" });
  assert.deepEqual(
    [response.status, await response.json()],
    [409, { message: "This squall is part of another program, and ends with it." }],
  );
});

test("it waits for hooks, and gives up in time", async (t) => {
  const squall = new Squall(t);
  const ready = join(squall.folder, "hooks/ready.d");
  mkdirSync(ready, { recursive: true });
  writeFileSync(join(ready, "wait.sh"), HOOK, { mode: 0o755 });
  const { url } = await squall.startDetached("--init", "hooks");
  // On a busy machine there may be no answer at all in so short a time.
  const early = async (timeout: string) => await squall.run("wait", "--timeout", timeout, "--url", url);
  const short = await early("300ms");
  const { code, output } = short.output.includes("503") ? short : await early("5s");
  assert.equal(code, 1, output);
  assert.match(output, /not ready after (300ms|5s): it answers 503/);
  const waiting = squall.run("wait", "--url", url);
  writeFileSync(join(squall.folder, "go"), "now\n");
  assert.equal((await waiting).code, 0);
  assert.equal(readFileSync(join(squall.folder, "ran"), "utf8"), "ran\n");
});

/** It ends when it may, or by itself. */
const HOOK = `#!/bin/sh
for n in $(seq 2000); do
  if [ -e go ]; then echo ran > ran; exit 0; fi
  sleep 0.03
done
`;

async function listener() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as { port: number }).port,
    [Symbol.asyncDispose]: async () => {
      server.close();
      await once(server, "close");
    },
  };
}
