import assert from "node:assert/strict";
import { request } from "node:http";
import { after, before, test } from "node:test";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { DynamoDBStreams } from "@aws-sdk/client-dynamodb-streams";
import { Kinesis } from "@aws-sdk/client-kinesis";
import { KMS } from "@aws-sdk/client-kms";
import { S3 } from "@aws-sdk/client-s3";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { SNS } from "@aws-sdk/client-sns";
import { SQS } from "@aws-sdk/client-sqs";
import type { Cloud } from "../../src/index.ts";
import { clientOptions, newAccount, testCloud } from "../cloud.ts";

let cloud: Cloud;
before(async () => {
  cloud = await testCloud();
});
after(() => cloud.stop());

const deny = (Action: string | string[], Resource: string, more: object = {}) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Deny", Principal: "*", Action, Resource, ...more }],
  });

async function refusalOf(work: Promise<unknown>) {
  const error = await work.then(
    () => assert.fail("The call went through."),
    (reason) => reason as Error & { $metadata: { httpStatusCode: number } },
  );
  return { code: error.name, status: error.$metadata.httpStatusCode, message: error.message };
}

test("A queue that denies SendMessage is down for the JavaScript SDK, until the policy is lifted", async () => {
  const account = newAccount();
  const sqs = new SQS(clientOptions(cloud, account));
  const { QueueUrl } = await sqs.createQueue({ QueueName: "orders" });
  const arn = `arn:aws:sqs:us-east-1:${account}:orders`;
  await sqs.sendMessage({ QueueUrl, MessageBody: "before" });
  await sqs.setQueueAttributes({ QueueUrl, Attributes: { Policy: deny("sqs:SendMessage", arn) } });

  assert.deepEqual(await refusalOf(sqs.sendMessage({ QueueUrl, MessageBody: "x" })), {
    code: "AccessDenied",
    status: 403,
    message: `User: arn:aws:iam::${account}:root is not authorized to perform: sqs:sendmessage on resource: ${arn} with an explicit deny in a resource-based policy`,
  });
  const batch = sqs.sendMessageBatch({ QueueUrl, Entries: [{ Id: "a", MessageBody: "x" }] });
  assert.equal((await refusalOf(batch)).code, "AccessDenied");
  const { Messages } = await sqs.receiveMessage({ QueueUrl });
  assert.equal(Messages?.[0]?.Body, "before", "what is not denied goes on");

  await sqs.setQueueAttributes({ QueueUrl, Attributes: { Policy: "" } });
  await sqs.sendMessage({ QueueUrl, MessageBody: "after" });
});

test("A queue's Deny keeps a topic's deliveries out, if its conditions name the topic", async () => {
  const account = newAccount();
  const sqs = new SQS(clientOptions(cloud, account));
  const sns = new SNS(clientOptions(cloud, account));
  const { QueueUrl } = await sqs.createQueue({ QueueName: "inbox" });
  const queueArn = `arn:aws:sqs:us-east-1:${account}:inbox`;
  const [good, bad] = await Promise.all(
    ["good", "bad"].map(async (Name) => {
      const { TopicArn } = await sns.createTopic({ Name });
      await sns.subscribe({ TopicArn, Protocol: "sqs", Endpoint: queueArn });
      return TopicArn!;
    }),
  );
  const Condition = { ArnEquals: { "aws:SourceArn": bad }, StringEquals: { "aws:SourceAccount": account } };
  const Policy = deny("sqs:*", queueArn, { Principal: { Service: "sns.amazonaws.com" }, Condition });
  await sqs.setQueueAttributes({ QueueUrl, Attributes: { Policy } });
  await sns.publish({ TopicArn: bad, Message: "no" });
  await sns.publish({ TopicArn: good, Message: "yes" });
  const { Messages } = await sqs.receiveMessage({ QueueUrl, WaitTimeSeconds: 5, MaxNumberOfMessages: 10 });
  assert.deepEqual(
    Messages?.map(({ Body }) => JSON.parse(Body!).Message),
    ["yes"],
  );
  const refused = cloud.calls.of("sqs", "SendMessage").find(({ errorCode }) => errorCode !== undefined);
  assert.equal(refused?.errorCode, "AccessDenied");
});

