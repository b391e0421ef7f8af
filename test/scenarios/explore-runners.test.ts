import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
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
  cpSync(fileURLToPath(new URL("../explore/runners", import.meta.url)), folder, { recursive: true });
  symlinkSync(MODULES, join(folder, "node_modules"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

interface Report {
  readonly findings: readonly {
    readonly title: string;
    readonly story: string;
    readonly reproduced: number;
  }[];
  readonly singles: { readonly planned: number; readonly done: number };
}

/** One test under a runner writes an order and forgets a receipt that cannot be written: that, and only that, is found. */
async function findsTheReceipt(project: string, ...command: string[]): Promise<void> {
  const cwd = join(folder, project);
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    PATH: [dirname(process.execPath), join(MODULES, ".bin"), process.env["PATH"]].join(":"),
    AWS_RETRY_MODE: "standard",
  };
  // This file runs under a runner itself, which tells those below it that they are parts of it.
  delete env["NODE_TEST_CONTEXT"];
  const args = ["--conditions=squall-source", CLI, "explore", "--workers", "2", "--faults", "outage"];
  const said = await new Promise<string>((resolve) => {
    execFile(
      process.execPath,
      [...args, "--report", "json=report.json", "--", ...command],
      { cwd, env },
      (_, out, err) => resolve(out + err),
    );
  });
  const { findings, singles } = JSON.parse(readFileSync(join(cwd, "report.json"), "utf8")) as Report;
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
