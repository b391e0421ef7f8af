import assert from "node:assert/strict";
import { test } from "node:test";
import { SNS } from "@aws-sdk/client-sns";
import { SQS } from "@aws-sdk/client-sqs";
import { clientOptions } from "../../../test/cloud.ts";
import { newBucketName, s3Cloud } from "./fixture.test.ts";

const { cloud, bucket } = await s3Cloud();

const answerOf = (work: Promise<unknown>) =>
  work.then(
    () => "taken",
    (error: Error) => `${error.name}: ${error.message}`,
  );
const malformed =
  "MalformedXML: The XML you provided was not well-formed or did not validate against our published schema";

test("replication rules that AWS would not take are refused, in its words", async () => {
  const { s3, Bucket, enableVersioning } = await bucket();
  const copy = newBucketName();
  await s3.createBucket({ Bucket: copy });
  await s3.putBucketVersioning({ Bucket: copy, VersioningConfiguration: { Status: "Enabled" } });
  await enableVersioning();
  const rule = {
    Status: "Enabled" as const,
    Priority: 1,
    Filter: { Prefix: "p/" },
    DeleteMarkerReplication: { Status: "Enabled" as const },
    Destination: { Bucket: `arn:aws:s3:::${copy}` },
  };
  const put = (...Rules: object[]) =>
    answerOf(
      s3.putBucketReplication({
        Bucket,
        ReplicationConfiguration: {
          Role: "arn:aws:iam::000000000000:role/r",
          Rules: Rules.map((more) => ({ ...rule, ...more })),
        },
      }),
    );
  const refused = (message: string) => `InvalidRequest: ${message}`;
  const guide = "Please refer to S3 Developer Guide for more information.";
  const schema = (text: string) =>
    refused(`${text} for this version of Cross Region Replication configuration schema. ${guide}`);
  const first = { Filter: undefined, Prefix: "", Priority: undefined, DeleteMarkerReplication: undefined };
  for (const [rules, answer] of [
    [[{ Priority: undefined }], schema("Priority must be specified")],
    [[{ DeleteMarkerReplication: undefined }], schema("DeleteMarkerReplication must be specified")],
    [[{ ...first, Priority: 1 }], schema("Priority cannot be used")],
    [[{}, {}], refused("Found duplicate priority 1.")],
    [
      [
        { ID: "a", Priority: 1 },
        { ID: "a", Priority: 2 },
      ],
      "InvalidArgument: Rule Id must be unique",
    ],
    [
      [{ Filter: { Tag: { Key: "a", Value: "b" } } }],
      refused(`Delete marker replication is not supported if any Tag filter is specified. ${guide}`),
    ],
    [[{ Status: "On" }], malformed],
    [[{ Prefix: "" }], malformed],
    [[{ Destination: { Bucket: copy } }], "InvalidArgument: Invalid bucket ARN"],
    [
      [{ Destination: { Bucket: `arn:aws:s3:::${Bucket}` } }],
      refused("Destination bucket cannot be the same as the source bucket."),
    ],
    [[{ Destination: { Bucket: "arn:aws:s3:::is-not-there" } }], refused("Destination bucket must exist.")],
    [[{}, { Priority: 2, Filter: {} }], "taken"],
    [[first], "taken"],
  ] as const)
    assert.equal(await put(...rules), answer, JSON.stringify(rules));

  assert.equal(
    await answerOf(enableVersioning("Suspended")),
    "InvalidBucketState: A replication configuration is present on this bucket, so you cannot change the versioning state. To change the versioning state, first delete the replication configuration.",
  );
  await s3.deleteBucketReplication({ Bucket });
  assert.equal(await answerOf(enableVersioning("Suspended")), "taken");
});

test("notifications that AWS would not take are refused, in its words", async () => {
  const { s3, Bucket, account } = await bucket();
  const options = clientOptions(cloud, account);
  const sqs = new SQS(options);
  await sqs.createQueue({ QueueName: "q" });
  await sqs.createQueue({ QueueName: "q.fifo", Attributes: { FifoQueue: "true" } });
  await new SNS(options).createTopic({ Name: "t.fifo", Attributes: { FifoTopic: "true" } });
  const put = (NotificationConfiguration: object) =>
    answerOf(s3.putBucketNotificationConfiguration({ Bucket, NotificationConfiguration }));
  const one = (prefix: string, more: object = {}) => ({
    QueueArn: `arn:aws:sqs:us-east-1:${account}:q`,
    Events: ["s3:ObjectCreated:*"],
    Filter: { Key: { FilterRules: [{ Name: "prefix", Value: prefix }] } },
    ...more,
  });
  const FilterRules = ["a", "b"].map((Value) => ({ Name: "suffix", Value }));
  for (const [document, answer] of [
    [
      { QueueConfigurations: [one("a", { Id: "i" }), one("b", { Id: "i" })] },
      "InvalidArgument: Same ID used for multiple configurations. IDs must be unique.",
    ],
    [
      { QueueConfigurations: [one("a", { Filter: { Key: { FilterRules } } })] },
      "InvalidArgument: Cannot specify more than one suffix rule in a filter.",
    ],
    [
      { QueueConfigurations: [one("a", { QueueArn: `arn:aws:sqs:us-east-1:${account}:q.fifo` })] },
      "InvalidArgument: FIFO SQS queues are not supported.",
    ],
    [
      {
        TopicConfigurations: [
          { TopicArn: `arn:aws:sns:us-east-1:${account}:t.fifo`, Events: ["s3:ObjectCreated:*"] },
        ],
      },
      "InvalidArgument: FIFO SNS topics are not supported.",
    ],
    [{ QueueConfigurations: [one("a"), one("b")] }, "taken"],
  ] as const)
    assert.equal(await put(document), answer);
});

test("a website's routing rules have codes that mean something", async () => {
  const { s3, Bucket } = await bucket();
  const put = (Condition: object | undefined, Redirect: object) =>
    answerOf(
      s3.putBucketWebsite({
        Bucket,
        WebsiteConfiguration: {
          IndexDocument: { Suffix: "i" },
          RoutingRules: [{ ...(Condition && { Condition }), Redirect: { HostName: "h", ...Redirect } }],
        },
      }),
    );
  assert.equal(
    await put(undefined, { HttpRedirectCode: "200" }),
    "InvalidRequest: The provided HTTP redirect code (200) is not valid. Valid codes are 3XX except 300.",
  );
  assert.equal(
    await put({ HttpErrorCodeReturnedEquals: "301" }, {}),
    "InvalidRequest: The provided HTTP error code (301) is not valid. Valid codes are 4XX or 5XX.",
  );
  assert.equal(await put({ HttpErrorCodeReturnedEquals: "404" }, { HttpRedirectCode: "307" }), "taken");
});