test("A topic's Deny is an AuthorizationError, for PublishBatch, too", async () => {
  const account = newAccount();
  const sns = new SNS(clientOptions(cloud, account));
  const { TopicArn } = await sns.createTopic({ Name: "t" });
  await sns.setTopicAttributes({
    TopicArn,
    AttributeName: "Policy",
    AttributeValue: deny("SNS:Publish", TopicArn!),
  });
  const expected = {
    code: "AuthorizationErrorException",
    status: 403,
    message: `User: arn:aws:iam::${account}:root is not authorized to perform: sns:Publish on resource: ${TopicArn} with an explicit deny in a resource-based policy`,
  };
  assert.deepEqual(await refusalOf(sns.publish({ TopicArn, Message: "m" })), expected);
  const batch = sns.publishBatch({ TopicArn, PublishBatchRequestEntries: [{ Id: "a", Message: "m" }] });
  assert.deepEqual(await refusalOf(batch), expected);
});

test("A table's Deny is on the table, its index and its stream's own policy on the stream", async () => {
  const account = newAccount();
  const dynamodb = new DynamoDB(clientOptions(cloud, account));
  const { TableDescription } = await dynamodb.createTable({
    TableName: "orders",
    AttributeDefinitions: [
      { AttributeName: "id", AttributeType: "S" },
      { AttributeName: "g", AttributeType: "S" },
    ],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    BillingMode: "PAY_PER_REQUEST",
    GlobalSecondaryIndexes: [
      {
        IndexName: "by-g",
        KeySchema: [{ AttributeName: "g", KeyType: "HASH" }],
        Projection: { ProjectionType: "ALL" },
      },
    ],
    StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" },
  });
  const { TableArn: arn, LatestStreamArn } = TableDescription!;
  const put = (ResourceArn: string, Policy: string) => dynamodb.putResourcePolicy({ ResourceArn, Policy });
  const Item = { id: { S: "1" }, g: { S: "a" } };

  await put(arn!, deny(["dynamodb:PutItem", "dynamodb:Query"], arn!));
  assert.deepEqual(await refusalOf(dynamodb.putItem({ TableName: "orders", Item })), {
    code: "AccessDeniedException",
    status: 400,
    message: `User: arn:aws:iam::${account}:root is not authorized to perform: dynamodb:PutItem on resource: ${arn} with an explicit deny in a resource-based policy`,
  });
  const transaction = dynamodb.transactWriteItems({
    TransactItems: [{ Put: { TableName: "orders", Item } }],
  });
  assert.equal((await refusalOf(transaction)).code, "AccessDeniedException");
  const query = () =>
    dynamodb.query({
      TableName: "orders",
      IndexName: "by-g",
      KeyConditionExpression: "g = :g",
      ExpressionAttributeValues: { ":g": { S: "a" } },
    });
  await query();

  await put(arn!, deny("dynamodb:Query", `${arn}/index/*`));
  await dynamodb.putItem({ TableName: "orders", Item });
  const indexRefusal = await refusalOf(query());
  assert.match(indexRefusal.message, /dynamodb:Query on resource: \S+\/index\/by-g with an explicit deny/);

  const streams = new DynamoDBStreams(clientOptions(cloud, account));
  await streams.describeStream({ StreamArn: LatestStreamArn! });
  await put(LatestStreamArn!, deny("dynamodb:DescribeStream", LatestStreamArn!));
  const streamRefusal = await refusalOf(streams.describeStream({ StreamArn: LatestStreamArn! }));
  assert.equal(streamRefusal.code, "AccessDeniedException");

  await dynamodb.deleteResourcePolicy({ ResourceArn: arn! });
  await query();
});

