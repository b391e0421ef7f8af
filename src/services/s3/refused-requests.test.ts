import assert from "node:assert/strict";
import { test } from "node:test";
import { s3Cloud } from "./fixture.test.ts";

const { cloud, bucket } = await s3Cloud();

const credential = (account: string) =>
  `AWS4-HMAC-SHA256 Credential=${account}/20300101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0`;

async function answerTo(account: string, method: string, path: string, body?: string) {
  const response = await fetch(`${cloud.url}${path}`, {
    method,
    headers: { authorization: credential(account) },
    ...(body !== undefined && { body }),
  });
  const text = await response.text();
  const of = (name: string) => new RegExp(`<${name}>(.*?)</${name}>`).exec(text)?.[1];
  return [response.status, of("Code"), of("Method"), of("ResourceType")].filter(Boolean).join(" ");
}

test("a document is one of its operation's", async () => {
  const { s3, account, Bucket } = await bucket();
  await s3.putBucketTagging({ Bucket, Tagging: { TagSet: [{ Key: "a", Value: "b" }] } });
  const put = (what: string, body: string) => answerTo(account, "PUT", `/${Bucket}?${what}`, body);
  assert.equal(await put("tagging", "<Other/>"), "400 MalformedXML");
  assert.equal(await put("tagging", ""), "400 MissingRequestBodyError");
  assert.equal(await put("notification", "<Other/>"), "400 MalformedXML");
  assert.equal(await put("versioning", "<Other><Status>Enabled</Status></Other>"), "400 MalformedXML");
  assert.equal(await put("acl", "<Other/>"), "400 MalformedACLError");
  assert.deepEqual((await s3.getBucketTagging({ Bucket })).TagSet, [{ Key: "a", Value: "b" }]);
  assert.equal(await put("tagging", '<t:Tagging xmlns:t="u"><t:TagSet/></t:Tagging>'), "200");
  await assert.rejects(s3.getBucketTagging({ Bucket }), { name: "NoSuchTagSet" });
});

test("nothing is posted to an object itself", async () => {
  const { put, account, Bucket } = await bucket();
  await put("k");
  assert.equal(await answerTo(account, "POST", `/${Bucket}/k`, "x"), "405 MethodNotAllowed POST OBJECT");
  const form = new FormData();
  form.set("key", "k");
  form.set("file", "content");
  const response = await fetch(`${cloud.url}/${Bucket}/k`, { method: "POST", body: form });
  assert.equal(response.status, 405);
});

test("what a form says before its file is short, and its tags are a document", async () => {
  const { s3, account, Bucket } = await bucket();
  const policy = {
    expiration: new Date(Date.now() + 60_000).toISOString(),
    conditions: ["key", "tagging", "x-amz-algorithm", "x-amz-credential", "x-amz-date"].map((name) => [
      "starts-with",
      `$${name}`,
      "",
    ]),
  };
  const post = async (fields: Record<string, string>) => {
    const form = new FormData();
    const all = {
      key: "k",
      "x-amz-algorithm": "AWS4-HMAC-SHA256",
      "x-amz-credential": `${account}/20300101/us-east-1/s3/aws4_request`,
      "x-amz-date": "20300101T000000Z",
      policy: Buffer.from(JSON.stringify(policy)).toString("base64"),
      "x-amz-signature": "0",
      ...fields,
    };
    for (const [name, value] of Object.entries(all)) form.set(name, value);
    form.set("file", new Blob(["content"]), "a.txt");
    const response = await fetch(`${cloud.url}/${Bucket}`, { method: "POST", body: form });
    return [response.status, /<Code>(.*?)</.exec(await response.text())?.[1]];
  };
  const tagging = (tags: string) => `<Tagging><TagSet>${tags}</TagSet></Tagging>`;
  assert.deepEqual(await post({ "x-ignore-a": "x".repeat(21_000) }), [
    400,
    "MaxPostPreDataLengthExceededError",
  ]);
  assert.deepEqual(await post({ tagging: "not a document" }), [400, "MalformedXML"]);
  assert.deepEqual(await post({ tagging: tagging("<Tag><Value>b</Value><Key>a&amp;</Key></Tag>") }), [
    400,
    "InvalidTag",
  ]);
  assert.deepEqual(await post({ tagging: tagging("<Tag><Value>b</Value><Key>a</Key></Tag>") }), [
    204,
    undefined,
  ]);
  assert.deepEqual((await s3.getObjectTagging({ Bucket, Key: "k" })).TagSet, [{ Key: "a", Value: "b" }]);
});
