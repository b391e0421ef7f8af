import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { Log, type LogLine } from "../core/log.ts";
import { run, testEngine } from "./fixture.test.ts";
import { parseRulesFile, watchRulesFile } from "./rules-file.ts";

/** A watched rules file, with what was logged. */
async function watched(t: TestContext, text: string) {
  const folder = await mkdtemp(join(tmpdir(), "rules-"));
  const path = join(folder, "faults.yaml");
  await writeFile(path, text);
  const lines: string[] = [];
  const write = ({ level, message }: LogLine) => lines.push(`${level} ${message}`);
  const { engine, bus } = testEngine();
  const rules = await watchRulesFile(path, engine, {
    log: new Log({ level: "INFO", write, nowMs: () => 0 }),
  });
  t.after(() => {
    rules.stop();
    return rm(folder, { recursive: true });
  });
  const effects = () => engine.list().map(({ id, effect, owner }) => `${id} ${effect} ${owner}`);
  return { path, lines, engine, bus, rules, effects };
}

const YAML = `
seed: storm
rules:
  - service: sqs
    operation: SendMessage
    error: throttle
    times: 2
  - id: slow
    latency: { p50: 20ms, p99: 400ms }
`;

test("a YAML file holds a seed and rules, and knows their lines", async () => {
  const { seed, rules, lineOf } = await parseRulesFile(YAML, "faults.yaml");
  assert.equal(seed, "storm");
  assert.deepEqual(rules, [
    { service: "sqs", operation: "SendMessage", error: "throttle", times: 2 },
    { id: "slow", latency: { p50: "20ms", p99: "400ms" } },
  ]);
  assert.deepEqual(
    [lineOf(0), lineOf(0, "match.operation"), lineOf(0, "times"), lineOf(1, "id")],
    [4, 5, 7, 8],
  );
});

test("a JSON file is understood, and a bare list", async () => {
  assert.deepEqual((await parseRulesFile('[{"reset": true}]', "a.json")).rules, [{ reset: true }]);
  assert.deepEqual((await parseRulesFile('{"seed": 7, "rules": [{"reset": true}]}', "a.json")).seed, "7");
});

test("an empty file has no rules", async () => {
  for (const text of ["", "# nothing yet", "[]", "rules:"])
    assert.deepEqual((await parseRulesFile(text, "f")).rules, []);
});

test("a file that is wrong is refused with its line", async () => {
  for (const [text, message] of [
    ["rules:\n  - {reset: true\n", /^f:\d+: /],
    ["just text", 'f:1: A rules file holds a list of rules, or seed and rules, not "just text".'],
    ["seed: a\nrulez: []", 'f:2: A rules file has no "rulez". Did you mean "rules"?'],
    ["seed: a\nrules: 5", "f:2: rules must be a list."],
    ["seed: [1]", "f:1: seed must be text or a number."],
  ] as const) {
    await assert.rejects(parseRulesFile(text, "f"), { name: "RulesFileError", message });
  }
});

test("the rules of a file are in the table, owned by the file", async (t) => {
  const { engine, rules, effects } = await watched(t, YAML);
  assert.equal(rules.seed, "storm");
  assert.deepEqual(effects(), ["file-1 error file", "slow latency file"]);
  assert.deepEqual((await run(engine)).fired.slice(0, 1), ["file-1"]);
});

test("a rule that is wrong at the start is refused with its line", async (t) => {
  const text = "- reset: true\n- service: sqs\n  operation: SendMesage\n  reset: true\n";
  await assert.rejects(watched(t, text), {
    message:
      /faults\.yaml:3: The service "sqs" has no operation "SendMesage"\. Did you mean "SendMessage"\?$/,
  });
  await assert.rejects(watched(t, "- {id: a, reset: true}\n- {id: a, hang: true}"), {
    message: /faults\.yaml:2: There are two rules "a"\.$/,
  });
});

test("a file that changes changes the rules; those that stay keep their counts", async (t) => {
  const { path, engine, rules, effects, lines } = await watched(
    t,
    "- {service: sqs, error: throttle, times: 1}",
  );
  await run(engine);
  await writeFile(path, "- {service: sqs, error: throttle, times: 1}\n- hang: true");
  assert.equal(await rules.reload(), true);
  assert.deepEqual(effects(), ["file-1 error file", "file-2 hang file"]);
  assert.deepEqual(engine.counts("file-1"), { matched: 1, fired: 1 });
  assert.match(lines.at(-1)!, /^INFO .*faults\.yaml: 2 fault rules are now in force\.$/);
});

test("a file that is broken later leaves the rules as they are and says why", async (t) => {
  const { path, rules, effects, lines } = await watched(t, "- hang: true");
  await writeFile(path, "- hang: true\n- reset: true\n  times: 0");
  assert.equal(await rules.reload(), false);
  assert.deepEqual(effects(), ["file-1 hang file"]);
  assert.match(
    lines.at(-1)!,
    /^ERROR .*faults\.yaml:3: times must be a whole number from 1, not 0\. The rules stay as they were\.$/,
  );
  await writeFile(path, "- reset: true");
  assert.equal(await rules.reload(), true);
  assert.deepEqual(effects(), ["file-1 reset file"]);
});

test("rules that were removed come back when they are asked for", async (t) => {
  const { engine, rules, effects } = await watched(t, "- hang: true");
  engine.clear();
  assert.equal(await rules.reload(), true);
  assert.deepEqual(effects(), ["file-1 hang file"]);
});

test("a seed that changes is not taken before the next start", async (t) => {
  const { path, rules, lines } = await watched(t, "seed: a");
  await writeFile(path, "seed: b");
  await rules.reload();
  assert.match(lines.at(-1)!, /^WARN .*the seed has changed; it counts from the next start on\.$/);
});

test("a change is noticed without being told, also when an editor puts a new file in the place", async (t) => {
  const { path, bus, effects } = await watched(t, "- hang: true");
  const heard = new EventTarget();
  bus.subscribe("fault.rule", () => heard.dispatchEvent(new Event("change")));
  const changed = once(heard, "change");
  await writeFile(`${path}.new`, "- reset: true");
  await rename(`${path}.new`, path);
  await changed;
  assert.deepEqual(effects(), ["file-1 reset file"]);
});

test("a ConfigMap that is mounted is noticed when it changes: its files are links through a folder that is replaced", async (t) => {
  const { path, bus, effects, rules } = await watched(t, "[]");
  const folder = dirname(path);
  const version = async (name: string, text: string) => {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, basename(path)), text);
    await symlink(name, join(folder, "..data_tmp"));
    await rename(join(folder, "..data_tmp"), join(folder, "..data"));
  };
  await version("..1", "- hang: true");
  await rm(path);
  await symlink(join("..data", basename(path)), path);
  await rules.reload();
  assert.deepEqual(effects(), ["file-1 hang file"]);
  const heard = new EventTarget();
  bus.subscribe("fault.rule", () => heard.dispatchEvent(new Event("change")));
  const changed = once(heard, "change");
  await version("..2", "- reset: true");
  await changed;
  assert.deepEqual(effects(), ["file-1 reset file"]);
});

test("rules that were removed come back as the file says, or as it last said while it was right", async (t) => {
  const { path, engine, rules, effects } = await watched(t, YAML);
  engine.clear();
  assert.equal(await rules.reload(), true);
  assert.deepEqual(effects(), ["file-1 error file", "slow latency file"]);
  await writeFile(path, "rules: [{ effect: latncy }]");
  engine.clear();
  assert.equal(await rules.reload(), false);
  assert.deepEqual(effects(), ["file-1 error file", "slow latency file"]);
});
