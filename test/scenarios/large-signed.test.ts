import assert from "node:assert/strict";
import { test } from "node:test";
import { Lambda } from "@aws-sdk/client-lambda";
import { squallProcess } from "../squall-process.ts";

/* A body of 70 MB whose signature is checked is hashed with pauses: everybody else is answered meanwhile. */

const MOST_MS = 100;
const MB = 1024 * 1024;

test("nobody waits while the hash of 70 MB is checked, and another body is refused", {
  timeout: 240_000,
}, async (t) => {
  const rootKeys = [{ accessKeyId: "111122223333", secretAccessKey: "open-sesame" }];
  const squall = await squallProcess({ logLevel: "ERROR", verifySignatures: true, rootKeys });
  t.after(() => squall.stop());
  const { url: endpoint } = squall;
  const [credentials] = rootKeys;
  const lambda = new Lambda({ endpoint, region: "us-east-1", credentials: credentials!, maxAttempts: 1 });
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
    await squall.longestTurn();
    // Its signature holds: what is refused is the archive, which is none.
    await assert.rejects(create(), { name: "InvalidParameterValueException" });
    ms = Math.min(ms, await squall.longestTurn());
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
