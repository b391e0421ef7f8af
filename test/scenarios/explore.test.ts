import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm, watch, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parseRulesFile } from "../../src/faults/rules-file.ts";

const CLI = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const SCHEMA = new URL("../../docs/explore.schema.json", import.meta.url);
const PROGRAM = fileURLToPath(new URL("../explore/four-bugs.mjs", import.meta.url));

let folder = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "squall-explore-"));
});
after(() => rm(folder, { recursive: true, force: true }));

/** One that nobody has just now. */
const fixedPort = await new Promise<number>((resolve) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const { port } = server.address() as AddressInfo;
    server.close(() => resolve(port));
  });
});

/** `squall explore …` in the folder. */
function explore(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ["--conditions=squall-source", CLI, "explore", ...args],
      { cwd: folder, env: { ...process.env, FIXED_PORT: String(fixedPort) } },
      (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

const program = [process.execPath, PROGRAM];

test("explore finds four planted faults, each with its story, and nothing else", async () => {
  const { code, out, err } = await explore(
    ...["--workers", "2", "--report", "json=report.json,junit=report.xml,md=report.md,html=report.html"],
    ...["--", ...program],
  );
  assert.equal(code, 1, out + err);
  const text = await readFile(join(folder, "report.json"), "utf8");
  const report = JSON.parse(text);
  const schema = JSON.parse(await readFile(SCHEMA, "utf8"));
  const isValid = new Ajv2020().compile(schema);
  assert.ok(isValid(JSON.parse(text)), JSON.stringify(isValid.errors));
  const found = report.findings.map(({ title, strikes: [strike] }: Finding) => [
    title,
    strike!.site.split(" > ").at(-1)!.replace(/~.*/, ""),
    strike!.fault,
  ]);
  assert.deepEqual(found.sort(), [
    ["DOUBLED EFFECT", "dynamodb.UpdateItem@stats", "lost-reply"],
    ["DOUBLED EFFECT", "sqs.SendMessage@mail", "lost-reply"],
    ["LOST EFFECT", "dynamodb.BatchWriteItem@orders", "partial"],
    ["LOST EFFECT", "sqs.SendMessage@mail", "outage"],
  ]);
  assert.ok(report.findings.every(({ reproduced }: Finding) => reproduced === 3));
  assert.match(out, /baseline {3}2 runs, 7 sites \(4 struck\), stable/);
  assert.match(out, /stats\[count\]\.c is 2 \(fault-free: 1\)/);
  assert.match(out, /squall explore --replay F-[0-9a-f]{4} -- /);
  const xml = await readFile(join(folder, "report.xml"), "utf8");
  assert.equal(xml.match(/<testcase /g)?.length, report.results.length);
  assert.equal(xml.match(/<failure /g)?.length, 4);
  assert.match(await readFile(join(folder, "report.md"), "utf8"), /\*\*findings 4\*\*/);
  assert.match(await readFile(join(folder, "report.html"), "utf8"), /LOST EFFECT/);
});

test("a finding is an ordinary rules file, replays, and can be accepted", async () => {
  const { findings } = JSON.parse(await readFile(join(folder, "report.json"), "utf8"));
  const { id } = findings.find(({ title }: Finding) => title === "LOST EFFECT");
  const file = join(folder, ".squall/explore", `${id}.yaml`);
  assert.equal((await parseRulesFile(await readFile(file, "utf8"), file)).rules.length, 1);
  const again = await explore("--replay", id, "--", ...program);
  assert.equal(again.code, 1, again.err);
  assert.match(again.out, new RegExp(`${id} {2}LOST EFFECT`));

  const elsewhere = await explore(
    "--replay",
    id,
    "--",
    process.execPath,
    "-e",
    "fetch(process.env.AWS_ENDPOINT_URL + '/_squall/health')",
  );
  assert.equal(elsewhere.code, 3);
  assert.match(elsewhere.err, /the call that it strikes did not happen/);

  const accepted = await explore("--accept", ...findings.map((finding: Finding) => finding.id));
  assert.equal(accepted.code, 0, accepted.err);
  const changed = await explore("--only-changed", "--", ...program);
  assert.equal(changed.code, 0, changed.out);
  assert.match(changed.out, /accepted 4 · FINDINGS 0/);
});

test("the user's own checks must hold in the end", async () => {
  await writeFile(
    join(folder, "checks.yaml"),
    `checks:
  - name: everybody is thanked
    aws: sqs.GetQueueAttributes
    input: { QueueUrl: "http://localhost/queue/us-east-1/000000000000/mail", AttributeNames: [All] }
    expect: Attributes.ApproximateNumberOfMessages == '1'
  - { http: /_squall/health }
  - command: test -n "$AWS_ENDPOINT_URL"
`,
  );
  const { code, out, err } = await explore(
    "--checks",
    "checks.yaml",
    "--faults",
    "outage",
    "--lock",
    "own.lock",
    "--",
    ...program,
  );
  assert.equal(code, 1, out + err);
  assert.match(
    out,
    /REFUTED[\s\S]*"everybody is thanked" does not hold: sqs.GetQueueAttributes: .* is false/,
  );
  for (const [text, said] of [
    ["checks: [{ name: x }]", /check 1 needs one of command, http, aws, alarm; it has none/],
    ["checks: [{ aws: sqs.ListQueues, expect: '[' }]", /check 1: expect is no JMESPath expression/],
    ["[", /wrong\.yaml cannot be read/],
    ["check: []", /wrong\.yaml: there is no check, only checks/],
    ["checks: [{ comand: 'true' }]", /check 1: there is no comand, only command, http/],
    ["checks: [{ http: /, status: ok }]", /check 1: status is an HTTP status/],
    ["checks: [{ command: 'true', status: 200 }]", /check 1: status is of http checks only/],
    ["checks: [{ command: 'true', sustained: yes-please }]", /check 1: sustained is true or false/],
    ["checks: [{ command: 'true', within: soon }]", /check 1: within is a duration/],
    ["checks: [{ aws: ListQueues, expect: a }]", /check 1: aws names a read as service.Operation/],
    ["checks: [{ aws: sqs.ListQueues }]", /check 1: expect is a JMESPath expression/],
    ["checks: [{ aws: sqs.ListQueues, expect: a, input: 3 }]", /check 1: input is the operation's input/],
    ["checks: [3]", /check 1 is no check/],
  ] as const) {
    await writeFile(join(folder, "wrong.yaml"), text);
    const wrong = await explore("--checks", "wrong.yaml", "--", ...program);
    assert.equal(wrong.code, 1);
    assert.match(wrong.err, said);
  }
  await writeFile(join(folder, "never.yaml"), "checks: [{ alarm: none }]");
  const never = await explore("--checks", "never.yaml", "--", ...program);
  assert.equal(never.code, 2);
  assert.match(never.err, /there is no alarm none/);
});

test("what is wrong is said in one line", async () => {
  await writeFile(
    join(folder, "port.mjs"),
    `import { createServer } from "node:http";
const server = createServer();
server.on("error", ({ code }) => {
  console.error(code);
  process.exit(1);
});
server.listen(Number(process.env.FIXED_PORT), "127.0.0.1");
await import(${JSON.stringify(PROGRAM)});
setTimeout(() => server.close(), 2000);
`,
  );
  const cases: [string[], number, RegExp][] = [
    [
      ["--workers", "2", "--faults", "partial", "--", process.execPath, "port.mjs"],
      2,
      /it did in 2 of 3 runs, and once ended with 1\. Two of it ran at once: .* wants --workers 1\.\n[\s\S]*EADDRINUSE/,
    ],
    [["--", process.execPath, "-e", "process.exit(3)"], 2, /Without any fault the command ends with 3/],
    [["--", process.execPath, "-e", "0"], 2, /makes no AWS call/],
    [["--faults", "outrage", "--", ...program], 1, /There is no fault "outrage"/],
    [["--budget", "soon", "--", ...program], 1, /--budget wants a duration/],
    [["--report", "pdf=x", "--", ...program], 1, /--report wants/],
    [["--replay", "F-0000", "--", ...program], 1, /There is no finding F-0000/],
    [["--accept", "F-0000"], 1, /There is no finding F-0000/],
    [["--report", "json=/dev/null/x.json", "--", ...program], 1, /\/dev\/null\/x\.json cannot be written/],
    [["--lock", "/dev/null/x.lock", "--", ...program], 1, /\/dev\/null\/x\.lock cannot be written/],
    [["--state", "none.zip", "--", ...program], 1, /--state none\.zip cannot be loaded: it is not there/],
    [["--before", "exit 3", "--", ...program], 1, /--before `exit 3` ended with 3/],
    [["--service", "sqs,kinesis", "--", ...program], 1, /makes no call of kinesis. It calls dynamodb, sqs/],
    [["--", "no-such-program-anywhere"], 1, /no-such-program-anywhere/],
    [[], 1, /Say what to run/],
  ];
  for (const [args, code, said] of cases) {
    const result = await explore(...args);
    assert.equal(result.code, code, `${args.join(" ")}: ${result.err}`);
    assert.match(result.err, said);
    assert.doesNotMatch(result.err, /\n\s+at /);
  }
});

test("what a budget does not reach is said, and with --require-complete it ends with 4", async () => {
  const args = ["--budget", "1ms", "--lock", "budget.lock"];
  const complete = await explore(...args, "--require-complete", "--", ...program);
  assert.equal(complete.code, 4, complete.out + complete.err);
  assert.match(complete.out, /left {7}1[0-9] singles and 0 pairs untried: the budget is used up/);
  assert.equal((await explore(...args, "--", ...program)).code, 0);
});

/** Nobody may have asked how it ended: then its number is still there, and it is a zombie. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== "linux" || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}

test("what a command leaves behind ends with it, and does not hold it up", async () => {
  await writeFile(
    join(folder, "leaves.sh"),
    `sleep 1000 & echo $! > left.pid; "${process.execPath}" "${PROGRAM}"`,
  );
  const { code, out, err } = await explore(
    "--lock",
    "left.lock",
    "--faults",
    "partial",
    "--",
    "sh",
    "leaves.sh",
  );
  assert.equal(code, 1, out + err);
  const pid = (await readFile(join(folder, "left.pid"), "utf8")).trim();
  assert.ok(!isRunning(Number(pid)));
});

test("Ctrl-C ends the command, too, tells what was found and ends with 130", async () => {
  // Fault-free it ends; with a fault it stays, before the fault can end it.
  await writeFile(
    join(folder, "waits.mjs"),
    `import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { CreateQueueCommand, SendMessageCommand, SQSClient } from ${JSON.stringify(import.meta.resolve("@aws-sdk/client-sqs"))};
if (existsSync("begun") && readFileSync("begun", "utf8").length >= 2) {
  writeFileSync("pid." + process.pid, String(process.pid));
  renameSync("pid." + process.pid, "pids");
  setInterval(() => {}, 1000);
} else {
  const sqs = new SQSClient();
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "mail" }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "thanks" }));
  appendFileSync("begun", "x");
}
`,
  );
  const args = [
    "--conditions=squall-source",
    CLI,
    "explore",
    "--lock",
    "cut.lock",
    "--report",
    "json=cut.json",
  ];
  const child = spawn(process.execPath, [...args, "--", process.execPath, "waits.mjs"], { cwd: folder });
  const watching = new AbortController();
  const ended = once(child, "close").finally(() => watching.abort("it has ended by itself"));
  let out = "";
  child.stdout.on("data", (chunk) => {
    out += chunk;
  });
  for await (const { filename } of watch(folder, { signal: watching.signal })) if (filename === "pids") break;
  child.kill("SIGINT");
  assert.deepEqual(await ended, [130, null], out);
  assert.match(out, /untried: it was interrupted/);
  const pid = Number(await readFile(join(folder, "pids"), "utf8"));
  assert.ok(pid > 0);
  assert.throws(() => process.kill(pid, 0), { code: "ESRCH" });
  assert.deepEqual(JSON.parse(await readFile(join(folder, "cut.json"), "utf8")).results, []);
});

interface Finding {
  readonly id: string;
  readonly title: string;
  readonly reproduced: number;
  readonly strikes: readonly { readonly site: string; readonly fault: string }[];
}
