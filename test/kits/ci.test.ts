import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { needs } from "../needs.ts";
import { squallCommand, tool } from "./kit.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const source = (file: string): string => readFileSync(join(ROOT, file), "utf8");

interface Described {
  readonly description: string;
  readonly default?: string;
}
interface Action {
  readonly name: string;
  readonly description: string;
  readonly inputs: Readonly<Record<string, Described>>;
  readonly outputs: Readonly<Record<string, Described & { readonly value: string }>>;
  readonly runs: {
    readonly using: string;
    readonly steps: readonly {
      readonly id: string;
      readonly shell: string;
      readonly run: string;
      readonly env: Readonly<Record<string, string>>;
      readonly "working-directory": string;
    }[];
  };
}
const action = parse(source("action.yml")) as Action;
const [step] = action.runs.steps;

/** https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax */
test("the action is what GitHub takes: described inputs, outputs of its steps, each expression of something that is there", () => {
  assert.deepEqual(
    Object.keys(action).filter(
      (key) => !["name", "description", "author", "branding", "inputs", "outputs", "runs"].includes(key),
    ),
    [],
  );
  assert.equal(action.runs.using, "composite");
  for (const described of [action, ...Object.values(action.inputs), ...Object.values(action.outputs)])
    assert.ok(described.description.length > 10, JSON.stringify(described));
  const known = new Set([
    ...Object.keys(action.inputs).map((name) => `inputs.${name}`),
    ...["url", "junit"].map((name) => `steps.${step!.id}.outputs.${name}`),
  ]);
  const used = [...source("action.yml").matchAll(/\$\{\{\s*(.*?)\s*\}\}/g)].map(([, name]) => name!);
  assert.deepEqual(
    used.filter((name) => !known.has(name)),
    [],
  );
  assert.deepEqual(
    [...known].filter((name) => !used.includes(name)),
    [],
  );
  // What a user writes never becomes part of a script, but a variable of it.
  for (const { run, shell } of action.runs.steps)
    assert.deepEqual([run.includes("${{"), shell], [false, "bash"]);
});

