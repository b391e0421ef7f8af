import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { EventBridge } from "@aws-sdk/client-eventbridge";
import { IAM } from "@aws-sdk/client-iam";
import { Kinesis } from "@aws-sdk/client-kinesis";
import { KMS } from "@aws-sdk/client-kms";
import { Lambda } from "@aws-sdk/client-lambda";
import { S3 } from "@aws-sdk/client-s3";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { SNS } from "@aws-sdk/client-sns";
import { SQS } from "@aws-sdk/client-sqs";
import { SSM } from "@aws-sdk/client-ssm";
import type { Cloud } from "../../src/index.ts";
import { zipOf } from "../../src/services/lambda/functions.fixture.ts";
import { clientOptions, newAccount, testCloud } from "../cloud.ts";

/*
 * Operations that are about more than one resource, or are more than one action: sources and destinations, batches, what is made
 * with tags or a policy, what is read for the caller elsewhere. Each row says all that its caller must be allowed; taking away
 * any one of these must refuse the call (or that part of it), and nothing else is wanted.
 */

type Options = ReturnType<typeof clientOptions>;

interface Row {
  /** Makes what the operation needs, as the account's root; gives its names. */
  prepare?(root: Options, account: string): Promise<unknown>;
  /** @throws for a refusal, in part, too */
  call(user: Options, account: string): Promise<unknown>;
  /** Actions and what they are on, `{account}` filled in. */
  wants: readonly (readonly [action: string, resource: string])[];
}

const s3 = (options: Options) => new S3({ ...options, forcePathStyle: true });
const id = { id: { S: "1" } };
const table = (TableName: string) => ({
  TableName,
  AttributeDefinitions: [
    { AttributeName: "id", AttributeType: "S" as const },
    { AttributeName: "g", AttributeType: "S" as const },
  ],
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" as const }],
  BillingMode: "PAY_PER_REQUEST" as const,
  GlobalSecondaryIndexes: [
    {
      IndexName: "by-g",
      KeySchema: [{ AttributeName: "g", KeyType: "HASH" as const }],
      Projection: { ProjectionType: "ALL" as const },
    },
  ],
});

async function twoTables(root: Options) {
  for (const name of ["one", "two"]) await new DynamoDB(root).createTable(table(name));
}
async function twoBuckets(root: Options, account: string, more: object = {}) {
  for (const name of ["from", "to"]) await s3(root).createBucket({ Bucket: `${name}-${account}` });
  await s3(root).putObject({ Bucket: `from-${account}`, Key: "k", Body: "v", ...more });
}
const ONE = "arn:aws:dynamodb:us-east-1:{account}:table/one";
const TWO = "arn:aws:dynamodb:us-east-1:{account}:table/two";
const QUEUE = (name: string) => `arn:aws:sqs:us-east-1:{account}:${name}`;

/** @throws for the first error of a batch's answer */
const wholly = (errors: readonly { Message?: string | undefined }[] | undefined) => {
  if (errors?.[0]) throw new Error(errors[0].Message);
};

