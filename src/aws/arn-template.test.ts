import assert from "node:assert/strict";
import { test } from "node:test";
import { ArnTemplate } from "./arn-template.ts";

const PLACE = { account: "123456789012", region: "us-east-1" };

test("an ARN is filled from names and the place, in the region's partition", () => {
  const queue = new ArnTemplate("arn:{partition}:sqs:{region}:{account}:{QueueName}");
  assert.equal(queue.fill({ QueueName: "orders" }, PLACE), "arn:aws:sqs:us-east-1:123456789012:orders");
  const elsewhere = { QueueName: "orders", region: "cn-north-1", account: "999999999999" };
  assert.equal(queue.fill(elsewhere, PLACE), "arn:aws-cn:sqs:cn-north-1:999999999999:orders");
  assert.equal(queue.fill({}, PLACE), undefined);
});

test("an ARN is read back into its names", () => {
  const cases: [template: string, arn: string, names: Record<string, string> | undefined][] = [
    ["arn:{partition}:s3:::{Bucket}", "arn:aws:s3:::b", { partition: "aws", Bucket: "b" }],
    ["arn:{partition}:s3:::{Bucket}", "arn:aws:s3:::b/key", undefined],
    ["arn:{partition}:s3:::{Bucket}/{Key+}", "arn:aws:s3:::b/a/b:c", { Bucket: "b", Key: "a/b:c" }],
    [
      "arn:{partition}:iam::{account}:role{Path/}{RoleName}",
      "arn:aws:iam::1:role/service/admin",
      { Path: "/service/", RoleName: "admin" },
    ],
    [
      "arn:{partition}:iam::{account}:role{Path/}{RoleName}",
      "arn:aws:iam::1:role/admin",
      { Path: "/", RoleName: "admin" },
    ],
    [
      "arn:{partition}:logs:{region}:{account}:log-group:{name/}",
      "arn:aws:logs:r:1:log-group:/aws/f",
      { name: "/aws/f" },
    ],
    [
      "arn:{partition}:logs:{region}:{account}:log-group:{name/}",
      "arn:aws:logs:r:1:log-group:/aws/f:*",
      undefined,
    ],
    [
      "arn:{partition}:dynamodb:{region}:{account}:table/{TableName}",
      "arn:aws:dynamodb:r:1:table/T/index/I",
      undefined,
    ],
  ];
  for (const [template, arn, expected] of cases) {
    const names = new ArnTemplate(template).read(arn);
    if (expected === undefined) assert.equal(names, undefined, `${template} of ${arn}`);
    else assert.partialDeepStrictEqual({ ...names }, expected);
  }
});

test("a form meets a pattern that some ARN of it fits, and no other", () => {
  const QUEUE = "arn:{partition}:sqs:{region}:{account}:{QueueName}";
  const OBJECT = "arn:{partition}:s3:::{Bucket}/{Key+}";
  const GROUP = "arn:{partition}:logs:{region}:{account}:log-group:{name/}";
  const cases: [template: string, pattern: string, meets: boolean][] = [
    [QUEUE, "arn:aws:sqs:us-east-1:1:orders", true],
    [QUEUE, "arn:aws:sqs:us-east-1:1:*", true],
    [QUEUE, "arn:*", true],
    [QUEUE, "*", true],
    [QUEUE, "arn:*:orders", true],
    [QUEUE, "arn:*orders*dead", true],
    [QUEUE, "arn:aws:s?s:*", true],
    [QUEUE, "arn:aws:sns:*", false],
    [QUEUE, "arn:aws:sqs:us-east-1:1:", false],
    [QUEUE, "arn:aws:sqs:us-east-1:1:a/b", false],
    [QUEUE, "arn:aws:sqs:*/*", false],
    [QUEUE, "arn:aws:sqs:us-east-1:1:a:b", false],
    [OBJECT, "arn:aws:s3:::b", false],
    [OBJECT, "arn:aws:s3:::b/", false],
    [OBJECT, "arn:aws:s3:::b/?", true],
    [OBJECT, "arn:aws:s3:::b*", true],
    [OBJECT, "arn:aws:s3:::*/a/b:c", true],
    [GROUP, "arn:aws:logs:r:1:log-group:/aws/*", true],
    [GROUP, "arn:aws:logs:r:1:log-group:/aws/f:*", false],
  ];
  for (const [template, pattern, meets] of cases)
    assert.equal(new ArnTemplate(template).meets(pattern), meets, `${template} and ${pattern}`);
  // However many stars: each pair of places is looked at once.
  assert.equal(new ArnTemplate(OBJECT).meets(`arn:aws:s3:::${"*a".repeat(200)}!:`), true);
  assert.equal(new ArnTemplate(QUEUE).meets(`${"*a".repeat(200)}/`), false);
});
