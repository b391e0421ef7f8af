import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import {
  DeleteFunctionCommand,
  DeleteLayerVersionCommand,
  GetFunctionCommand,
  type LambdaClient,
  PublishLayerVersionCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { testCloud } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import { createNodeFunction, lambdaClient, zipOf } from "./functions.fixture.ts";

function dataDirectory(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "squall-garbage-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const SOURCE = "export const handler = () => 1;";

function archives(dataDir: string): string[] {
  const folder = join(dataDir, "blobs", "lambda");
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** What is garbage is collected a moment later. */
async function collected(dataDir: string, wanted: number): Promise<void> {
  await until(
    () => archives(dataDir),
    ({ length }) => length === wanted,
  );
}

async function codeOf(lambda: LambdaClient, FunctionName: string): Promise<number> {
  const { Code } = await lambda.send(new GetFunctionCommand({ FunctionName }));
  const answer = await fetch(Code!.Location!);
  return answer.ok ? (await answer.arrayBuffer()).byteLength : 0;
}

test("The same code, created and deleted at once again and again, is there for whoever has it", async (t) => {
  const dataDir = dataDirectory(t);
  await using cloud = await testCloud({ dataDir });
  const lambda = lambdaClient(cloud);
  for (let round = 0; round < 15; round++) {
    const comeAndGo = [1, 2, 3].map(async (n) => {
      const FunctionName = `gone-${round}-${n}`;
      await createNodeFunction(lambda, FunctionName, SOURCE);
      await lambda.send(new DeleteFunctionCommand({ FunctionName }));
    });
    await Promise.all([...comeAndGo, createNodeFunction(lambda, `stays-${round}`, SOURCE)]);
    assert.ok((await codeOf(lambda, `stays-${round}`)) > 0, `round ${round}`);
    await lambda.send(new DeleteFunctionCommand({ FunctionName: `stays-${round}` }));
  }
  await collected(dataDir, 0);
});

test("Code that is replaced, or refused, is not kept", async (t) => {
  const dataDir = dataDirectory(t);
  await using cloud = await testCloud({ dataDir });
  const lambda = lambdaClient(cloud);
  await createNodeFunction(lambda, "f", SOURCE);
  await assert.rejects(createNodeFunction(lambda, "f", `${SOURCE} // twice`), /already exist/);
  const ZipFile = await zipOf({ "index.mjs": "export const handler = () => 2;" });
  await lambda.send(new UpdateFunctionCodeCommand({ FunctionName: "f", ZipFile, DryRun: true }));
  await collected(dataDir, 1);
  await lambda.send(new UpdateFunctionCodeCommand({ FunctionName: "f", ZipFile }));
  await collected(dataDir, 1);
  assert.ok((await codeOf(lambda, "f")) > 0);
});

test("Code of an update that failed is not kept once another update takes its place", async (t) => {
  const dataDir = dataDirectory(t);
  await using cloud = await testCloud({ dataDir });
  const lambda = lambdaClient(cloud);
  await createNodeFunction(lambda, "f", SOURCE);
  await cloud.faults.add({
    point: "lambda:function-state",
    effect: "fail",
    match: { operation: "InProgress" },
    times: 2,
  });
  for (const n of [2, 3]) {
    const ZipFile = await zipOf({ "index.mjs": `export const handler = () => ${n};` });
    await lambda.send(new UpdateFunctionCodeCommand({ FunctionName: "f", ZipFile }));
    await until(
      () => lambda.send(new GetFunctionCommand({ FunctionName: "f" })),
      ({ Configuration }) => Configuration?.LastUpdateStatus === "Failed",
    );
    await collected(dataDir, 2);
  }
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: "f", Timeout: 9 }));
  await collected(dataDir, 1);
  assert.ok((await codeOf(lambda, "f")) > 0);
});

test("A deleted layer's archive goes with the update by which the last function has it no more", async (t) => {
  const dataDir = dataDirectory(t);
  await using cloud = await testCloud({ dataDir });
  const lambda = lambdaClient(cloud);
  const { LayerVersionArn, Version } = await lambda.send(
    new PublishLayerVersionCommand({ LayerName: "l", Content: { ZipFile: await zipOf({ a: "b" }) } }),
  );
  await createNodeFunction(lambda, "f", SOURCE, { Layers: [LayerVersionArn!] });
  await lambda.send(new DeleteLayerVersionCommand({ LayerName: "l", VersionNumber: Version }));
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: "f", Layers: [] }));
  await collected(dataDir, 1);
});

test("A deleted layer's archive stays for as long as a function has it", async (t) => {
  const dataDir = dataDirectory(t);
  await using cloud = await testCloud({ dataDir });
  const lambda = lambdaClient(cloud);
  const { LayerVersionArn, Version } = await lambda.send(
    new PublishLayerVersionCommand({ LayerName: "l", Content: { ZipFile: await zipOf({ a: "b" }) } }),
  );
  await createNodeFunction(lambda, "f", SOURCE, { Layers: [LayerVersionArn!] });
  await createNodeFunction(lambda, "other", "export const handler = () => 3;");
  await lambda.send(new DeleteLayerVersionCommand({ LayerName: "l", VersionNumber: Version }));
  await lambda.send(new DeleteFunctionCommand({ FunctionName: "other" }));
  await collected(dataDir, 2);
  await lambda.send(new DeleteFunctionCommand({ FunctionName: "f" }));
  await collected(dataDir, 0);
});

test("An archive that a killed process has left is swept at the next start", async (t) => {
  const dataDir = dataDirectory(t);
  {
    await using cloud = await testCloud({ dataDir });
    await createNodeFunction(lambdaClient(cloud), "f", SOURCE);
  }
  const [kept] = archives(dataDir);
  writeFileSync(join(dataDir, "blobs", "lambda", `${"0".repeat(64)}.zip`), "left");
  await using cloud = await testCloud({ dataDir });
  assert.deepEqual(archives(dataDir), [kept]);
  assert.ok(cloud.url);
});

test("A start says how many functions' code is not there, and whose first", async (t) => {
  const dataDir = dataDirectory(t);
  {
    await using cloud = await testCloud({ dataDir });
    await createNodeFunction(lambdaClient(cloud), "lost", SOURCE);
  }
  rmSync(join(dataDir, "blobs", "lambda"), { recursive: true });
  const said: string[] = [];
  await using _ = await testCloud({ dataDir, log: ({ message }) => void said.push(message) });
  const line =
    /^lambda: 1 archive is not in \S+\/blobs\/lambda, the first that of arn:aws:lambda:\S+:function:lost: /;
  assert.equal(said.filter((message) => line.test(message)).length, 1, said.join("\n"));
});
