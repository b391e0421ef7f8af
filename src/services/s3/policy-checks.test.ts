import assert from "node:assert/strict";
import { test } from "node:test";
import model from "../../models/generated/s3.json" with { type: "json" };
import { actionOf } from "./actions.ts";
import { s3Cloud } from "./fixture.test.ts";
import { BUCKET_ACTIONS, OBJECT_ACTIONS } from "./policy-vocabulary.ts";

const { bucket } = await s3Cloud();

test("a policy that AWS would not understand is refused, in AWS's words", async () => {
  const { s3, Bucket } = await bucket();
  const arn = `arn:aws:s3:::${Bucket}`;
  const put = (Statement: unknown, more: object = {}) =>
    s3
      .putBucketPolicy({ Bucket, Policy: JSON.stringify({ Version: "2012-10-17", Statement, ...more }) })
      .then(
        () => "taken",
        (error: Error) => `${error.name}: ${error.message}`,
      );
  const good = {
    Effect: "Deny",
    Principal: { AWS: "123456789012" },
    Action: "s3:GetObject",
    Resource: `${arn}/*`,
  };
  const of = (more: object) => put({ ...good, ...more });
  const malformed = (message: string) => `MalformedPolicy: ${message}`;
  const [action, applies, principal, resource, condition] = [
    "Policy has invalid action",
    "Action does not apply to any resource(s) in statement",
    "Invalid principal in policy",
    "Policy has invalid resource",
    "Conditions do not apply to combination of actions and resources in statement",
  ].map(malformed) as [string, string, string, string, string];

  assert.equal(await put([]), malformed("Could not parse the policy: Statement is empty!"));
  assert.equal(
    await put(good, { Version: "2010-10-17" }),
    malformed("The policy must contain a valid version string"),
  );
  assert.equal(await put(good, { Other: 1 }), malformed("Unknown field Other"));
  for (const [more, answer] of [
    [{ condition: {} }, malformed("Unknown field condition")],
    [{ Action: "s3:HeadObject" }, action],
    [{ Action: "s3:ListAllMyBuckets" }, action],
    [{ Action: ["s3:GetObject", "sqs:SendMessage"] }, action],
    [{ Action: "GetObject" }, action],
    [{ Action: "s3:ListBucket" }, applies],
    [{ Action: ["s3:GetObject", "s3:ListBucket"] }, applies],
    [{ Resource: arn }, applies],
    [{ Resource: "*" }, resource],
    [{ Principal: "me" }, principal],
    [{ Principal: { AWS: "arn:aws:iam::123456789012:role/*" } }, principal],
    [{ Principal: { AWS: "me" } }, principal],
    [
      { Condition: { StringEqual: { "aws:SourceVpc": "v" } } },
      malformed("Invalid Condition type : StringEqual"),
    ],
    [{ Condition: { StringEquals: { "s3:x-acl": "v" } } }, malformed("Policy has an invalid condition key")],
    [{ Condition: { StringEquals: { "s3:prefix": "v" } } }, condition],
    [{ Action: "s3:*" }, "taken"],
    [{ Action: "s3:Get*", Resource: arn }, "taken"],
    [{ Action: "S3:getobject", Resource: `${arn}*` }, "taken"],
    [{ Action: ["s3:GetObject", "s3:ListBucket"], Resource: [arn, `${arn}/*`] }, "taken"],
    [{ Action: "s3:ListBucket", Resource: arn, Condition: { StringLike: { "s3:Prefix": "v" } } }, "taken"],
    [{ Principal: { Service: "logging.s3.amazonaws.com" } }, "taken"],
    [{ Principal: { AWS: ["arn:aws:sts::123456789012:assumed-role/r/s", "AROAEXAMPLE123456789"] } }, "taken"],
    [{ Condition: { Null: { "s3:RequestObjectTag/a": "true" } } }, "taken"],
  ] as const)
    assert.equal(await of(more), answer, JSON.stringify(more));
});

test("a policy is public where its conditions do not bound who may come", async () => {
  const { s3, Bucket } = await bucket();
  await s3.deletePublicAccessBlock({ Bucket });
  const isPublic = async (Condition?: object) => {
    const Statement = {
      Effect: "Allow",
      Principal: "*",
      Action: "s3:GetObject",
      Resource: `arn:aws:s3:::${Bucket}/*`,
      Condition,
    };
    await s3.putBucketPolicy({ Bucket, Policy: JSON.stringify({ Version: "2012-10-17", Statement }) });
    return (await s3.getBucketPolicyStatus({ Bucket })).PolicyStatus?.IsPublic;
  };
  for (const [condition, answer] of [
    [undefined, true],
    [{ Bool: { "aws:SecureTransport": "true" } }, true],
    [{ StringLike: { "aws:Referer": "https://example.com/*" } }, true],
    [{ StringNotEquals: { "aws:SourceVpc": "vpc-1" } }, true],
    [{ StringLike: { "aws:SourceVpc": "vpc-*" } }, true],
    [{ StringEquals: { "aws:SourceVpc": "vpc-1" } }, false],
    [{ IpAddress: { "aws:SourceIp": "0.0.0.0/1" } }, true],
    [{ IpAddress: { "aws:SourceIp": ["10.0.0.0/8", "2001:db8::/32"] } }, false],
  ] as const)
    assert.equal(await isPublic(condition), answer, JSON.stringify(condition));
});

test("every operation's action is one that policies may speak of", () => {
  const known: ReadonlySet<string> = new Set([...BUCKET_ACTIONS, ...OBJECT_ACTIONS]);
  // Of no bucket, or of directory buckets and Object Lambda, which have names and policies of their own.
  const others = "ListBuckets ListDirectoryBuckets CreateSession RenameObject WriteGetObjectResponse";
  const names = Object.keys(model.operations).filter((name) => !others.split(" ").includes(name));
  assert.deepEqual(
    names.filter((name) => !known.has(actionOf(name).toLowerCase())),
    [],
  );
});
