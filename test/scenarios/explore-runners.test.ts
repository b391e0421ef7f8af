import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { needs } from "../needs.ts";

const CLI = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const MODULES = fileURLToPath(new URL("../../node_modules", import.meta.url));

let folder = "";
before(() => {
  folder = mkdtempSync(join(tmpdir(), "squall-runners-"));
  for (const projects of ["runners", "per-test"])
    cpSync(fileURLToPath(new URL(`../explore/${projects}`, import.meta.url)), join(folder, projects), {
      recursive: true,
    });
  symlinkSync(MODULES, join(folder, "node_modules"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

interface Report {
  readonly findings: readonly {
    readonly title: string;
    readonly story: string;
    readonly reproduced: number;
    readonly tests: readonly string[];
    readonly command: readonly string[];
    readonly id: string;
  }[];
  readonly tests?: { readonly all: number; readonly withoutCalls: readonly string[] };
  readonly singles: { readonly planned: number; readonly done: number };
}

/** `squall explore` under outages in a folder. */
async function explored(project: string, ...args: string[]): Promise<{ said: string; report: Report }> {
  const cwd = join(folder, project);
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    PATH: [dirname(process.execPath), join(MODULES, ".bin"), process.env["PATH"]].join(":"),
    AWS_RETRY_MODE: "standard",
  };
  // This file runs under a runner itself, which tells those below it that they are parts of it.
  delete env["NODE_TEST_CONTEXT"];
  const head = ["--conditions=squall-source", CLI, "explore", "--workers", "2", "--faults", "outage"];
  const said = await new Promise<string>((resolve) => {
    execFile(
      process.execPath,
      [...head, "--report", "json=report.json", ...args],
      { cwd, env },
      (_, out, err) => resolve(out + err),
    );
  });
  const path = join(cwd, "report.json");
  assert.ok(existsSync(path), said);
  return { said, report: JSON.parse(readFileSync(path, "utf8")) as Report };
}

/** One test under a runner writes an order and forgets a receipt that cannot be written: that, and only that, is found. */
async function findsTheReceipt(project: string, ...command: string[]): Promise<void> {
  const { said, report } = await explored(`runners/${project}`, "--", ...command);
  const { findings, singles } = report;
  assert.deepEqual(singles, { planned: 2, done: 2 }, said);
  assert.deepEqual(
    findings.map(({ title, reproduced }) => [title, reproduced]),
    [["LOST EFFECT", 3]],
    said,
  );
  assert.match(findings[0]?.story ?? "", /receipts\[o1\] is not there/);
}

test("explore runs node:test", () => findsTheReceipt("node-test", "node", "--test"));
test("explore runs Vitest", () => findsTheReceipt("vitest", "vitest", "run"));
test("explore runs Jest", needs("jest"), () => findsTheReceipt("jest", "jest"));
test("explore runs pytest", needs("pytest"), () =>
  findsTheReceipt("pytest", "python3", "-m", "pytest", "-q"),
);
test("explore runs JUnit by Maven", needs("mvn", "javac"), () =>
  findsTheReceipt("maven", "mvn", "-q", "-B", "test"),
);

/** Of three tests one only orders, one forgets the receipt, and one makes no call: the second is found, by itself, and replays so. */
async function findsTheTest(project: string, name: string, list: readonly string[], ...command: string[]) {
  const { said, report } = await explored(`per-test/${project}`, "--per-test", ...list, "--", ...command);
  const { findings, singles, tests } = report;
  assert.deepEqual(singles, { planned: 2, done: 2 }, said);
  assert.equal(tests?.all, 3, said);
  assert.equal(tests.withoutCalls.length, 1, said);
  assert.deepEqual(
    findings.map(({ title, reproduced, tests: found }) => [title, reproduced, found]),
    [["LOST EFFECT", 3, [name]]],
    said,
  );
  const [{ id, command: its }] = findings as [Report["findings"][number]];
  assert.match(
    (await explored(`per-test/${project}`, "--replay", id, "--", ...its)).said,
    /receipts\[o1\] is not there/,
  );
}

test("explore runs each test of node:test by itself", () =>
  findsTheTest("node-test", "shop.test.cjs > writes a receipt", [], "node", "--test"));
test("explore runs each test of npm test by itself, where that is Vitest", () =>
  findsTheTest("vitest", "shop.test.mjs > the shop > writes a receipt", [], "npm", "test"));
test("explore runs each test of pytest by itself", needs("pytest"), () =>
  findsTheTest(
    "pytest",
    "test_shop.py::TestReceipts::test_writes_a_receipt",
    ...([[], "python3", "-m", "pytest", "-q", "test_shop.py"] as const),
  ),
);
test("explore runs each test that a command lists by itself", () =>
  findsTheTest(
    "node-test",
    "receipt",
    ["printf 'order\\nreceipt\\ntotal\\n'"],
    ...["node", "-e", "require('../shop.cjs')['{test}']('o1')"],
  ));
