import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

const CLI = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const PROGRAM = fileURLToPath(new URL("../explore/workflow.mjs", import.meta.url));

let folder = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "squall-workflow-"));
});
after(() => rm(folder, { recursive: true, force: true }));

function squall(...args: string[]): Promise<{ code: number; said: string }> {
  return new Promise((resolve) => {
    const all = ["--conditions=squall-source", CLI, ...args];
    execFile(process.execPath, all, { cwd: folder }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, said: out + err }),
    );
  });
}

async function explore(variant: string) {
  const { code, said } = await squall(
    ...["explore", "--workers", "2", "--faults", "transient,outage", "--lock", `${variant}.lock`],
    ...["--report", `json=${variant}.json`, "--", process.execPath, PROGRAM, variant],
  );
  const report = JSON.parse(await readFile(join(folder, `${variant}.json`), "utf8"));
  return { code, said, ...(report as Report) };
}

interface Report {
  readonly remarks: readonly { readonly check: string; readonly where: string }[];
  readonly findings: readonly {
    readonly id: string;
    readonly title: string;
    readonly story: string;
    readonly reproduced: number;
    readonly strikes: readonly { readonly site: string; readonly fault: string }[];
  }[];
  readonly results: readonly { readonly verdict: string; readonly why?: string }[];
}

test("explore finds the object, the invoice and the message that a moment's outage costs", async () => {
  const { code, said, findings, results } = await explore("planted");
  assert.equal(code, 1, said);
  const found = findings.map(({ title, strikes: [strike] }) => [
    strike!.site
      .split(" > ")
      .at(-1)!
      .replace(/[~#].*/, ""),
    strike!.fault,
    title,
  ]);
  assert.deepEqual(found.sort(), [
    ["dynamodb.PutItem@invoices", "transient", "LOST EFFECT"],
    ["s3.PutObject@receipts", "outage", "LOST EFFECT"],
    ["sqs.SendMessage@mails", "transient", "NOT SURVIVED"],
  ]);
  assert.ok(
    findings.every(({ reproduced }) => reproduced === 3),
    said,
  );
  assert.match(said, /exit 0, but an execution of bill failed, although the first attempt is answered/);
  const { remarks } = JSON.parse(await readFile(join(folder, "planted.json"), "utf8")) as Report;
  const checks = remarks.map(({ check, where }) => `${check} ${where.split(":").at(-1)}`);
  assert.ok(
    checks.some((said) => said.startsWith("catch-swallows ")),
    checks.join(),
  );
  assert.match(said, /remarks {4}\d+ on the fault-free run[\s\S]*catch-swallows {2}/);
  // While the queue is down for good, an execution that fails is all that can be had.
  assert.ok(results.some(({ why }) => why === "an execution of bill failed"));
});

test("it finds nothing where the machine tries again and nothing is swallowed", async () => {
  const { code, said, findings } = await explore("mended");
  assert.deepEqual([code, findings], [0, []], said);
});

test("a finding that has been mended is said not to be there any more, and ends with 0", async () => {
  const { findings } = JSON.parse(await readFile(join(folder, "planted.json"), "utf8")) as Report;
  for (const { id, title, strikes } of findings) {
    const again = await squall("explore", "--replay", id, "--", process.execPath, PROGRAM, "mended");
    assert.equal(again.code, 0, again.said);
    const how = strikes[0]!.fault === "outage" ? /it fails cleanly \(exit 1\)/ : /the fault is survived/;
    assert.match(again.said, how, title);
  }
});
