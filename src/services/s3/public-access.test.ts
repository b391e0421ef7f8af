import assert from "node:assert/strict";
import { test } from "node:test";
import { newAccount } from "../../../test/cloud.ts";
import { s3Cloud } from "./fixture.test.ts";

const { cloud, client, bucket } = await s3Cloud();

const statement = (Bucket: string, more: object) => ({
  Bucket,
  Policy: JSON.stringify({
    Version: "2012-10-17",
    Statement: {
      Effect: "Allow",
      Principal: "*",
      Action: "s3:GetObject",
      Resource: `arn:aws:s3:::${Bucket}/*`,
      ...more,
    },
  }),
});

test("what nobody has signed is refused, until a policy lets everybody in", async () => {
  const { s3, put, Bucket } = await bucket();
  await put("k", "data");
  const read = async () => {
    const response = await fetch(`${cloud.url}/${Bucket}/k`);
    return [response.status, (await response.text()).replace(/<RequestId>.*/s, "")];
  };
  const denied = [
    403,
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message>',
  ];
  assert.deepEqual(await read(), denied);
  await assert.rejects(s3.putBucketPolicy(statement(Bucket, {})), {
    name: "AccessDenied",
    message: /BlockPublicPolicy/,
  });
  await s3.deletePublicAccessBlock({ Bucket });
  await s3.putBucketPolicy(statement(Bucket, {}));
  assert.deepEqual(await read(), [200, "data"]);
  assert.equal((await fetch(`${cloud.url}/${Bucket}`)).status, 403, "the policy opens objects, no listing");
  await s3.putPublicAccessBlock({ Bucket, PublicAccessBlockConfiguration: { RestrictPublicBuckets: true } });
  assert.deepEqual(await read(), denied);
});