const ROWS: Readonly<Record<string, Row>> = {
  "s3 CopyObject": {
    prepare: twoBuckets,
    call: (user, account) =>
      s3(user).copyObject({ Bucket: `to-${account}`, Key: "c", CopySource: `from-${account}/k` }),
    wants: [
      ["s3:GetObject", "arn:aws:s3:::from-{account}/k"],
      ["s3:PutObject", "arn:aws:s3:::to-{account}/c"],
    ],
  },
  "s3 CopyObject of a version with tags": {
    prepare: (root, account) => twoBuckets(root, account, { Tagging: "a=b" }),
    call: (user, account) =>
      s3(user).copyObject({
        Bucket: `to-${account}`,
        Key: "c",
        CopySource: `from-${account}/k?versionId=null`,
      }),
    wants: [
      ["s3:GetObjectVersion", "arn:aws:s3:::from-{account}/k"],
      ["s3:GetObjectVersionTagging", "arn:aws:s3:::from-{account}/k"],
      ["s3:PutObject", "arn:aws:s3:::to-{account}/c"],
      ["s3:PutObjectTagging", "arn:aws:s3:::to-{account}/c"],
    ],
  },
  "s3 UploadPartCopy": {
    prepare: twoBuckets,
    async call(user, account) {
      const to = { Bucket: `to-${account}`, Key: "c" };
      const { UploadId } = await s3(user).createMultipartUpload(to);
      const part = { ...to, UploadId, PartNumber: 1, CopySource: `/from-${account}/k` };
      await s3(user).uploadPartCopy(part);
      await s3(user).abortMultipartUpload({ ...to, UploadId });
    },
    wants: [
      ["s3:GetObject", "arn:aws:s3:::from-{account}/k"],
      ["s3:PutObject", "arn:aws:s3:::to-{account}/c"],
      ["s3:AbortMultipartUpload", "arn:aws:s3:::to-{account}/c"],
    ],
  },
  "s3 PutObject that says more than its content": {
    prepare: twoBuckets,
    call: (user, account) =>
      s3(user).putObject({ Bucket: `to-${account}`, Key: "k", Body: "v", Tagging: "a=b", ACL: "private" }),
    wants: [
      ["s3:PutObject", "arn:aws:s3:::to-{account}/k"],
      ["s3:PutObjectTagging", "arn:aws:s3:::to-{account}/k"],
      ["s3:PutObjectAcl", "arn:aws:s3:::to-{account}/k"],
    ],
  },
  "s3 GetObjectAttributes": {
    prepare: twoBuckets,
    call: (user, account) =>
      s3(user).getObjectAttributes({
        Bucket: `from-${account}`,
        Key: "k",
        ObjectAttributes: ["ETag"],
      }),
    wants: [
      ["s3:GetObject", "arn:aws:s3:::from-{account}/k"],
      ["s3:GetObjectAttributes", "arn:aws:s3:::from-{account}/k"],
    ],
  },
  "s3 DeleteObjects": {
    prepare: twoBuckets,
    async call(user, account) {
      const Objects = [{ Key: "a" }, { Key: "arn:aws:s3:::another/key", VersionId: "null" }];
      wholly((await s3(user).deleteObjects({ Bucket: `from-${account}`, Delete: { Objects } })).Errors);
    },
    wants: [
      ["s3:DeleteObject", "arn:aws:s3:::from-{account}/a"],
      ["s3:DeleteObjectVersion", "arn:aws:s3:::from-{account}/arn:aws:s3:::another/key"],
    ],
  },
  "s3 through an access point": {
    async prepare(root, account) {
      await twoBuckets(root, account);
      const input = { AccountId: account, Name: "shop", Bucket: `from-${account}` };
      await cloud.call("s3control", "CreateAccessPoint", input, {
        account,
        as: `arn:aws:iam::${account}:root`,
      });
    },
    call: (user, account) =>
      s3(user).copyObject({
        Bucket: `to-${account}`,
        Key: "c",
        CopySource: `arn:aws:s3:us-east-1:${account}:accesspoint/shop/object/k`,
      }),
    wants: [
      ["s3:GetObject", "arn:aws:s3:us-east-1:{account}:accesspoint/shop/object/k"],
      ["s3:GetObject", "arn:aws:s3:::from-{account}/k"],
      ["s3:PutObject", "arn:aws:s3:::to-{account}/c"],
    ],
  },
  "dynamodb TransactWriteItems": {
    prepare: twoTables,
    call: (user) =>
      new DynamoDB(user).transactWriteItems({
        TransactItems: [
          { Put: { TableName: "one", Item: id } },
          {
            ConditionCheck: { TableName: "two", Key: id, ConditionExpression: "attribute_not_exists(id)" },
          },
        ],
      }),
    wants: [
      ["dynamodb:PutItem", ONE],
      ["dynamodb:ConditionCheckItem", TWO],
    ],
  },
  "dynamodb TransactGetItems": {
    prepare: twoTables,
    call: (user, account) =>
      new DynamoDB(user).transactGetItems({
        TransactItems: [
          { Get: { TableName: "one", Key: id } },
          { Get: { TableName: TWO.replace("{account}", account), Key: id } },
        ],
      }),
    wants: [
      ["dynamodb:GetItem", ONE],
      ["dynamodb:GetItem", TWO],
    ],
  },
  "dynamodb BatchGetItem": {
    prepare: twoTables,
    call: (user) =>
      new DynamoDB(user).batchGetItem({ RequestItems: { one: { Keys: [id] }, two: { Keys: [id] } } }),
    wants: [
      ["dynamodb:BatchGetItem", ONE],
      ["dynamodb:BatchGetItem", TWO],
    ],
  },
  "dynamodb BatchWriteItem": {
    prepare: twoTables,
    call: (user) =>
      new DynamoDB(user).batchWriteItem({
        RequestItems: {
          one: [{ PutRequest: { Item: id } }],
          two: [{ DeleteRequest: { Key: id } }],
        },
      }),
    wants: [
      ["dynamodb:BatchWriteItem", ONE],
      ["dynamodb:BatchWriteItem", TWO],
    ],
  },
  "dynamodb BatchExecuteStatement": {
    prepare: twoTables,
    async call(user, account) {
      const { Responses = [] } = await new DynamoDB(user).batchExecuteStatement({
        Statements: [
          { Statement: `SELECT * FROM"one"WHERE id='1'` },
          { Statement: `SELECT * FROM "${TWO.replace("{account}", account)}" WHERE id='1'` },
        ],
      });
      wholly(Responses.flatMap(({ Error: error }) => (error?.Code === "AccessDenied" ? [error] : [])));
    },
    wants: [
      ["dynamodb:PartiQLSelect", ONE],
      ["dynamodb:PartiQLSelect", TWO],
    ],
  },
  "dynamodb ExecuteTransaction": {
    async prepare(root) {
      await twoTables(root);
      await new DynamoDB(root).putItem({ TableName: "two", Item: id });
    },
    call: (user) =>
      new DynamoDB(user).executeTransaction({
        TransactStatements: [
          { Statement: `INSERT INTO"one"VALUE {'id':'${String(process.hrtime.bigint())}'}` },
          { Statement: `EXISTS(SELECT * FROM"two"WHERE id='1')` },
        ],
      }),
    wants: [
      ["dynamodb:PartiQLInsert", ONE],
      ["dynamodb:PartiQLSelect", TWO],
    ],
  },
  "dynamodb ExecuteStatement on an index": {
    prepare: twoTables,
    call: (user) =>
      new DynamoDB(user).executeStatement({ Statement: `SELECT " FROM two ", from FROM "one" . "by-g"` }),
    wants: [["dynamodb:PartiQLSelect", `${ONE}/index/by-g`]],
  },
  "dynamodb CreateTable with tags": {
    async call(user, account) {
      const TableName = `tagged-${account}`;
      await new DynamoDB(user).createTable({ ...table(TableName), Tags: [{ Key: "a", Value: "b" }] });
      await new DynamoDB({ ...user, credentials: clientOptions(cloud, account).credentials }).deleteTable({
        TableName,
      });
    },
    wants: [
      ["dynamodb:CreateTable", "arn:aws:dynamodb:us-east-1:{account}:table/tagged-{account}"],
      ["dynamodb:TagResource", "arn:aws:dynamodb:us-east-1:{account}:table/tagged-{account}"],
    ],
  },
  "events PutEvents on two buses": {
    prepare: (root) => new EventBridge(root).createEventBus({ Name: "other" }),
    call: (user) =>
      new EventBridge(user).putEvents({
        Entries: [undefined, "other"].map((EventBusName) => ({
          EventBusName,
          Source: "mine",
          DetailType: "t",
          Detail: "{}",
        })),
      }),
    wants: [
      ["events:PutEvents", "arn:aws:events:us-east-1:{account}:event-bus/default"],
      ["events:PutEvents", "arn:aws:events:us-east-1:{account}:event-bus/other"],
    ],
  },
  "events PutRule with tags": {
    call: (user) =>
      new EventBridge(user).putRule({
        Name: "r",
        EventPattern: '{"source":["a"]}',
        Tags: [{ Key: "a", Value: "b" }],
      }),
    wants: [
      ["events:PutRule", "arn:aws:events:us-east-1:{account}:rule/r"],
      ["events:TagResource", "arn:aws:events:us-east-1:{account}:rule/r"],
    ],
  },
  "sqs StartMessageMoveTask": {
    async prepare(root, account) {
      const sqs = new SQS(root);
      await sqs.createQueue({ QueueName: "dead" });
      await sqs.createQueue({ QueueName: "other" });
      const deadLetterTargetArn = QUEUE("dead").replace("{account}", account);
      const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 1 });
      await sqs.createQueue({ QueueName: "live", Attributes: { RedrivePolicy } });
    },
    call: (user, account) =>
      new SQS(user).startMessageMoveTask({
        SourceArn: QUEUE("dead").replace("{account}", account),
        DestinationArn: QUEUE("other").replace("{account}", account),
      }),
    wants: [
      ...["StartMessageMoveTask", "ReceiveMessage", "DeleteMessage", "GetQueueAttributes"].map(
        (action) => [`sqs:${action}`, QUEUE("dead")] as const,
      ),
      ["sqs:SendMessage", QUEUE("other")],
    ],
  },
  "sqs CreateQueue with tags": {
    call: (user) => new SQS(user).createQueue({ QueueName: "tagged", tags: { a: "b" } }),
    wants: [
      ["sqs:CreateQueue", QUEUE("tagged")],
      ["sqs:TagQueue", QUEUE("tagged")],
    ],
  },
  "sns CreateTopic with tags": {
    call: (user) => new SNS(user).createTopic({ Name: "tagged", Tags: [{ Key: "a", Value: "b" }] }),
    wants: [
      ["sns:CreateTopic", "arn:aws:sns:us-east-1:{account}:tagged"],
      ["sns:TagResource", "arn:aws:sns:us-east-1:{account}:tagged"],
    ],
  },
  "secretsmanager BatchGetSecretValue": {
    async prepare(root) {
      for (const Name of ["a", "b"]) await new SecretsManager(root).createSecret({ Name, SecretString: "v" });
    },
    async call(user) {
      const { Errors } = await new SecretsManager(user).batchGetSecretValue({ SecretIdList: ["a", "b"] });
      wholly(Errors);
    },
    wants: [
      ["secretsmanager:BatchGetSecretValue", "*"],
      ["secretsmanager:GetSecretValue", "arn:aws:secretsmanager:us-east-1:{account}:secret:a-*"],
      ["secretsmanager:GetSecretValue", "arn:aws:secretsmanager:us-east-1:{account}:secret:b-*"],
    ],
  },
  "ssm GetParameter of a secret": {
    prepare: (root) => new SecretsManager(root).createSecret({ Name: "a", SecretString: "v" }),
    call: (user) =>
      new SSM(user).getParameter({ Name: "/aws/reference/secretsmanager/a", WithDecryption: true }),
    wants: [
      ["ssm:GetParameter", "arn:aws:ssm:us-east-1:{account}:parameter/aws/reference/secretsmanager/a"],
      ["secretsmanager:GetSecretValue", "arn:aws:secretsmanager:us-east-1:{account}:secret:a-*"],
    ],
  },
  "kms ReEncrypt": {
    async prepare(root) {
      for (const AliasName of ["alias/from", "alias/to"]) {
        const { KeyMetadata } = await new KMS(root).createKey({});
        await new KMS(root).createAlias({ AliasName, TargetKeyId: KeyMetadata!.KeyId! });
      }
    },
    async call(user, account) {
      const root = new KMS(clientOptions(cloud, account));
      const { CiphertextBlob } = await root.encrypt({ KeyId: "alias/from", Plaintext: Buffer.from("x") });
      await new KMS(user).reEncrypt({ CiphertextBlob, DestinationKeyId: "alias/to" });
    },
    wants: [
      ["kms:ReEncryptFrom", "*"],
      ["kms:ReEncryptTo", "*"],
    ],
  },
  "lambda UpdateFunctionCode from S3": {
    async prepare(root, account) {
      await s3(root).createBucket({ Bucket: `code-${account}` });
      const zip = await zipOf({ "index.js": "exports.handler = async () => 1" });
      await s3(root).putObject({ Bucket: `code-${account}`, Key: "z", Body: zip });
      await new Lambda(root).createFunction({
        FunctionName: "f",
        Runtime: "nodejs22.x",
        Handler: "index.handler",
        Role: `arn:aws:iam::${account}:role/r`,
        Code: { ZipFile: zip },
      });
    },
    call: (user, account) =>
      new Lambda(user).updateFunctionCode({ FunctionName: "f", S3Bucket: `code-${account}`, S3Key: "z" }),
    wants: [
      ["lambda:UpdateFunctionCode", "arn:aws:lambda:us-east-1:{account}:function:f"],
      ["s3:GetObject", "arn:aws:s3:::code-{account}/z"],
    ],
  },
  "iam CreateUser with tags": {
    async call(user, account) {
      await new IAM(user).createUser({ UserName: "made", Tags: [{ Key: "a", Value: "b" }] });
      await new IAM(clientOptions(cloud, account)).deleteUser({ UserName: "made" });
    },
    wants: [
      ["iam:CreateUser", "arn:aws:iam::{account}:user/made"],
      ["iam:TagUser", "arn:aws:iam::{account}:user/made"],
    ],
  },
  "logs CreateLogGroup with tags": {
    async call(user, account) {
      await new CloudWatchLogs(user).createLogGroup({ logGroupName: "g", tags: { a: "b" } });
      await new CloudWatchLogs(clientOptions(cloud, account)).deleteLogGroup({ logGroupName: "g" });
    },
    wants: [
      ["logs:CreateLogGroup", "arn:aws:logs:us-east-1:{account}:log-group:g:*"],
      ["logs:TagResource", "arn:aws:logs:us-east-1:{account}:log-group:g:*"],
    ],
  },
  "kinesis CreateStream with tags": {
    async call(user, account) {
      await new Kinesis(user).createStream({ StreamName: "s", ShardCount: 1, Tags: { a: "b" } });
      await new Kinesis(clientOptions(cloud, account)).deleteStream({ StreamName: "s" });
    },
    wants: [
      ["kinesis:CreateStream", "arn:aws:kinesis:us-east-1:{account}:stream/s"],
      ["kinesis:AddTagsToStream", "arn:aws:kinesis:us-east-1:{account}:stream/s"],
    ],
  },
  "cloudwatch PutMetricAlarm with tags": {
    call: (user) =>
      new CloudWatch(user).putMetricAlarm({
        AlarmName: "arn:aws:cloudwatch:us-east-1:123456789012:alarm:another",
        MetricName: "m",
        Namespace: "n",
        Statistic: "Sum",
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: "GreaterThanThreshold",
        Tags: [{ Key: "a", Value: "b" }],
      }),
    wants: ["cloudwatch:PutMetricAlarm", "cloudwatch:TagResource"].map(
      (action) =>
        [
          action,
          "arn:aws:cloudwatch:us-east-1:{account}:alarm:arn:aws:cloudwatch:us-east-1:123456789012:alarm:another",
        ] as const,
    ),
  },
};

