import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { testCloud } from "../cloud.ts";

const CLI = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const cloud = await testCloud();
const folder = await mkdtemp(join(tmpdir(), "squall-test-"));
after(async () => {
  await cloud.stop();
  await rm(folder, { recursive: true, force: true });
});

function squallTest(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ["--conditions=squall-source", CLI, "test", ...args, "--url", cloud.url],
      { cwd: folder },
      (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

await writeFile(
  join(folder, "outage.json"),
  JSON.stringify({
    actions: {
      outage: {
        actionId: "squall:api:error",
        parameters: { service: "sqs", kind: "unavailable", duration: "PT2S" },
        targets: {},
      },
    },
  }),
);
const checks = (sustained: boolean) => `checks:
  - name: queues can be listed
    aws: sqs.ListQueues
    expect: not_null(QueueUrls, \`true\`)
    sustained: ${sustained}
  - name: tables can be listed
    aws: dynamodb.ListTables
    expect: TableNames == \`[]\`
    sustained: true
`;

test("what recovers in time is good, unless it was to be sustained", async () => {
  await writeFile(join(folder, "recovers.yaml"), checks(false));
  const { code, out, err } = await squallTest(
    "outage.json",
    "--steady-state",
    "recovers.yaml",
    "--junit",
    "v.xml",
    "--md",
    "v.md",
  );
  assert.equal(code, 0, out + err);
  assert.match(
    out,
    /2 checks hold before it[\s\S]*refuted: queues can be listed[\s\S]*experiment: completed/,
  );
  assert.match(out, /good {2}queues can be listed: recovered in \d+\.\d s/);
  assert.match(out, /good {2}tables can be listed: sustained/);
  assert.match(await readFile(join(folder, "v.xml"), "utf8"), /tests="3" failures="0"/);
  assert.match(
    await readFile(join(folder, "v.md"), "utf8"),
    /\| good \| tables can be listed \| sustained \|/,
  );
  await writeFile(join(folder, "sustained.yaml"), checks(true));
  const strict = await squallTest("outage.json", "--steady-state", "sustained.yaml");
  assert.equal(strict.code, 1);
  assert.match(strict.out, /FAILED {2}queues can be listed: recovered/);
});

test("what does not hold before the experiment, or cannot be read, is said", async () => {
  await writeFile(join(folder, "never.yaml"), "checks: [{ aws: sqs.ListQueues, expect: QueueUrls }]");
  const never = await squallTest("outage.json", "--steady-state", "never.yaml");
  assert.deepEqual([never.code, never.out], [1, ""]);
  assert.match(never.err, /Before the experiment "aws sqs.ListQueues" does not hold/);
  const none = await squallTest("none.json", "--steady-state", "recovers.yaml");
  assert.match(none.err, /none\.json cannot be read as a template/);
});
