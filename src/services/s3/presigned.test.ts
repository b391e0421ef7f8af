import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { newAccount } from "../../../test/cloud.ts";
import { s3Cloud } from "./fixture.test.ts";

const { cloud, bucket, presign } = await s3Cloud();

const said = async (response: Response) => {
  const text = await response.text();
  const of = (name: string) => new RegExp(`<${name}>(.*?)</${name}>`, "s").exec(text)?.[1];
  return { status: response.status, code: of("Code"), message: of("Message"), of };
};

test("a presigned URL holds so long as it says", async () => {
  const { put, Bucket, account } = await bucket();
  await put("k", "data");
  const options = { account, expiresIn: 60, signingDate: new Date(Date.now() - 40_000) };
  assert.equal((await fetch(await presign("GET", `/${Bucket}/k`, options))).status, 200);
  const signingDate = new Date(Date.now() - 61_000);
  const { of, ...expired } = await said(
    await fetch(await presign("GET", `/${Bucket}/k`, { ...options, signingDate })),
  );
  assert.deepEqual(expired, { status: 403, code: "AccessDenied", message: "Request has expired" });
  assert.equal(of("X-Amz-Expires"), "60");
  const end = new Date(Math.floor(signingDate.getTime() / 1000) * 1000 + 60_000);
  assert.equal(of("Expires"), end.toISOString().replace(".000", ""));
  assert.ok(Date.parse(of("ServerTime")!) >= Date.parse(of("Expires")!));
});

test("a presigned URL without all of its signature is refused", async () => {
  const { Bucket, account } = await bucket();
  const url = (await presign("PUT", `/${Bucket}/k`, { account })).replace(/&X-Amz-Signature=[^&]*/, "");
  const { status, code, message } = await said(await fetch(url, { method: "PUT" }));
  assert.deepEqual([status, code], [400, "AuthorizationQueryParametersError"]);
  assert.equal(
    message,
    "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
  );
});

/** A presigned URL as old clients make it. */
function presignOld(url: string, account: string, secret: string, expires: number): string {
  const { pathname } = new URL(url);
  const text = `GET\n\n\n${expires}\n${pathname}`;
  const Signature = createHmac("sha1", secret).update(text).digest("base64");
  return `${url}?${new URLSearchParams({ AWSAccessKeyId: account, Signature, Expires: String(expires) })}`;
}

test("signatures of version 2 are checked, and end", async () => {
  const account = newAccount();
  const rootKeys = [{ accessKeyId: account, secretAccessKey: "test" }];
  const checking = await s3Cloud({ verifySignatures: true, rootKeys });
  const s3 = checking.client(account);
  const Bucket = "signed-by-version-2";
  await s3.createBucket({ Bucket });
  await s3.putObject({ Bucket, Key: "k", Body: "data" });
  const url = `${checking.cloud.url}/${Bucket}/k`;
  const later = Math.floor(Date.now() / 1000) + 60;
  assert.equal(await (await fetch(presignOld(url, account, "test", later))).text(), "data");
  const wrong = await said(await fetch(presignOld(url, account, "other", later)));
  assert.deepEqual([wrong.status, wrong.code], [403, "SignatureDoesNotMatch"]);
  assert.equal(
    wrong.message,
    "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
  );
  assert.equal(wrong.of("StringToSign"), `GET\n\n\n${later}\n/${Bucket}/k`);
  const unknown = await said(await fetch(presignOld(url, "AKIANONE", "x", later)));
  assert.deepEqual([unknown.status, unknown.code], [403, "InvalidAccessKeyId"]);
  const expired = await said(await fetch(presignOld(url, account, "test", later - 120)));
  assert.deepEqual([expired.status, expired.message], [403, "Request has expired"]);
});

