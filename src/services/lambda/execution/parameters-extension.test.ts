import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Lambda } from "@aws-sdk/client-lambda";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { SSM } from "@aws-sdk/client-ssm";
import { clientOptions, newAccount, testCloud } from "../../../../test/cloud.ts";
import { zipOf } from "../functions.fixture.ts";

const cloud = await testCloud();
after(() => cloud.stop());

const LAYER = "arn:aws:lambda:us-east-1:177933569100:layer:AWS-Parameters-and-Secrets-Lambda-Extension:12";
const SOURCE = `
const port = process.env.PARAMETERS_SECRETS_EXTENSION_HTTP_PORT ?? 2773;
export const handler = async ({ path, token = process.env.AWS_SESSION_TOKEN }) => {
  const response = await fetch("http://localhost:" + port + path, { headers: { "X-Aws-Parameters-Secrets-Token": token } });
  return { status: response.status, body: await response.text() };
};`;

/** A function with the extension's layer, that asks it for a path. */
async function reader(Variables: Record<string, string> = {}) {
  const account = newAccount();
  const client = clientOptions(cloud, account);
  const lambda = new Lambda(client);
  await lambda.createFunction({
    FunctionName: "reader",
    Runtime: "nodejs22.x",
    Handler: "index.handler",
    Role: `arn:aws:iam::${account}:role/reader`,
    Code: { ZipFile: await zipOf({ "index.mjs": SOURCE }) },
    Layers: [LAYER],
    Environment: { Variables },
    Timeout: 30,
  });
  const ask = async (path: string, more: object = {}) => {
    const { Payload } = await lambda.invoke({
      FunctionName: "reader",
      Payload: Buffer.from(JSON.stringify({ path, ...more })),
    });
    return JSON.parse(Buffer.from(Payload!).toString()) as { status: number; body: string };
  };
  return { account, secrets: new SecretsManager(client), ssm: new SSM(client), ask };
}

test("a function reads secrets and parameters from the extension's port, and keeps them for a while", async () => {
  const { account, secrets, ssm, ask } = await reader();
  await secrets.createSecret({ Name: "db", SecretString: "first" });
  const read = async () =>
    (JSON.parse((await ask("/secretsmanager/get?secretId=db")).body) as { SecretString: string })
      .SecretString;
  assert.equal(await read(), "first");
  await secrets.putSecretValue({ SecretId: "db", SecretString: "second" });
  assert.equal(await read(), "first");
  await cloud.clock.advance("PT301S");
  assert.equal(await read(), "second");
  const previous = await ask("/secretsmanager/get?secretId=db&versionStage=AWSPREVIOUS");
  assert.match(previous.body, /"SecretString":"first"/);

  await ssm.putParameter({ Name: "/shop/url", Type: "SecureString", Value: "hidden" });
  await ssm.labelParameterVersion({ Name: "/shop/url", Labels: ["live"] });
  const { body } = await ask(
    "/systemsmanager/parameters/get?name=%2Fshop%2Furl&label=live&withDecryption=true",
  );
  const { Parameter } = JSON.parse(body) as { Parameter: { Value: string; Selector: string } };
  assert.deepEqual([Parameter.Value, Parameter.Selector], ["hidden", ":live"]);

  // It asks in the function's name.
  await secrets.putResourcePolicy({
    SecretId: "db",
    ResourcePolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Deny",
          Principal: { AWS: `arn:aws:iam::${account}:role/reader` },
          Action: "secretsmanager:GetSecretValue",
          Resource: "*",
        },
      ],
    }),
  });
  await cloud.clock.advance("PT301S");
  const denied = await ask("/secretsmanager/get?secretId=db");
  assert.equal(denied.status, 400);
  assert.match(denied.body, /AccessDeniedException/);
});

test("who is no function hears 401, and what AWS refuses 400", async () => {
  const { ask } = await reader({ SECRETS_MANAGER_TTL: "0" });
  assert.equal((await ask("/secretsmanager/get?secretId=db", { token: "none" })).status, 401);
  const missing = await ask("/secretsmanager/get?secretId=none");
  assert.equal(missing.status, 400);
  assert.match(missing.body, /ResourceNotFoundException/);
  assert.equal((await ask("/other")).status, 404);
});
