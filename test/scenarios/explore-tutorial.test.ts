import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { buildFunctions } from "../../examples/product-api/build.ts";

const CLI = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const PRODUCT = fileURLToPath(new URL("../../examples/product-api/product.ts", import.meta.url));

let folder = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "squall-tutorial-"));
  await buildFunctions(join(folder, "build"));
});
after(() => rm(folder, { recursive: true, force: true }));

/** `squall explore --service dynamodb`, on the tutorial's application before or after it has its queue. */
async function explore(stage: "before" | "after") {
  const args = ["explore", "--service", "dynamodb", "--faults", "transient,outage", "--workers", "2"];
  const said = await new Promise<string>((resolve) => {
    execFile(
      process.execPath,
      [
        ...[
          "--conditions=squall-source",
          CLI,
          ...args,
          "--lock",
          `${stage}.lock`,
          "--report",
          `json=${stage}.json`,
        ],
        ...["--", process.execPath, PRODUCT, stage],
      ],
      { cwd: folder, env: { ...process.env, CODE: join(folder, "build") } },
      (_, out, err) => resolve(out + err),
    );
  });
  const { findings } = JSON.parse(await readFile(join(folder, `${stage}.json`), "utf8"));
  return { findings: findings as { title: string; story: string }[], said };
}

test("a product that is lost while DynamoDB is down is found before the tutorial's queue is there", async () => {
  const { findings, said } = await explore("before");
  assert.deepEqual(
    findings.map(({ title }) => title),
    ["LOST EFFECT"],
    said,
  );
  assert.match(findings[0]!.story, /Products\[prod-1003\] is not there/);
});

test("with the queue there is nothing to find", async () => {
  const { findings, said } = await explore("after");
  assert.deepEqual(findings, [], said);
  assert.match(said, /2\/2 singles, 2\/2 pairs/);
});