test("a URL of version 2 says all of its signature, and is signed once", async () => {
  const { account, Bucket, put } = await bucket();
  await put("k", "private");
  const url = `${cloud.url}/${Bucket}/k`;
  const whole = presignOld(url, account, "test", Math.floor(Date.now() / 1000) + 60);
  assert.equal(await (await fetch(whole)).text(), "private");
  const parts = [
    403,
    "AccessDenied",
    "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters",
  ];
  for (const partial of [
    whole.replace(/AWSAccessKeyId=[^&]*&/, ""),
    whole.replace(/&Expires=.*/, ""),
    whole.replace(/Signature=[^&]*&/, ""),
    `${url}?Signature=x`,
  ]) {
    const { status, code, message } = await said(await fetch(partial));
    assert.deepEqual([status, code, message], parts, partial);
  }
  const twice = await said(await fetch(whole, { headers: { authorization: `AWS ${account}:x` } }));
  assert.deepEqual([twice.status, twice.code], [400, "InvalidArgument"]);
  assert.match(twice.message!, /^Only one auth mechanism allowed; /);
});

/** The fields of a form that an old or a new client has signed. */
function signedFields(
  version: 2 | 4,
  key: string,
  policy: string,
  account: string,
  secret: string,
): Record<string, string> {
  if (version === 2) {
    const signature = createHmac("sha1", secret).update(policy).digest("base64");
    return { key, policy, AWSAccessKeyId: account, signature };
  }
  const day = "20261128";
  let signing: Buffer | string = `AWS4${secret}`;
  for (const part of [day, "us-east-1", "s3", "aws4_request"])
    signing = createHmac("sha256", signing).update(part).digest();
  return {
    key,
    policy,
    "x-amz-algorithm": "AWS4-HMAC-SHA256",
    "x-amz-credential": `${account}/${day}/us-east-1/s3/aws4_request`,
    "x-amz-date": `${day}T000000Z`,
    "x-amz-signature": createHmac("sha256", signing).update(policy).digest("hex"),
  };
}

function formOf(fields: Readonly<Record<string, string>>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set("file", new Blob(["posted"]), "a.txt");
  return form;
}

const policyOf = (...conditions: unknown[]) =>
  Buffer.from(
    JSON.stringify({ expiration: new Date(Date.now() + 60_000).toISOString(), conditions }),
  ).toString("base64");

test("a form's policy is signed by whom it says", async () => {
  const account = newAccount();
  const checking = await s3Cloud({
    verifySignatures: true,
    rootKeys: [{ accessKeyId: account, secretAccessKey: "test" }],
  });
  const Bucket = "signed-forms";
  const s3 = checking.client(account);
  await s3.createBucket({ Bucket });
  for (const version of [2, 4] as const) {
    const names = version === 2 ? ["key"] : ["key", "x-amz-algorithm", "x-amz-credential", "x-amz-date"];
    const policy = policyOf(...names.map((name) => ["starts-with", `$${name}`, ""]));
    const post = async (secret: string, sent = policy, by = account) => {
      const fields = { ...signedFields(version, `v${version}`, policy, by, secret), policy: sent };
      const body = formOf(fields);
      return await said(await fetch(`${checking.cloud.url}/${Bucket}`, { method: "POST", body }));
    };
    assert.equal((await post("test")).status, 204);
    const { Body } = await s3.getObject({ Bucket, Key: `v${version}` });
    assert.equal(await Body!.transformToString(), "posted");
    for (const wrong of [await post("other"), await post("test", `x${policy}`)]) {
      assert.deepEqual([wrong.status, wrong.code], [403, "SignatureDoesNotMatch"]);
      assert.ok(wrong.of("StringToSignBytes"));
      assert.equal(wrong.of("AWSAccessKeyId"), account);
      assert.ok(wrong.of("HostId"));
    }
    assert.equal((await post("x", policy, "AKIANONE")).code, "InvalidAccessKeyId");
  }
});