test("A stream's Deny is a Kinesis AccessDeniedException", async () => {
  const account = newAccount();
  const kinesis = new Kinesis(clientOptions(cloud, account));
  await kinesis.createStream({ StreamName: "s", ShardCount: 1 });
  const ResourceARN = `arn:aws:kinesis:us-east-1:${account}:stream/s`;
  await kinesis.putResourcePolicy({ ResourceARN, Policy: deny("kinesis:PutRecord", ResourceARN) });
  const record = { StreamName: "s", Data: Buffer.from("d"), PartitionKey: "k" };
  const { code, status } = await refusalOf(kinesis.putRecord(record));
  assert.deepEqual([code, status], ["AccessDeniedException", 400]);
  await kinesis.deleteResourcePolicy({ ResourceARN });
  await kinesis.putRecord(record);
});

test("A resource policy of CloudWatch Logs denies what it names in its account and region", async () => {
  const account = newAccount();
  const logs = new CloudWatchLogs(clientOptions(cloud, account));
  for (const logGroupName of ["/app/a", "/app/b"]) {
    await logs.createLogGroup({ logGroupName });
    await logs.createLogStream({ logGroupName, logStreamName: "s" });
  }
  await logs.putResourcePolicy({
    policyName: "p",
    policyDocument: deny("logs:PutLogEvents", `arn:aws:logs:us-east-1:${account}:log-group:/app/a:*`),
  });
  const put = (logGroupName: string) =>
    logs.putLogEvents({
      logGroupName,
      logStreamName: "s",
      logEvents: [{ timestamp: cloud.clock.now(), message: "m" }],
    });
  assert.equal((await refusalOf(put("/app/a"))).code, "AccessDeniedException");
  await put("/app/b");
});

/** A GET of S3 under any name, signed as nobody checks. */
function getAt(account: string, host: string, path: string): Promise<string> {
  const authorization = `AWS4-HMAC-SHA256 Credential=${account}/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0`;
  const { port } = new URL(cloud.url);
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path, headers: { host, authorization } }, (answer) => {
      answer.setEncoding("utf8");
      let text = "";
      answer.on("data", (part: string) => {
        text += part;
      });
      answer.on("end", () => resolve(`${answer.statusCode} ${/<Code>(.*)<\/Code>/.exec(text)?.[1] ?? text}`));
    });
    asked.on("error", reject);
    asked.end();
  });
}

test("All of an account's policies on its log groups count, whichever was put last", async () => {
  const logs = new CloudWatchLogs(clientOptions(cloud));
  await logs.createLogGroup({ logGroupName: "/g" });
  const put = (policyName: string, action: string) =>
    logs.putResourcePolicy({ policyName, policyDocument: deny(`logs:${action}`, "*") });
  await put("first", "CreateLogStream");
  await put("second", "DescribeLogStreams");
  const create = (logStreamName: string) => logs.createLogStream({ logGroupName: "/g", logStreamName });
  const describe = () => logs.describeLogStreams({ logGroupName: "/g" });
  assert.equal((await refusalOf(create("a"))).code, "AccessDeniedException");
  assert.equal((await refusalOf(describe())).code, "AccessDeniedException");
  await logs.deleteResourcePolicy({ policyName: "second" });
  await describe();
  assert.equal((await refusalOf(create("a"))).code, "AccessDeniedException");
  await logs.deleteResourcePolicy({ policyName: "first" });
  await create("a");
});