let cloud: Cloud;
before(async () => {
  cloud = await testCloud({ iam: "enforce" });
});
after(() => cloud.stop());

const statement = (Effect: "Allow" | "Deny", [Action, Resource]: readonly [string, string]) => ({
  Effect,
  Action,
  Resource,
});

async function outcomeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "allowed";
  } catch (error) {
    return (error as Error).message;
  }
}

test("an event from a source that may be put does not let in another from elsewhere", async () => {
  const account = newAccount();
  const iam = new IAM(clientOptions(cloud, account));
  await iam.createUser({ UserName: "ann" });
  const { AccessKey } = await iam.createAccessKey({ UserName: "ann" });
  const PolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: {
      Effect: "Allow",
      Action: "events:PutEvents",
      Resource: "*",
      Condition: { StringEquals: { "events:source": "mine" } },
    },
  });
  await iam.putUserPolicy({ UserName: "ann", PolicyName: "p", PolicyDocument });
  const events = new EventBridge({
    ...clientOptions(cloud, account),
    credentials: { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! },
  });
  const put = (...sources: string[]) =>
    events.putEvents({
      Entries: sources.map((Source) => ({ Source, DetailType: "t", Detail: "{}" })),
    });
  await put("mine", "mine");
  await assert.rejects(put("mine", "yours"), { name: "AccessDeniedException" });
});

