import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

const CLI = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const PROGRAM = fileURLToPath(new URL("../explore/late-truths.mjs", import.meta.url));
/** What DynamoDB, Kinesis and Lambda do by right, and programs forget. */
const FAULTS = "stale-read,index-lag,conflict,race,expired-iterator,double-invoke";

let folder = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "squall-semantics-"));
});
after(() => rm(folder, { recursive: true, force: true }));

interface Finding {
  readonly title: string;
  readonly reproduced: number;
  readonly strikes: readonly { readonly site: string; readonly fault: string }[];
}

async function explore(variant: string): Promise<{ code: number; findings: Finding[]; said: string }> {
  const args = ["explore", "--workers", "2", "--faults", FAULTS, "--lock", `${variant}.lock`];
  const { code, said } = await new Promise<{ code: number; said: string }>((resolve) => {
    execFile(
      process.execPath,
      [
        ...["--conditions=squall-source", CLI, ...args, "--report", `json=${variant}.json`],
        ...["--", process.execPath, PROGRAM, variant],
      ],
      { cwd: folder },
      (error, out, err) => resolve({ code: error ? Number(error.code) : 0, said: out + err }),
    );
  });
  const { findings } = JSON.parse(await readFile(join(folder, `${variant}.json`), "utf8"));
  return { code, findings, said };
}

test("explore finds what is wrong under reads that are late, events that come twice and writes that were not first", async () => {
  const { code, findings, said } = await explore("planted");
  assert.equal(code, 1, said);
  const found = findings.map(({ title, strikes: [strike] }) => [
    strike!.fault,
    strike!.site.split(" > ").at(-1)!.replace(/~.*/, ""),
    title,
  ]);
  assert.deepEqual(found.sort(), [
    ["conflict", "dynamodb.TransactWriteItems@ledger", "LOST EFFECT"],
    ["double-invoke", "lambda.Invoke@counts", "DOUBLED EFFECT"],
    ["expired-iterator", "kinesis.GetRecords#1", "LOST EFFECT"],
    ["index-lag", "dynamodb.PutItem@customers", "DOUBLED EFFECT"],
    ["race", "dynamodb.UpdateItem@stock", "LOST EFFECT"],
    ["stale-read", "dynamodb.GetItem@stock", "NOT SURVIVED"],
    ["stale-read", "dynamodb.Query@customers", "DOUBLED EFFECT"],
  ]);
  assert.ok(
    findings.every(({ reproduced }) => reproduced === 3),
    said,
  );
});

test("it finds nothing where they are reckoned with", async () => {
  const { code, findings, said } = await explore("mended");
  assert.deepEqual([code, findings], [0, []], said);
});
