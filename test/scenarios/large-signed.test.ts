import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Lambda } from "@aws-sdk/client-lambda";

/* A body of 70 MB whose signature is checked is hashed with pauses: everybody else is answered meanwhile. */

const MOST_MS = 100;
const MB = 1024 * 1024;

test("nobody waits while the hash of 70 MB is checked, and another body is refused", {
  timeout: 240_000,
}, async (t) => {
  const server = fileURLToPath(new URL("../server-process.ts", import.meta.url));
  const rootKeys = [{ accessKeyId: "111122223333", secretAccessKey: "open-sesame" }];
  const options = JSON.stringify({ logLevel: "ERROR", verifySignatures: true, rootKeys });
  const child = fork(server, [options], { stdio: ["ignore", "pipe", "inherit", "ipc"] });
  t.after(() => child.kill());
  const [line] = (await once(child.stdout!, "data")) as [Buffer];
  const endpoint = line.toString().trim();
  const [credentials] = rootKeys;
  const lambda = new Lambda({ endpoint, region: "us-east-1", credentials: credentials!, maxAttempts: 1 });
  const longestTurn = async () => {
    child.send("longest turn");
    return ((await once(child, "message")) as [number])[0];
  };
  const create = () =>
    lambda.createFunction({
      FunctionName: "f",
      Runtime: "nodejs22.x",
      Handler: "index.handler",
      Role: "arn:aws:iam::111122223333:role/r",
      Code: { ZipFile: Buffer.alloc(50 * MB, "PK") },
    });
  await lambda.listFunctions({});
  let ms = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 3 && ms > MOST_MS; attempt++) {
    await longestTurn();
    // Its signature holds: what is refused is the archive, which is none.
    await assert.rejects(create(), { name: "InvalidParameterValueException" });
    ms = Math.min(ms, await longestTurn());
  }
  if (process.env["TELL"]) console.log(`${Math.round(ms)} ms`);
  assert.ok(ms <= MOST_MS, `others waited for ${Math.round(ms)} ms`);

  lambda.middlewareStack.add(
    (next) => (given) => {
      const request = given.request as { body: string };
      request.body = `${request.body.slice(0, -10)}x${request.body.slice(-9)}`;
      return next(given);
    },
    { step: "finalizeRequest", priority: "low", name: "forge" },
  );
  await assert.rejects(create(), { name: "InvalidSignatureException" });
});