/** Runs the action's step as GitHub does, in a project with this squall. */
async function runStep(
  t: TestContext,
  given: Readonly<Record<string, string>>,
  before: Readonly<Record<string, string>> = {},
) {
  const folder = before["RUNNER_TEMP"] ?? mkdtempSync(join(tmpdir(), "squall-action-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const inputs: Record<string, string> = { squall: squallCommand, ...given };
  const input = (name: string) => inputs[name] ?? action.inputs[name]!.default ?? "";
  const filled = (text: string) =>
    text.replace(/\$\{\{\s*inputs\.([\w-]+)\s*\}\}/g, (_, name) => input(name));
  const files = Object.fromEntries(
    ["GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"].map((name) => [name, join(folder, name)]),
  );
  for (const file of Object.values(files)) writeFileSync(file, "");
  const variables = {
    ...Object.fromEntries(Object.entries(step!.env).map(([name, value]) => [name, filled(value)])),
    ...files,
    GITHUB_ACTION_PATH: ROOT,
    RUNNER_TEMP: folder,
    ...before,
  };
  const said = await tool(folder, ["bash", "-e", "-c", step!.run], variables).catch((error: Error) => error);
  const written = Object.fromEntries(
    Object.entries(files).map(([name, file]) => [name, readFileSync(file, "utf8")]),
  );
  return {
    said,
    folder,
    ...(written as Record<"GITHUB_ENV" | "GITHUB_OUTPUT" | "GITHUB_STEP_SUMMARY", string>),
  };
}

const variablesOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    text
      .trim()
      .split("\n")
      .map((line) => line.split(/=(.*)/s).slice(0, 2)),
  );

test("start leads the steps that follow to a squall, report tells and ends it", needs("bash"), async (t) => {
  const started = await runStep(t, { command: "start", args: "--seed storm" });
  const environment = variablesOf(started.GITHUB_ENV);
  const url = environment["SQUALL_URL"]!;
  assert.deepEqual(
    [environment["AWS_ENDPOINT_URL"], started.GITHUB_OUTPUT],
    [url, `url=${url}\n`],
    String(started.said),
  );
  const pid = Number(readFileSync(join(started.folder, "squall.pid"), "utf8"));
  t.after(() => {
    try {
      process.kill(-pid);
    } catch {
      // It has ended, as it should.
    }
  });
  const info = (await (await fetch(`${url}/_squall/info`)).json()) as { seed: string };
  assert.equal(info.seed, "storm");
  const told = await runStep(t, { command: "report" }, { ...environment, RUNNER_TEMP: started.folder });
  assert.match(told.GITHUB_STEP_SUMMARY, /### Squall[\s\S]*0 calls in 0 attempts/, String(told.said));
  assert.equal(existsSync(join(started.folder, "squall.pid")), false);
});

test("explore writes the job's summary, and ends as squall does", needs("bash"), async (t) => {
  const order = join(ROOT, "test/kits/forgets.cjs");
  const explored = await runStep(t, {
    command: "explore",
    run: `${process.execPath} ${order}`,
    args: "--faults outage",
  });
  assert.ok(explored.said instanceof Error);
  assert.match(explored.GITHUB_STEP_SUMMARY, /LOST EFFECT/, String(explored.said));
  const [, junit] = /^junit=(.*)$/m.exec(explored.GITHUB_OUTPUT)!;
  assert.match(readFileSync(junit!, "utf8"), /<testsuite/);
  const nothing = await runStep(t, { command: "explore" });
  assert.match(String(nothing.said), /::error::Say what to run/);
});

test(
  "an input's words are a shell's: quotes hold them together, and nothing in them is run",
  needs("bash"),
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "squall-action-"));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const words = (command: "words" | "command_of", text: string) =>
      execFileSync(
        "bash",
        [
          "-euo",
          "pipefail",
          "-c",
          `source ${join(ROOT, "kits/github/words.sh")}; ${command} got "$TEXT"; printf '%s\\0' \${got[@]+"\${got[@]}"}`,
        ],
        { cwd: folder, env: { ...process.env, TEXT: text }, encoding: "utf8" },
      )
        .split("\0")
        .slice(0, -1);
    for (const [text, ...expected] of [
      ["npm  test ", "npm", "test"],
      [`--before "npm run seed"\n  --accept 'a b'`, "--before", "npm run seed", "--accept", "a b"],
      ["$(touch ran) `touch ran` *", "$(touch", "ran)", "`touch", "ran`", "*"],
    ] as const)
      assert.deepEqual(words("words", text), expected, text);
    for (const [text, ...expected] of [
      ['npx mocha --grep "a b"\n', "npx", "mocha", "--grep", "a b"],
      ["npm ci && npm test", "bash", "-eo", "pipefail", "-c", "npm ci && npm test"],
      ["npm ci\nnpm test\n", "bash", "-eo", "pipefail", "-c", "npm ci\nnpm test\n"],
    ] as const)
      assert.deepEqual(words("command_of", text), expected, text);
    assert.equal(existsSync(join(folder, "ran")), false);
    const { said } = await runStep(t, { command: "start", args: "--seed it's" });
    assert.match(String(said), /::error::A quotation mark is missing in: --seed it's/);
  },
);

test("what does not start is said", needs("bash"), async (t) => {
  const { said } = await runStep(t, { command: "start", args: "--clock sometimes" });
  assert.match(String(said), /--clock[\s\S]*::error::Squall does not start/);
});

test("GitLab's template has one job that keeps its reports", () => {
  const jobs = parse(source("kits/gitlab/squall.gitlab-ci.yml")) as Record<
    string,
    {
      image: string;
      script: string[];
      artifacts: { when: string; paths: string[]; reports: { junit: string } };
    }
  >;
  assert.deepEqual(Object.keys(jobs), ["squall-explore"]);
  const { script, artifacts } = jobs["squall-explore"]!;
  const explore = script.find((line) => line.includes("explore"))!;
  for (const file of [artifacts.reports.junit, ...artifacts.paths])
    assert.ok(explore.includes(`=${file}`), file);
  assert.equal(artifacts.when, "always");
});

test("the Jenkinsfile keeps the reports that its explore writes, and its braces close", () => {
  const text = source("kits/jenkins/Jenkinsfile");
  for (const [, file] of text.matchAll(/(?:testResults|artifacts): '([^']+)'/g))
    assert.ok(text.includes(`=${file}`), file);
  assert.equal(text.match(/\{/g)?.length, text.match(/\}/g)?.length);
});

test("the scripts are bash", needs("bash"), () => {
  for (const command of ["start", "explore", "report", "words"])
    execFileSync("bash", ["-n", join(ROOT, "kits/github", `${command}.sh`)], { cwd: dirname(ROOT) });
});
