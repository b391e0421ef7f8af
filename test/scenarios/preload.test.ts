import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { clientEnvironment, newAccount, testCloud } from "../cloud.ts";

/* `squall/preload`: what a program that knows no AWS_ENDPOINT_URL sends to AWS comes to Squall. */

const run = promisify(execFile);
const preload = new URL("../../runtimes/node/preload.mjs", import.meta.url).href;

/** A program that speaks to AWS by its own address, in each of the ways in which `node:https` is called. */
const PROGRAM = `
import https, { request } from "node:https";
const authorization = process.env.AUTHORIZATION;
const headers = { authorization, "content-type": "application/x-amz-json-1.0", "x-amz-target": "AmazonSQS.ListQueues" };
const host = "sqs.us-east-1.amazonaws.com";
const options = { method: "POST", path: "/", headers, agent: new https.Agent() };
const answer = (asked) => new Promise((resolve, reject) => {
  asked.on("error", reject).on("response", async (response) => {
    let text = "";
    for await (const chunk of response) text += chunk;
    resolve(JSON.parse(text).QueueUrls.length);
  }).end("{}");
});
console.log(await answer(https.request({ ...options, host, port: 443 })));
console.log(await answer(https.request({ ...options, hostname: host })));
console.log(await answer(https.request("https://" + host + "/", options)));
console.log(await answer(request(new URL("https://" + host), options)));
https.get("https://" + host + "/?Action=ListQueues", { headers: { authorization } }, (response) => console.log(response.statusCode));
`;

test("a program that knows AWS's own addresses only is led to Squall", async () => {
  await using cloud = await testCloud();
  const account = newAccount();
  const credentials = `Credential=${account}/20261128/us-east-1/sqs/aws4_request`;
  await cloud.call("sqs", "CreateQueue", { QueueName: "q" }, { account });
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", PROGRAM], {
    env: {
      ...clientEnvironment(cloud, account),
      NODE_OPTIONS: `--import ${preload}`,
      AUTHORIZATION: `AWS4-HMAC-SHA256 ${credentials}, SignedHeaders=host, Signature=0`,
    },
  });
  assert.deepEqual(stdout.trim().split("\n"), ["1", "1", "1", "1", "200"]);
});
