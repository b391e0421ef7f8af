import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { CreateFunctionCommand, InvokeCommand } from "@aws-sdk/client-lambda";
import { testCloud } from "../../../test/cloud.ts";
import { lambdaClient, payloadOf, ROLE } from "./functions.fixture.ts";

test("code in a local folder counts as it is, and anew when a file changes", async (t) => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud);
  const folder = mkdtempSync(join(tmpdir(), "squall-hot-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  // TypeScript runs as it is, too.
  const write = (result: number) =>
    writeFileSync(
      join(folder, "app.ts"),
      `export const handler = async (event: object): Promise<number> => ${result};`,
    );
  write(1);
  const Code = { S3Bucket: "hot-reload", S3Key: folder };
  const input = { FunctionName: "hot", Runtime: "nodejs24.x" as const, Handler: "app.handler", Role: ROLE };
  await lambda.send(new CreateFunctionCommand({ ...input, Code }));
  const invoke = async () => payloadOf(await lambda.send(new InvokeCommand({ FunctionName: "hot" })));
  assert.equal(await invoke(), 1);
  write(2);
  while ((await invoke()) !== 2);
  await assert.rejects(
    lambda.send(
      new CreateFunctionCommand({ ...input, FunctionName: "x", Code: { ...Code, S3Key: `${folder}/none` } }),
    ),
    { name: "InvalidParameterValueException", message: /must be the absolute path of one/ },
  );
  await using strict = await testCloud({ strict: true });
  await assert.rejects(lambdaClient(strict).send(new CreateFunctionCommand({ ...input, Code })), {
    name: "InvalidParameterValueException",
  });
});
