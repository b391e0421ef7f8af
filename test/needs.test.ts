import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Botocore } from "./contract/botocore.ts";

/** A run of one test that needs the AWS CLI and Ruby, with only Node.js on the PATH. */
function bareRun(environment: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), "squall-needs-"));
  try {
    symlinkSync(process.execPath, join(folder, "node"));
    const file = join(folder, "a.test.ts");
    writeFileSync(
      file,
      `import { test } from "node:test";
       import { needs } from ${JSON.stringify(join(import.meta.dirname, "needs.ts"))};
       test("one that needs nothing", needs(), () => {});
       test("one that needs much", needs("aws", "ruby"), () => { throw new Error("it ran"); });`,
    );
    const reporter = `--test-reporter=${join(import.meta.dirname, "left-out.ts")}`;
    return spawnSync("node", ["--test", reporter, file], {
      env: { PATH: folder, ...environment },
      encoding: "utf8",
      timeout: 30_000,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test("what the machine lacks is left out by name, with what to install, and the run is green", () => {
  const { status, stdout } = bareRun({});
  assert.equal(status, 0);
  assert.match(stdout, /^ {2}aws \(python3 -m pip install awscli\)\n {4}one that needs much$/m);
  assert.match(stdout, /^ {2}ruby \(apt-get install ruby\)\n {4}one that needs much$/m);
  assert.doesNotMatch(stdout, /one that needs nothing/);
});

test("CI leaves nothing out", () => {
  assert.equal(bareRun({ CI: "true" }).status, 1);
});

test("a judge that does not start is a failure, not a silence", async (t) => {
  const path = process.env["PATH"];
  t.after(() => {
    process.env["PATH"] = path;
  });
  process.env["PATH"] = "";
  using botocore = new Botocore();
  const asked = () => botocore.serialize("sqs", "ListQueues", "json", {});
  await assert.rejects(asked(), /spawn(Sync)? python3 ENOENT/);
  await assert.rejects(asked(), /spawn(Sync)? python3 ENOENT/);
});
