import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { newAccount, testCloud } from "../cloud.ts";
import { needs } from "../needs.ts";

const run = promisify(execFile);
const source = fileURLToPath(new URL("../sdks/java", import.meta.url));

test("the Java SDK speaks CBOR to Kinesis: values, times and errors", needs("mvn", "javac"), async () => {
  const folder = mkdtempSync(join(tmpdir(), "squall-sdk-java-"));
  await using cloud = await testCloud();
  try {
    cpSync(source, folder, { recursive: true });
    await run("mvn", ["-q", "-B", "dependency:copy-dependencies"], { cwd: folder, timeout: 300_000 });
    const path = join(folder, "target/dependency/*");
    await run("javac", ["-cp", path, "-d", folder, join(folder, "src/KinesisClientOfJava.java")]);
    const matching = { service: "kinesis", operation: "PutRecord", input: "PartitionKey == 'throttled'" };
    await cloud.faults.add({ ...matching, error: "throttle" });
    const refused = { service: "kinesis", operation: "ListStreams" };
    await cloud.faults.add({ ...refused, error: "AccessDeniedException" });
    const before = Date.now();
    const program = ["-cp", `${path}:${folder}`, "KinesisClientOfJava", cloud.url, newAccount()];
    const { stdout } = await run("java", program, { timeout: 60_000 });
    const said = Object.fromEntries(
      stdout
        .trim()
        .split("\n")
        .map((line) => line.split(/=(.*)/s).slice(0, 2)),
    );
    const { created, arrived, missing, ...others } = said as Record<string, string>;
    assert.deepEqual(others, {
      status: "ACTIVE",
      data: "[0, -1, 7]",
      throttled: "400 true",
      refused: "400 AccessDeniedException",
    });
    assert.match(missing!, /^400 Stream nothing under account \d+ not found\.$/);
    for (const time of [created, arrived]) {
      assert.ok(Number(time) >= before - 1000 && Number(time) <= Date.now() + 1000, time);
    }
    assert.equal(cloud.calls.of("kinesis").length, 8);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