test("A bucket's Deny bites however the object is named, and an access point's whoever comes by it", async () => {
  const account = newAccount();
  const s3 = new S3({ ...clientOptions(cloud, account), forcePathStyle: true });
  const Bucket = `from-${account}-b`;
  for (const name of [Bucket, `to-${account}-b`]) await s3.createBucket({ Bucket: name });
  const odd = "arn:aws:s3:::another/key";
  for (const Key of ["k", odd]) await s3.putObject({ Bucket, Key, Body: "v" });
  const control = (operation: string, input: object = {}) =>
    cloud.call(
      "s3control",
      operation,
      { AccountId: account, Name: "shop", ...input },
      {
        account,
        as: `arn:aws:iam::${account}:root`,
      },
    );
  const { Alias } = (await control("CreateAccessPoint", { Bucket })) as { Alias: string };
  const point = `arn:aws:s3:us-east-1:${account}:accesspoint/shop`;
  const copy = (CopySource: string) => s3.copyObject({ Bucket: `to-${account}-b`, Key: "c", CopySource });
  const said = (work: Promise<unknown>) =>
    work.then(
      () => "200",
      ({ name, $metadata }) => `${$metadata.httpStatusCode} ${name}`,
    );
  const byPoint = {
    alias: () => said(s3.getObject({ Bucket: Alias, Key: "k" })),
    host: () => getAt(account, `shop-${account}.s3-accesspoint.us-east-1.amazonaws.com`, "/k"),
    arn: () => getAt(account, "localhost", `/${encodeURIComponent(point)}/k`),
    copy: () => said(copy(`${point}/object/k`)),
  };
  const byBucket = {
    key: () => said(s3.getObject({ Bucket, Key: "k" })),
    "key like an ARN": () => said(s3.getObject({ Bucket, Key: odd })),
    version: () => said(s3.getObject({ Bucket, Key: "k", VersionId: "null" })),
    attributes: () => said(s3.getObjectAttributes({ Bucket, Key: "k", ObjectAttributes: ["ETag"] })),
    copy: () => said(copy(`/${Bucket}/k`)),
    "copy of a version": () => said(copy(`${Bucket}/k?versionId=null`)),
    host: () => getAt(account, `${Bucket}.s3.us-east-1.amazonaws.com`, "/k"),
  };
  const answers = async (ways: Record<string, () => Promise<string>>) => {
    const found: Record<string, string> = {};
    for (const [way, ask] of Object.entries(ways)) found[way] = await ask();
    return found;
  };
  const all = (ways: object, answer: string) =>
    Object.fromEntries(Object.keys(ways).map((way) => [way, answer]));

  await control("PutAccessPointPolicy", { Policy: deny("s3:GetObject", `${point}/object/*`) });
  assert.deepEqual(await answers(byPoint), all(byPoint, "403 AccessDenied"));
  assert.equal(await byBucket.key(), "200", "the point's policy is not the bucket's");
  await control("DeleteAccessPointPolicy");

  const Policy = deny(["s3:GetObject", "s3:GetObjectVersion"], `arn:aws:s3:::${Bucket}/*`);
  await s3.putBucketPolicy({ Bucket, Policy });
  assert.deepEqual(await answers(byBucket), all(byBucket, "403 AccessDenied"));
  assert.deepEqual(await answers(byPoint), all(byPoint, "403 AccessDenied"));

  const Condition = { StringEquals: { "s3:DataAccessPointArn": point } };
  await s3.putBucketPolicy({
    Bucket,
    Policy: deny("s3:GetObject", `arn:aws:s3:::${Bucket}/*`, { Condition }),
  });
  assert.deepEqual(await answers(byPoint), all(byPoint, "403 AccessDenied"));
  assert.equal(await byBucket.key(), "200", "the bucket's policy asks which way one comes");
});

test("S3 deletes of many objects those that may be deleted", async () => {
  const account = newAccount();
  const s3 = new S3({ ...clientOptions(cloud, account), forcePathStyle: true });
  const Bucket = `many-${account}`;
  await s3.createBucket({ Bucket });
  for (const Key of ["kept/a", "b"]) await s3.putObject({ Bucket, Key, Body: "v" });
  await s3.putBucketPolicy({ Bucket, Policy: deny("s3:DeleteObject", `arn:aws:s3:::${Bucket}/kept/*`) });
  const Objects = [{ Key: "kept/a" }, { Key: "b" }];
  const { Deleted, Errors } = await s3.deleteObjects({ Bucket, Delete: { Objects } });
  assert.deepEqual(Deleted, [{ Key: "b" }]);
  assert.deepEqual(
    Errors?.map(({ Key, Code }) => [Key, Code]),
    [["kept/a", "AccessDenied"]],
  );
  const { Contents } = await s3.listObjectsV2({ Bucket });
  assert.deepEqual(
    Contents?.map(({ Key }) => Key),
    ["kept/a"],
  );
});