test("a policy that is none, and conditions that are none, are refused, whatever they are", async () => {
  const { Bucket, account } = await bucket();
  const inAMinute = new Date(Date.now() + 60_000).toISOString();
  const anyKey = ["starts-with", "$key", ""];
  const policies: unknown[] = [
    ...[null, 5, "text", []],
    {},
    { expiration: 5, conditions: [] },
    ...[5, "text", {}].map((conditions) => ({ expiration: inAMinute, conditions })),
    ...[
      ...[null, 5, "text", [], {}, { a: 1, b: 2 }, ["other", "$key", "k"]],
      ...[["starts-with"], ["starts-with", "$key"], ["eq", 5, "k"], ["eq", "$key", { a: 1 }]],
      ...[["content-length-range"], ["content-length-range", 1], ["content-length-range", "a", "b"]],
    ].map((condition) => ({ expiration: inAMinute, conditions: [anyKey, condition] })),
  ];
  const post = async (policy: unknown, key = "k") => {
    const encoded = Buffer.from(JSON.stringify(policy)).toString("base64");
    const body = formOf(signedFields(2, key, encoded, account, "test"));
    return await said(await fetch(`${cloud.url}/${Bucket}`, { method: "POST", body }));
  };
  for (const policy of policies) {
    const { status, code } = await post(policy);
    assert.deepEqual([status, code], [400, "InvalidPolicyDocument"], JSON.stringify(policy));
  }
  // Fields that every object of JavaScript has are not of the form.
  for (const name of ["constructor", "toString", "__proto__"]) {
    const conditions = [anyKey, ["starts-with", `$${name}`, ""]];
    assert.equal((await post({ expiration: inAMinute, conditions })).code, "AccessDenied", name);
  }
  const { code, message } = await post({ expiration: inAMinute, conditions: [anyKey] }, "");
  assert.deepEqual([code, message], ["InvalidArgument", "User key must have a length greater than 0."]);
});

test("a form lacks no field of its signature", async () => {
  const { Bucket, account } = await bucket();
  const policy = policyOf(["starts-with", "$key", ""]);
  for (const [version, name, spelled] of [
    [4, "x-amz-signature", "X-Amz-Signature"],
    [4, "x-amz-algorithm", "X-Amz-Algorithm"],
    [2, "signature", "Signature"],
  ] as const) {
    const { [name]: _, ...fields } = signedFields(version, "k", policy, account, "test");
    const body = formOf(fields);
    const { status, message, of } = await said(
      await fetch(`${cloud.url}/${Bucket}`, { method: "POST", body }),
    );
    assert.equal(status, 400);
    assert.equal(
      message?.replaceAll("&apos;", "'"),
      `Bucket POST must contain a field named '${spelled}'.  If it is specified, please check the order of the fields.`,
    );
    assert.deepEqual([of("ArgumentName"), of("ArgumentValue")], [spelled, ""]);
  }
  const text = await said(
    await fetch(`${cloud.url}/${Bucket}`, {
      method: "POST",
      body: "x",
      headers: { "content-type": "text/html" },
    }),
  );
  assert.deepEqual([text.status, text.code], [412, "PreconditionFailed"]);
  assert.equal(text.of("Condition"), "Bucket POST must be of the enclosure-type multipart/form-data");
});

test("an explicit Deny bites in a browser's form, too", async () => {
  const { s3, Bucket, account } = await bucket();
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: {
      Effect: "Deny",
      Principal: "*",
      Action: "s3:PutObject",
      Resource: `arn:aws:s3:::${Bucket}/no/*`,
    },
  });
  await s3.putBucketPolicy({ Bucket, Policy });
  const policy = policyOf(["starts-with", "$key", ""]);
  const post = async (key: string) =>
    await fetch(`${cloud.url}/${Bucket}`, {
      method: "POST",
      body: formOf(signedFields(2, key, policy, account, "test")),
    });
  assert.equal((await post("yes/k")).status, 204);
  assert.equal((await post("no/k")).status, 403);
});
