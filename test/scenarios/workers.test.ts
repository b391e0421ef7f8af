import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import type { CallRecord } from "../../src/index.ts";
import { until } from "../until.ts";

const cli = new URL("../../src/cli/main.ts", import.meta.url).pathname;

/** An endpoint that takes everything, and counts it. */
async function endpoint() {
  let calls = 0;
  const server = createServer((incoming, response) => {
    incoming.resume();
    incoming.once("end", () => {
      calls++;
      response.writeHead(200, { "content-type": "application/x-amz-json-1.0" }).end("{}");
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get calls() {
      return calls;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** `squall gateway` as processes that share a port. */
function launched(to: string, ...args: string[]) {
  const child = spawn(process.execPath, [cli, "gateway", "--to", to, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NODE_OPTIONS: "", SQUALL_FLEET: "" },
  });
  let said = "";
  for (const output of [child.stdout, child.stderr]) output.on("data", (chunk) => (said += chunk));
  const ended = once(child, "exit").then(([code]) => code as number | null);
  return {
    child,
    ended,
    get said() {
      return said;
    },
    async end() {
      child.kill("SIGTERM");
      return await ended;
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

/** The same when it is ready. */
async function start(to: string, ...args: string[]) {
  const gateway = launched(to, "--port", "0", ...args);
  await until(() => gateway.said.includes("Ready.\n") || gateway.child.exitCode !== null);
  const url = /listens on (http:\S+?),/.exec(gateway.said)?.[1];
  if (url === undefined) {
    await gateway.end();
    throw new Error(gateway.said);
  }
  return { gateway, url };
}

/** A request by a connection of its own: the next worker's turn. */
function ask(url: string, { method = "GET", body = "", headers = {} } = {}): Promise<[number, string]> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, headers, agent: false, timeout: 20_000 }, async (response) => {
      try {
        resolve([response.statusCode ?? 0, await text(response)]);
      } catch (error) {
        reject(error);
      }
    });
    asked.on("timeout", () => asked.destroy(new Error("There was no answer.")));
    asked.on("error", reject);
    asked.end(body);
  });
}

const told = async (url: string) => JSON.parse((await ask(url))[1]);
const LIST_QUEUES = {
  method: "POST",
  headers: { "x-amz-target": "AmazonSQS.ListQueues", "content-type": "application/x-amz-json-1.0" },
  body: "{}",
};

test("workers are one gateway: rules, counts, calls, metrics and the stop hold for all of them", async () => {
  await using upstream = await endpoint();
  const { gateway, url } = await start(upstream.url, "--workers", "3");
  await using _ = gateway;
  let sent = 0;
  const call = async () => {
    sent++;
    return (await ask(url, LIST_QUEUES))[0];
  };
  const ids = new Set<string>();
  await until(async () => {
    ids.add((await told(`${url}/_squall/fleet`)).gateway);
    return ids.size === 3;
  });
  await ask(`${url}/_squall/metrics`); // Calls are counted from the first time that somebody asks.

  // A rule that one worker has been given is in force on all when that one answers.
  const rule = { id: "some", service: "sqs", error: "throttle", times: 7 };
  const [status] = await ask(`${url}/_squall/faults`, { method: "POST", body: JSON.stringify(rule) });
  assert.equal(status, 201);
  for (let i = 0; i < 6; i++)
    assert.deepEqual(
      (await told(`${url}/_squall/faults`)).rules.map(({ id }: { id: string }) => id),
      ["some"],
    );

  // Its `times` are theirs together: shares that run out are asked for while calls go on.
  let struck = 0;
  await until(async () => {
    const statuses = await Promise.all(Array.from({ length: 6 }, call));
    struck += statuses.filter((status) => status === 400).length;
    return struck >= 7;
  });
  for (let i = 0; i < 12; i++) assert.equal(await call(), 200);
  assert.equal(struck, 7);

  // What is counted is what all have counted, whoever is asked.
  for (let i = 0; i < 6; i++) {
    const [{ matched, fired }] = (await told(`${url}/_squall/faults`)).rules;
    assert.deepEqual({ matched, fired }, { matched: sent, fired: 7 });
    const { calls, last } = await told(`${url}/_squall/calls?service=sqs&limit=10000`);
    assert.deepEqual([calls.length, last], [sent, sent]);
    assert.deepEqual(
      calls.map(({ startedAt }: CallRecord) => startedAt),
      calls.map(({ startedAt }: CallRecord) => startedAt).toSorted((a: number, b: number) => a - b),
    );
  }
  assert.equal(upstream.calls, sent - 7);
  const metrics = (await ask(`${url}/_squall/metrics`))[1];
  const counted = (outcome: string, rule: string) =>
    Number(
      new RegExp(
        `^squall_calls_total\\{service="sqs",operation="ListQueues",outcome="${outcome}",rule="${rule}"\\} (\\d+)$`,
        "m",
      ).exec(metrics)?.[1],
    );
  assert.deepEqual([counted("ok", ""), counted("client-error", "some")], [sent - 7, 7]);
  assert.match(metrics, /^squall_rules 1$/m);

  // The stop is everybody's at once.
  await ask(`${url}/_squall/faults`, {
    method: "POST",
    body: JSON.stringify({ id: "all", error: "throttle" }),
  });
  for (let i = 0; i < 3; i++) assert.equal(await call(), 400);
  const [stopped] = await ask(`${url}/_squall/stop-all`, { method: "POST", body: '{"reason":"enough"}' });
  assert.equal(stopped, 200);
  for (let i = 0; i < 6; i++) assert.equal(await call(), 200);
  for (let i = 0; i < 3; i++)
    assert.equal(
      (await ask(`${url}/_squall/faults`, { method: "POST", body: '{"error":"throttle"}' }))[0],
      409,
    );
  assert.equal((await ask(`${url}/_squall/calls`, { method: "DELETE" }))[0], 200);
  for (let i = 0; i < 3; i++) assert.deepEqual((await told(`${url}/_squall/calls`)).calls, []);

  assert.equal(await gateway.end(), 0, gateway.said);
});

/** The workers of a gateway; it has other children, too. */
const workersOf = (pid: number | undefined): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
    .split(" ")
    .filter((child) => child !== "" && commandOf(child).includes(cli))
    .map(Number);

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    // It has ended meanwhile.
    return "";
  }
}

const isThere = (pid: number): boolean => existsSync(`/proc/${pid}`);

test("a worker that dies is replaced by one with the same rules, and all go with who leads them", {
  skip: process.platform !== "linux" && "only Linux tells the children of a process",
}, async () => {
  await using upstream = await endpoint();
  const { gateway, url } = await start(upstream.url, "--workers", "2");
  await using _ = gateway;
  await ask(`${url}/_squall/faults`, { method: "POST", body: JSON.stringify({ error: "throttle" }) });
  const [first = 0, second = 0] = workersOf(gateway.child.pid);
  process.kill(first, "SIGKILL");
  await until(() => /Worker \d has ended \(SIGKILL\): another takes its place\./.test(gateway.said));
  const others = await until(
    () => workersOf(gateway.child.pid).filter((pid) => pid !== first),
    ({ length }) => length === 2,
  );
  assert.ok(others.includes(second));
  const ids = new Set<string>();
  await until(async () => {
    ids.add((await told(`${url}/_squall/fleet`)).gateway);
    return ids.size === 2;
  });
  for (let i = 0; i < 6; i++) assert.equal((await ask(url, LIST_QUEUES))[0], 400);
  gateway.child.kill("SIGKILL");
  await gateway.ended;
  await until(() => !others.some(isThere));
});

test("what would be kept in one process is refused for several, and a port that is taken is told once", async () => {
  await using upstream = await endpoint();
  const { port } = new URL(upstream.url);
  for (const [args, why] of [
    [
      ["--workers", "2", "--own", "sqs"],
      /--own has Squall serve something itself: --workers is for gateways that keep nothing/,
    ],
    [
      ["--workers", "2", "--cassette", "c", "--cassette-mode", "record"],
      /A cassette is recorded and played by one process/,
    ],
    [["--workers", "none"], /--workers wants a whole number from 1, or auto, not "none"/],
    [["--workers", "2", "--port", port], /Port \d+ is taken/],
  ] as const) {
    await using gateway = launched("http://127.0.0.1:1", "--port", "0", ...args);
    assert.equal(await gateway.ended, 1, gateway.said);
    assert.equal(gateway.said.match(new RegExp(why, "g"))?.length, 1, gateway.said);
  }
});