test("whether an object is there hears nobody who may not list the bucket", async () => {
  const { s3, Bucket } = await bucket();
  await s3.deletePublicAccessBlock({ Bucket });
  await s3.putBucketPolicy(statement(Bucket, {}));
  const statuses = async () => [
    (await fetch(`${cloud.url}/${Bucket}/none`)).status,
    (await fetch(`${cloud.url}/${Bucket}/none`, { method: "HEAD" })).status,
  ];
  assert.deepEqual(await statuses(), [403, 403]);
  await s3.putBucketPolicy(
    statement(Bucket, {
      Action: ["s3:GetObject", "s3:ListBucket"],
      Resource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`],
    }),
  );
  assert.deepEqual(await statuses(), [404, 404]);
});

test("an ACL opens an object, where ACLs are taken and not blocked", async () => {
  const { s3, put, Bucket } = await bucket({ ObjectOwnership: "ObjectWriter" });
  await assert.rejects(put("k", "data", { ACL: "public-read" }), {
    name: "AccessDenied",
    message: /BlockPublicAcls/,
  });
  await s3.deletePublicAccessBlock({ Bucket });
  await put("k", "data", { ACL: "public-read" });
  assert.equal((await fetch(`${cloud.url}/${Bucket}/k`)).status, 200);
  const enforced = await bucket();
  await assert.rejects(enforced.put("k", "data", { ACL: "public-read" }), {
    name: "AccessControlListNotSupported",
    message: "The bucket does not allow ACLs",
  });
});

test("an explicit Deny bites", async () => {
  const { s3, put, get, Bucket } = await bucket();
  await put("open", "x");
  await put("secret/k", "x");
  await s3.putBucketPolicy(
    statement(Bucket, { Effect: "Deny", Resource: `arn:aws:s3:::${Bucket}/secret/*` }),
  );
  assert.equal((await get("open")).text, "x");
  await assert.rejects(get("secret/k"), { name: "AccessDenied" });
  await s3.deleteBucketPolicy({ Bucket });
  assert.equal((await get("secret/k")).text, "x");
});

test("LocalStack's way is a setting", async () => {
  const other = await s3Cloud({ settings: { s3: { "allow-anonymous": true } } });
  const { put, Bucket } = await other.bucket();
  await put("k", "data");
  assert.equal((await fetch(`${other.cloud.url}/${Bucket}/k`)).status, 200);
});

test("a website has an index, an error page and redirects", async () => {
  const { s3, put, Bucket } = await bucket();
  await s3.deletePublicAccessBlock({ Bucket });
  await s3.putBucketPolicy(statement(Bucket, {}));
  const { port } = new URL(cloud.url);
  const host = `${Bucket}.s3-website.localhost.localstack.cloud:${port}`;
  const { request } = await import("node:http");
  const get = (path: string) =>
    new Promise<[number, string, string | undefined]>((resolve, reject) => {
      request({ host: "127.0.0.1", port, path, headers: { host } }, async (response) => {
        let text = "";
        for await (const chunk of response) text += chunk;
        resolve([response.statusCode!, text, response.headers.location]);
      })
        .on("error", reject)
        .end();
    });
  const [status, text] = await get("/");
  assert.equal(status, 404);
  assert.match(text, /<li>Code: NoSuchWebsiteConfiguration<\/li>/);
  await s3.putBucketWebsite({
    Bucket,
    WebsiteConfiguration: {
      IndexDocument: { Suffix: "index.html" },
      ErrorDocument: { Key: "error.html" },
      RoutingRules: [{ Condition: { KeyPrefixEquals: "old/" }, Redirect: { ReplaceKeyPrefixWith: "new/" } }],
    },
  });
  await put("index.html", "<h1>home</h1>", { ContentType: "text/html" });
  await put("docs/index.html", "docs");
  assert.deepEqual(await get("/"), [200, "<h1>home</h1>", undefined]);
  assert.deepEqual(await get("/docs"), [302, "", "/docs/"]);
  assert.deepEqual(await get("/docs/"), [200, "docs", undefined]);
  assert.deepEqual(await get("/old/page"), [301, "", `http://${host}/new/page`]);
  const [code, page] = await get("/none");
  assert.equal(code, 404);
  assert.match(page, /An Error Occurred While Attempting to Retrieve a Custom Error Document/);
  await put("error.html", "sorry");
  assert.deepEqual(await get("/none"), [404, "sorry", undefined]);
});

test("a browser posts a file, as far as its policy lets it", async () => {
  const { get, Bucket, account } = await bucket();
  const post = (conditions: unknown[], fields: Record<string, string>, file = "content") => {
    const policy = { expiration: new Date(Date.now() + 60_000).toISOString(), conditions };
    const form = new FormData();
    const signed = {
      ...fields,
      "x-amz-algorithm": "AWS4-HMAC-SHA256",
      "x-amz-credential": `${account}/20261128/us-east-1/s3/aws4_request`,
      "x-amz-date": "20261128T000000Z",
      policy: Buffer.from(JSON.stringify(policy)).toString("base64"),
      "x-amz-signature": "0",
    };
    for (const [name, value] of Object.entries(signed)) form.set(name, value);
    form.set("file", new Blob([file], { type: "text/plain" }), "a.txt");
    return fetch(`${cloud.url}/${Bucket}`, { method: "POST", body: form, redirect: "manual" });
  };
  const free = ["x-amz-algorithm", "x-amz-credential", "x-amz-date"].map((name) => [
    "starts-with",
    `$${name}`,
    "",
  ]);
  const conditions = [
    ...free,
    { bucket: Bucket },
    ["starts-with", "$key", "up/"],
    ["content-length-range", 1, 100],
  ];
  assert.equal((await post(conditions, { key: "up/${filename}" })).status, 204);
  assert.equal((await get("up/a.txt")).text, "content");
  const created = await post([...conditions, { success_action_status: "201" }], {
    key: "up/b",
    success_action_status: "201",
  });
  assert.equal(created.status, 201);
  assert.match(
    await created.text(),
    /<PostResponse><Location>.*<\/Location><Bucket>.*<\/Bucket><Key>up\/b<\/Key><ETag>/,
  );
  const redirected = await post([...conditions, ["eq", "$success_action_redirect", "http://x.test/"]], {
    key: "up/c",
    success_action_redirect: "http://x.test/",
  });
  assert.equal(redirected.status, 303);
  assert.match(redirected.headers.get("location")!, /^http:\/\/x\.test\/\?bucket=/);
  const refused = await post(conditions, { key: "down/a" });
  assert.equal(refused.status, 403);
  assert.match(await refused.text(), /Invalid according to Policy: Policy Condition failed: \[.*starts-with/);
  assert.match(await (await post(conditions, { key: "up/d" }, "x".repeat(101))).text(), /EntityTooLarge/);
  assert.match(
    await (await post(conditions, { key: "up/d", acl: "private" })).text(),
    /Extra input fields: acl/,
  );
  const unsigned = new FormData();
  unsigned.set("key", "k");
  unsigned.set("file", new Blob(["x"]), "a");
  const anonymous = await fetch(`${cloud.url}/${Bucket}`, { method: "POST", body: unsigned });
  assert.equal(anonymous.status, 403);
});

test("a bucket is reached by its host name", async () => {
  const { s3, put, Bucket } = await bucket();
  await s3.deletePublicAccessBlock({ Bucket });
  await s3.putBucketPolicy(statement(Bucket, {}));
  await put("a/k", "data");
  const { port } = new URL(cloud.url);
  const { request } = await import("node:http");
  for (const name of [
    "s3.localhost.localstack.cloud",
    "s3.us-east-1.localhost.localstack.cloud",
    "localhost",
    "s3.us-east-1.amazonaws.com",
  ]) {
    const text = await new Promise((resolve, reject) => {
      request(
        { host: "127.0.0.1", port, path: "/a/k", headers: { host: `${Bucket}.${name}:${port}` } },
        async (response) => {
          let all = "";
          for await (const chunk of response) all += chunk;
          resolve(all);
        },
      )
        .on("error", reject)
        .end();
    });
    assert.equal(text, "data", name);
  }
});

test("a stranger's client is signed, too: it may not have what is not its own only under --iam", async () => {
  const { put, Bucket } = await bucket();
  await put("k", "data");
  const { Body } = await client(newAccount()).getObject({ Bucket, Key: "k" });
  assert.equal(await Body!.transformToString(), "data");
});