test("A table's Deny bites in every form that a PartiQL statement can have", async () => {
  const account = newAccount();
  const dynamodb = new DynamoDB(clientOptions(cloud, account));
  for (const TableName of ["open", "shut"])
    await dynamodb.createTable({
      TableName,
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
    });
  const arn = `arn:aws:dynamodb:us-east-1:${account}:table/shut`;
  await dynamodb.putResourcePolicy({ ResourceArn: arn, Policy: deny("dynamodb:PartiQL*", arn) });
  const statements = [
    "SELECT * FROM shut",
    'SELECT*FROM"shut"',
    "select id from shut",
    "SELECT *\nFROM\t\"shut\"WHERE id='1'",
    'SELECT " FROM open " FROM shut',
    'SELECT id, " FROM open " FROM shut',
    "SELECT id, from FROM shut",
    "SELECT from FROM shut",
    "SELECT a.from, b['FROM open'] FROM shut",
    `SELECT * FROM "${arn}"`,
    `UPDATE"shut"SET x=' FROM open ' WHERE id='1'`,
    `INSERT INTO"shut"VALUE {'id':' INTO open '}`,
    `DELETE FROM"shut"WHERE id='1'`,
  ];
  for (const Statement of statements)
    assert.equal(
      (await refusalOf(dynamodb.executeStatement({ Statement }))).code,
      "AccessDeniedException",
      Statement,
    );
  const exists = { Statement: `EXISTS(SELECT * FROM"shut"WHERE id='1')` };
  const insert = { Statement: "INSERT INTO open VALUE {'id':'1'}" };
  const transaction = dynamodb.executeTransaction({ TransactStatements: [insert, exists] });
  assert.equal((await refusalOf(transaction)).code, "AccessDeniedException");
  const { Responses } = await dynamodb.batchExecuteStatement({
    Statements: ["open", "shut"].map((name) => ({ Statement: `SELECT * FROM ${name} WHERE id='1'` })),
  });
  assert.deepEqual(
    Responses?.map((response) => response.Error?.Code),
    [undefined, "AccessDenied"],
  );
});

test("Root may always lift the policy of its own bucket and queue, and nobody else", async () => {
  const account = newAccount();
  const s3 = new S3({ ...clientOptions(cloud, account), forcePathStyle: true });
  const sqs = new SQS(clientOptions(cloud, account));
  const Bucket = `locked-${account}`;
  await s3.createBucket({ Bucket });
  await s3.putBucketPolicy({ Bucket, Policy: deny("s3:*", `arn:aws:s3:::${Bucket}`) });
  const stranger = new S3({ ...clientOptions(cloud), forcePathStyle: true });
  assert.equal((await refusalOf(stranger.deleteBucketPolicy({ Bucket }))).code, "AccessDenied");
  assert.equal((await refusalOf(s3.listObjectsV2({ Bucket }))).code, "AccessDenied");
  await s3.deleteBucketPolicy({ Bucket });
  await s3.listObjectsV2({ Bucket });

  const { QueueUrl } = await sqs.createQueue({
    QueueName: "locked",
    Attributes: { Policy: deny("sqs:*", "*") },
  });
  assert.equal((await refusalOf(sqs.purgeQueue({ QueueUrl }))).code, "AccessDenied");
  await sqs.setQueueAttributes({ QueueUrl, Attributes: { Policy: "" } });
  await sqs.purgeQueue({ QueueUrl });
});

