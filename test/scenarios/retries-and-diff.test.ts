import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { CreateTableCommand, DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { clientOptions, testCloud } from "../cloud.ts";

const CLI = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const cloud = await testCloud();
const other = await testCloud();
const folder = await mkdtemp(join(tmpdir(), "squall-diff-"));
after(async () => {
  await Promise.all([cloud.stop(), other.stop()]);
  await rm(folder, { recursive: true, force: true });
});

function squall(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ["--conditions=squall-source", CLI, ...args], (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

const dynamodb = (at: typeof cloud) =>
  new DynamoDBClient({ ...clientOptions(at, "000000000000"), maxAttempts: 4 });

async function count(at: typeof cloud, times: number): Promise<void> {
  for (let n = 0; n < times; n++)
    await dynamodb(at).send(
      new UpdateItemCommand({
        TableName: "stats",
        Key: { id: { S: "count" } },
        UpdateExpression: "ADD c :one",
        ExpressionAttributeValues: { ":one": { N: "1" } },
      }),
    );
}

for (const at of [cloud, other])
  await dynamodb(at).send(
    new CreateTableCommand({
      TableName: "stats",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    }),
  );

test("squall retries: attempts, waits within the SDK's formula, tokens, assertions", async () => {
  await cloud.faults.add({ service: "dynamodb", operation: "UpdateItem", error: "unavailable", times: 2 });
  await count(cloud, 1);
  const { code, out } = await squall("retries", "--url", cloud.url, "--json");
  assert.equal(code, 0);
  const report = JSON.parse(out);
  assert.equal(report.retried.length, 1);
  const [retried] = report.retried;
  assert.deepEqual(
    [retried.call, retried.attempts, retried.outcome],
    ["dynamodb.UpdateItem@stats", [503, 503, 200], "succeeded"],
  );
  assert.equal(retried.waitsMs.length, 2);
  assert.equal(report.amplification, 3);
  const good = await squall(
    "retries",
    "--url",
    cloud.url,
    "--assert",
    "attempts<=4, no-retry-on=4xx, amplification<=3",
  );
  assert.equal(good.code, 0, good.err);
  assert.match(good.out, /dynamodb\.UpdateItem@stats/);
  const bad = await squall("retries", "--url", cloud.url, "--assert", "attempts<=2, wait>=60000ms");
  assert.equal(bad.code, 1);
  assert.match(bad.err, /attempts was 3 \(attempts<=2\)[\s\S]*one wait was \d+ ms/);
  const wrong = await squall("retries", "--url", cloud.url, "--assert", "attempts=3");
  assert.equal(wrong.code, 1);
  assert.match(wrong.err, /--assert knows/);
});

test("a page shows attempts and waits of each call as a picture, with a table folded under it", async () => {
  const file = join(folder, "retries.html");
  const { code } = await squall("retries", "--url", cloud.url, "--assert", "attempts<=2", "--html", file);
  assert.equal(code, 1);
  const page = await readFile(file, "utf8");
  assert.ok(
    page.indexOf("<svg") > 0 && page.indexOf("<svg") < page.indexOf("<table"),
    "the picture is first",
  );
  assert.match(page, /<details><summary>In a table<\/summary>/);
  assert.match(page, /<title>waited [\d.]+ m?s, at most [\d.]+ m?s<\/title>/);
  assert.match(page, /What was asked for and does not hold/);
  assert.doesNotMatch(page, /<script|src=|https?:\/\//);
  const response = await fetch(`${cloud.url}/_squall/retries?format=html`);
  assert.match(response.headers.get("content-type") ?? "", /^text\/html/);
  assert.match(await response.text(), /aria-label="[^"]*dynamodb/);
  assert.equal((await fetch(`${cloud.url}/_squall/retries?format=pdf`)).status, 400);
});

test("the retries of one account come over HTTP, with what of an assertion does not hold", async () => {
  const retries = async (query: string): Promise<Record<string, unknown>> => {
    const response = await fetch(`${cloud.url}/_squall/retries${query}`);
    return { status: response.status, ...((await response.json()) as object) };
  };
  const all = await retries("?account=000000000000&assert=attempts<=2");
  assert.equal((all["retried"] as unknown[]).length, 1);
  assert.deepEqual(all["unmet"], ["attempts was 3 (attempts<=2)"]);
  assert.deepEqual((await retries(""))["unmet"], []);
  assert.deepEqual((await retries("?account=111122223333"))["calls"], 0);
  const wrong = await retries("?assert=attempts=3");
  assert.equal(wrong["status"], 400);
  assert.match(String(wrong["message"]), /knows attempts<=N/);
});

test("squall check sees the counter that counts each try", async () => {
  const { code, out } = await squall("check", "--url", cloud.url);
  assert.equal(code, 1);
  assert.match(out, /counts-again {2}dynamodb\.UpdateItem@stats\n {8}ADD c :one without a condition/);
  assert.equal((await squall("check", "--url", cloud.url, "--ignore", "counts-again")).code, 0);
  assert.match((await squall("check", "--ignore", "nonsense")).err, /There is no check "nonsense"/);
  assert.match((await squall("check", "--list")).out, /visibility-below-timeout/);
});

test("squall diff: in what two worlds differ, running or kept", async () => {
  await count(other, 3);
  const { code, out } = await squall("diff", cloud.url, other.url);
  assert.equal(code, 1);
  assert.equal(out, `stats[count].c is 3 (${cloud.url}: 1)\n`);
  const kept = join(folder, "world.json");
  await writeFile(kept, await (await fetch(`${other.url}/_squall/digest`)).text());
  const same = await squall("diff", kept, other.url);
  assert.deepEqual([same.code, same.out], [0, "They are the same.\n"]);
  assert.match((await squall("diff", CLI, other.url)).err, /cannot be read as a digest/);
});
