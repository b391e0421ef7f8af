import assert from "node:assert/strict";
import { test } from "node:test";
import { InvokeCommand } from "@aws-sdk/client-lambda";
import { testCloud } from "../../../test/cloud.ts";
import { createNodeFunction, lambdaClient, payloadOf, zipOf } from "./functions.fixture.ts";

test("without a sandbox, errors and logs have AWS's paths, and variables that name files lead to them", async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud);
  const source = `import { readFileSync } from "node:fs";
console.log("loaded from", import.meta.url);
export const handler = async (event) => {
  if (event.fail) throw new Error("cannot do " + import.meta.dirname);
  return { setting: readFileSync(process.env.SETTINGS, "utf8"), elsewhere: process.env.ELSEWHERE, wrapped: process.env.WRAPPED };
};`;
  const ZipFile = await zipOf({
    "index.mjs": source,
    "conf/settings.txt": "set",
    wrapper: { body: '#!/bin/sh\nWRAPPED=yes exec "$@"\n', mode: 0o100755 },
  });
  await createNodeFunction(lambda, "reads", source, {
    Code: { ZipFile },
    Environment: {
      Variables: {
        AWS_LAMBDA_EXEC_WRAPPER: "/var/task/wrapper",
        SETTINGS: "/var/task/conf/settings.txt",
        ELSEWHERE: "/var/task/none:/optional",
      },
    },
  });
  const Payload = JSON.stringify({ fail: true });
  const failed = await lambda.send(new InvokeCommand({ FunctionName: "reads", Payload, LogType: "Tail" }));
  const { errorMessage, trace } = payloadOf(failed) as { errorMessage: string; trace: string[] };
  assert.equal(errorMessage, "cannot do /var/task");
  assert.match(trace[1]!, /at (Runtime\.)?handler \(file:\/\/\/var\/task\/index\.mjs:4:25\)/);
  const log = Buffer.from(failed.LogResult ?? "", "base64").toString();
  assert.ok(log.includes("file:///var/task/index.mjs:4"), log);
  assert.deepEqual(
    payloadOf(await lambda.send(new InvokeCommand({ FunctionName: "reads", Payload: "{}" }))),
    {
      setting: "set",
      elsewhere: "/var/task/none:/optional",
      wrapped: "yes",
    },
  );
});