for (const [name, { prepare, call, wants }] of Object.entries(ROWS)) {
  test(`${name} wants what it is, and no more`, async () => {
    const account = newAccount();
    const root = clientOptions(cloud, account);
    const iam = new IAM(root);
    await prepare?.(root, account);
    await iam.createUser({ UserName: "ann" });
    const { AccessKey } = await iam.createAccessKey({ UserName: "ann" });
    const user = {
      ...root,
      credentials: { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! },
    };
    const asked = wants.map(([action, on]) => [action, on.replaceAll("{account}", account)] as const);
    const withPolicy = async (...Statement: object[]) => {
      const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
      await iam.putUserPolicy({ UserName: "ann", PolicyName: "p", PolicyDocument });
      return outcomeOf(call(user, account));
    };
    const all = asked.map((one) => statement("Allow", one));
    for (const [at, one] of asked.entries()) {
      const refused = new RegExp(`not authorized to perform: ${one[0]} on resource: `, "i");
      const others = all.filter((_, i) => i !== at);
      if (others.length > 0) assert.match(await withPolicy(...others), refused, `without ${one}`);
      assert.match(await withPolicy(...all, statement("Deny", one)), /explicit deny/, `denied ${one}`);
    }
    assert.equal(await withPolicy(...all), "allowed");
  });
}