test("A policy of which anything would be left out is refused where it is put", async () => {
  const account = newAccount();
  const options = clientOptions(cloud, account);
  const [sqs, sns, s3] = [new SQS(options), new SNS(options), new S3({ ...options, forcePathStyle: true })];
  const [dynamodb, kinesis, secrets] = [
    new DynamoDB(options),
    new Kinesis(options),
    new SecretsManager(options),
  ];
  const { QueueUrl } = await sqs.createQueue({ QueueName: "q" });
  const { TopicArn } = await sns.createTopic({ Name: "t" });
  const Bucket = `strict-${account}`;
  await s3.createBucket({ Bucket });
  const { ARN: SecretId } = await secrets.createSecret({ Name: "s", SecretString: "v" });
  await kinesis.createStream({ StreamName: "s", ShardCount: 1 });
  const stream = `arn:aws:kinesis:us-east-1:${account}:stream/s`;
  const { KeyMetadata } = await new KMS(options).createKey({});
  const { TableDescription } = await dynamodb.createTable({
    TableName: "strict",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    BillingMode: "PAY_PER_REQUEST",
  });
  const puts: Record<string, (policy: string) => Promise<unknown>> = {
    sqs: (Policy) => sqs.setQueueAttributes({ QueueUrl, Attributes: { Policy } }),
    sns: (AttributeValue) => sns.setTopicAttributes({ TopicArn, AttributeName: "Policy", AttributeValue }),
    s3: (Policy) => s3.putBucketPolicy({ Bucket, Policy }),
    secretsmanager: (ResourcePolicy) => secrets.putResourcePolicy({ SecretId, ResourcePolicy }),
    kinesis: (Policy) => kinesis.putResourcePolicy({ ResourceARN: stream, Policy }),
    dynamodb: (Policy) => dynamodb.putResourcePolicy({ ResourceArn: TableDescription!.TableArn, Policy }),
    kms: (Policy) =>
      new KMS(options).putKeyPolicy({
        KeyId: KeyMetadata!.KeyId,
        Policy,
        BypassPolicyLockoutSafetyCheck: true,
      }),
  };
  const good = { Effect: "Deny", Principal: "*", Action: "a:B", Resource: "*" };
  const { Principal, ...unprincipled } = good;
  const { Action, ...inactive } = good;
  const bad: Record<string, unknown> = {
    effect: { ...good, Effect: "deny" },
    principal: unprincipled,
    action: inactive,
    "kind of principal": { ...good, Principal: { aws: Principal } },
    "condition operator": { ...good, Condition: { StringEqual: { a: "b" } } },
    conditions: { ...good, Condition: [Action] },
    resource: { ...good, Resource: {} },
    statement: "Deny",
    size: { ...good, Sid: "s".repeat(33_000) },
  };
  for (const [service, put] of Object.entries(puts))
    for (const [what, statement] of Object.entries(bad)) {
      const { status } = await refusalOf(
        put(JSON.stringify({ Version: "2012-10-17", Statement: [statement] })),
      );
      assert.equal(status, 400, `${service}: ${what}`);
    }
});

test("A Deny is found again after a restart from what was kept, and is gone after a reset", async () => {
  const account = newAccount();
  await using own = await testCloud();
  const sqs = new SQS(clientOptions(own, account));
  const { QueueUrl } = await sqs.createQueue({ QueueName: "q" });
  const Policy = deny("sqs:SendMessage", "*");
  await sqs.setQueueAttributes({ QueueUrl, Attributes: { Policy } });
  const state = await fetch(`${own.url}/_squall/state`);
  const kept = Buffer.from(await state.arrayBuffer());
  await own.reset();
  await sqs.createQueue({ QueueName: "q" });
  await sqs.sendMessage({ QueueUrl, MessageBody: "m" });
  const loaded = await fetch(`${own.url}/_squall/state`, { method: "POST", body: kept });
  assert.equal(loaded.ok, true, await loaded.text());
  assert.equal((await refusalOf(sqs.sendMessage({ QueueUrl, MessageBody: "m" }))).code, "AccessDenied");
});
