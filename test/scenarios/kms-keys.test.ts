import assert from "node:assert/strict";
import { after, test } from "node:test";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { Kinesis } from "@aws-sdk/client-kinesis";
import { KMS } from "@aws-sdk/client-kms";
import { Lambda } from "@aws-sdk/client-lambda";
import { S3 } from "@aws-sdk/client-s3";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { SNS } from "@aws-sdk/client-sns";
import { SQS } from "@aws-sdk/client-sqs";
import { SSM } from "@aws-sdk/client-ssm";
import { zipSync } from "fflate";
import { clientOptions, newAccount, testCloud } from "../cloud.ts";

/** One key fails, and with it whatever lies under it: for every service, what its callers see. */

const cloud = await testCloud();
after(() => cloud.stop());

type Options = ReturnType<typeof clientOptions>;

/** A resource under a key: calls that need the key, by name, and the service's errors when it cannot be used. */
interface Case {
  /** Makes it, with something in it, and gives the calls that use the key. */
  make(options: Options, key: string, account: string): Promise<Record<string, () => Promise<unknown>>>;
  /** Names of errors: of a key that is disabled, pending deletion, gone, denied, and when KMS throttles. */
  readonly errors: {
    readonly disabled: string;
    readonly pendingDeletion: string;
    readonly gone: string;
    readonly denied: string;
    readonly throttled: string;
  };
  /** A call that gives a resource a key that is disabled is refused by this name. */
  readonly gives?: { call(options: Options, key: string): Promise<unknown>; readonly error: string };
}

const zip = zipSync({ "index.mjs": Buffer.from("export const handler = async () => process.env.WORD;") });

const CASES: Readonly<Record<string, Case>> = {
  sqs: {
    async make(options, key) {
      const sqs = new SQS(options);
      const { QueueUrl } = await sqs.createQueue({ QueueName: "q", Attributes: { KmsMasterKeyId: key } });
      await sqs.sendMessage({ QueueUrl, MessageBody: "a" });
      return {
        SendMessage: () => sqs.sendMessage({ QueueUrl, MessageBody: "b" }),
        SendMessageBatch: () => sqs.sendMessageBatch({ QueueUrl, Entries: [{ Id: "1", MessageBody: "b" }] }),
        ReceiveMessage: () => sqs.receiveMessage({ QueueUrl }),
      };
    },
    errors: {
      disabled: "KmsDisabled",
      pendingDeletion: "KmsInvalidState",
      gone: "KmsNotFound",
      denied: "KmsAccessDenied",
      throttled: "KmsThrottled",
    },
  },
  sns: {
    async make(options, key) {
      const sns = new SNS(options);
      const { TopicArn } = await sns.createTopic({ Name: "t", Attributes: { KmsMasterKeyId: key } });
      return {
        Publish: () => sns.publish({ TopicArn, Message: "a" }),
        PublishBatch: () =>
          sns.publishBatch({ TopicArn, PublishBatchRequestEntries: [{ Id: "1", Message: "a" }] }),
      };
    },
    errors: {
      disabled: "KMSDisabledException",
      pendingDeletion: "KMSInvalidStateException",
      gone: "KMSNotFoundException",
      denied: "KMSAccessDeniedException",
      throttled: "KMSThrottlingException",
    },
  },
  kinesis: {
    async make(options, key) {
      const kinesis = new Kinesis(options);
      const StreamName = "s";
      await kinesis.createStream({ StreamName, ShardCount: 1 });
      await kinesis.startStreamEncryption({ StreamName, EncryptionType: "KMS", KeyId: key });
      const record = { Data: Buffer.from("a"), PartitionKey: "k" };
      const { ShardId } = await kinesis.putRecord({ StreamName, ...record });
      const { ShardIterator } = await kinesis.getShardIterator({
        StreamName,
        ShardId,
        ShardIteratorType: "TRIM_HORIZON",
      });
      return {
        PutRecord: () => kinesis.putRecord({ StreamName, ...record }),
        PutRecords: () => kinesis.putRecords({ StreamName, Records: [record] }),
        GetRecords: () => kinesis.getRecords({ ShardIterator }),
      };
    },
    errors: {
      disabled: "KMSDisabledException",
      pendingDeletion: "KMSInvalidStateException",
      gone: "KMSNotFoundException",
      denied: "KMSAccessDeniedException",
      throttled: "KMSThrottlingException",
    },
    gives: {
      async call(options, KeyId) {
        const kinesis = new Kinesis(options);
        await kinesis.createStream({ StreamName: "other", ShardCount: 1 });
        await kinesis.startStreamEncryption({ StreamName: "other", EncryptionType: "KMS", KeyId });
      },
      error: "KMSDisabledException",
    },
  },
  dynamodb: {
    async make(options, key) {
      const dynamodb = new DynamoDB(options);
      const TableName = "table";
      const Key = { id: { S: "1" } };
      await dynamodb.createTable({
        TableName,
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        BillingMode: "PAY_PER_REQUEST",
        SSESpecification: { Enabled: true, SSEType: "KMS", KMSMasterKeyId: key },
      });
      await dynamodb.putItem({ TableName, Item: Key });
      return {
        GetItem: () => dynamodb.getItem({ TableName, Key }),
        PutItem: () => dynamodb.putItem({ TableName, Item: Key }),
        UpdateItem: () => dynamodb.updateItem({ TableName, Key }),
        DeleteItem: () => dynamodb.deleteItem({ TableName, Key }),
        Scan: () => dynamodb.scan({ TableName }),
        Query: () =>
          dynamodb.query({
            TableName,
            KeyConditionExpression: "id = :id",
            ExpressionAttributeValues: { ":id": { S: "1" } },
          }),
        BatchGetItem: () => dynamodb.batchGetItem({ RequestItems: { [TableName]: { Keys: [Key] } } }),
        BatchWriteItem: () =>
          dynamodb.batchWriteItem({ RequestItems: { [TableName]: [{ PutRequest: { Item: Key } }] } }),
        TransactWriteItems: () =>
          dynamodb.transactWriteItems({ TransactItems: [{ Put: { TableName, Item: Key } }] }),
        ExecuteStatement: () => dynamodb.executeStatement({ Statement: `SELECT * FROM "${TableName}"` }),
      };
    },
    errors: {
      disabled: "ValidationException",
      pendingDeletion: "ValidationException",
      gone: "AccessDeniedException",
      denied: "AccessDeniedException",
      throttled: "ThrottlingException",
    },
    gives: {
      call: (options, key) =>
        new DynamoDB(options).createTable({
          TableName: "other",
          AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
          KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
          BillingMode: "PAY_PER_REQUEST",
          SSESpecification: { Enabled: true, SSEType: "KMS", KMSMasterKeyId: key },
        }),
      error: "ValidationException",
    },
  },
  logs: {
    async make(options, key) {
      const logs = new CloudWatchLogs(options);
      const logGroupName = "/g";
      const logStreamName = "s";
      const logEvents = () => [{ timestamp: cloud.clock.now(), message: "a" }];
      await logs.createLogGroup({ logGroupName, kmsKeyId: key });
      await logs.createLogStream({ logGroupName, logStreamName });
      await logs.putLogEvents({ logGroupName, logStreamName, logEvents: logEvents() });
      return {
        PutLogEvents: () => logs.putLogEvents({ logGroupName, logStreamName, logEvents: logEvents() }),
        GetLogEvents: () => logs.getLogEvents({ logGroupName, logStreamName }),
        FilterLogEvents: () => logs.filterLogEvents({ logGroupName }),
      };
    },
    errors: {
      disabled: "InvalidParameterException",
      pendingDeletion: "InvalidParameterException",
      gone: "InvalidParameterException",
      denied: "AccessDeniedException",
      throttled: "ThrottlingException",
    },
    gives: {
      call: (options, kmsKeyId) =>
        new CloudWatchLogs(options).createLogGroup({ logGroupName: "/o", kmsKeyId }),
      error: "InvalidParameterException",
    },
  },
  lambda: {
    async make(options, key, account) {
      const lambda = new Lambda(options);
      const FunctionName = "f";
      await lambda.createFunction({
        FunctionName,
        Runtime: "nodejs22.x",
        Handler: "index.handler",
        Role: `arn:aws:iam::${account}:role/worker`,
        Code: { ZipFile: zip },
        Environment: { Variables: { WORD: "open" } },
        KMSKeyArn: key,
      });
      const { Payload } = await lambda.invoke({ FunctionName });
      assert.equal(Buffer.from(Payload!).toString(), '"open"');
      return { Invoke: () => lambda.invoke({ FunctionName }) };
    },
    errors: {
      disabled: "KMSDisabledException",
      pendingDeletion: "KMSInvalidStateException",
      gone: "KMSNotFoundException",
      denied: "KMSAccessDeniedException",
      throttled: "ServiceException",
    },
    gives: {
      call: (options, KMSKeyArn) =>
        new Lambda(options).createFunction({
          FunctionName: "other",
          Runtime: "nodejs22.x",
          Handler: "index.handler",
          Role: "arn:aws:iam::123456789012:role/worker",
          Code: { ZipFile: zip },
          KMSKeyArn,
        }),
      error: "InvalidParameterValueException",
    },
  },
  s3: {
    async make(options, key, account) {
      const s3 = new S3({ ...options, forcePathStyle: true });
      const Bucket = `b-${account}`;
      const sse = { ServerSideEncryption: "aws:kms", SSEKMSKeyId: key } as const;
      await s3.createBucket({ Bucket });
      await s3.putObject({ Bucket, Key: "k", Body: "a", ...sse });
      return {
        PutObject: () => s3.putObject({ Bucket, Key: "k2", Body: "a", ...sse }),
        GetObject: () => s3.getObject({ Bucket, Key: "k" }),
      };
    },
    errors: {
      disabled: "KMS.DisabledException",
      pendingDeletion: "KMS.KMSInvalidStateException",
      gone: "KMS.NotFoundException",
      denied: "AccessDenied",
      throttled: "ThrottlingException",
    },
  },
  secretsmanager: {
    async make(options, key) {
      const secrets = new SecretsManager(options);
      const SecretId = "s";
      await secrets.createSecret({ Name: SecretId, SecretString: "a", KmsKeyId: key });
      return {
        GetSecretValue: () => secrets.getSecretValue({ SecretId }),
        PutSecretValue: () => secrets.putSecretValue({ SecretId, SecretString: "b" }),
      };
    },
    errors: {
      disabled: "DecryptionFailure",
      pendingDeletion: "DecryptionFailure",
      gone: "DecryptionFailure",
      denied: "AccessDeniedException",
      throttled: "ThrottlingException",
    },
  },
  ssm: {
    async make(options, key) {
      const ssm = new SSM(options);
      const parameter = { Name: "/p", Value: "a", Type: "SecureString", KeyId: key } as const;
      await ssm.putParameter(parameter);
      return {
        GetParameter: () => ssm.getParameter({ Name: "/p", WithDecryption: true }),
        PutParameter: () => ssm.putParameter({ ...parameter, Overwrite: true }),
      };
    },
    errors: {
      disabled: "InvalidKeyId",
      pendingDeletion: "InvalidKeyId",
      gone: "InvalidKeyId",
      denied: "AccessDeniedException",
      throttled: "ThrottlingException",
    },
  },
};

/** Secrets Manager tells reading from writing. */
const asTold = (call: string, error: string) =>
  error === "DecryptionFailure" && call.startsWith("Put") ? "EncryptionFailure" : error;

const denyAll = (account: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: "kms:*", Resource: "*" },
      {
        Effect: "Deny",
        Principal: "*",
        Action: ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey"],
        Resource: "*",
      },
    ],
  });

for (const [service, { make, errors, gives }] of Object.entries(CASES)) {
  test(`${service}: what lies under a key fails with the key, and is back with it`, async () => {
    const account = newAccount();
    const options = clientOptions(cloud, account);
    const kms = new KMS(options);
    const { KeyMetadata } = await kms.createKey({});
    const { KeyId, Arn } = KeyMetadata!;
    const calls = await make(options, Arn!, account);
    const all = async (expected: string | undefined) => {
      for (const [name, call] of Object.entries(calls)) {
        const ended = await call().then(
          () => undefined,
          (error: Error) => error.name,
        );
        assert.equal(ended, expected && asTold(name, expected), `${service} ${name}`);
      }
    };
    await all(undefined);

    await kms.disableKey({ KeyId });
    await all(errors.disabled);
    if (gives) await assert.rejects(gives.call(options, Arn!), { name: gives.error });
    await kms.enableKey({ KeyId });
    await all(undefined);

    await kms.putKeyPolicy({ KeyId, Policy: denyAll(account) });
    await all(errors.denied);
    await kms.putKeyPolicy({ KeyId, Policy: denyAll(account).replace('"Deny"', '"Allow"') });
    await all(undefined);

    const { id } = await cloud.faults.add({
      effect: "error",
      match: { service: "kms", account },
      params: { code: "ThrottlingException" },
    });
    await all(errors.throttled);
    cloud.faults.remove(id);
    const struck = await cloud.faults.add({
      point: "kms:use",
      effect: "disabled",
      match: { resource: Arn! },
    });
    await all(errors.disabled);
    cloud.faults.remove(struck.id);

    await kms.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
    await all(errors.pendingDeletion);
    await kms.cancelKeyDeletion({ KeyId });
    await kms.enableKey({ KeyId });
    await all(undefined);
  });
}

test("who names no key calls no KMS", async () => {
  const account = newAccount();
  const sqs = new SQS(clientOptions(cloud, account));
  const { QueueUrl } = await sqs.createQueue({ QueueName: "plain" });
  await sqs.sendMessage({ QueueUrl, MessageBody: "a" });
  const ofKms = () => cloud.calls.of("kms").filter((call) => call.account === account).length;
  assert.equal(ofKms(), 0);
  await sqs.setQueueAttributes({ QueueUrl, Attributes: { KmsMasterKeyId: "alias/aws/sqs" } });
  await sqs.sendMessage({ QueueUrl, MessageBody: "b" });
  assert.equal(ofKms(), 1);
});

test("the words are KMS's, with what the service's own client of KMS says", async () => {
  const account = newAccount();
  const options = clientOptions(cloud, account);
  const kms = new KMS(options);
  const { KeyMetadata } = await kms.createKey({});
  const { SendMessage } = await CASES["sqs"]!.make(options, KeyMetadata!.Arn!, account);
  const { GetItem } = await CASES["dynamodb"]!.make(options, KeyMetadata!.Arn!, account);
  await kms.disableKey({ KeyId: KeyMetadata!.KeyId! });
  const said = `${KeyMetadata!.Arn} is disabled. \\(Service: AWSKMS; Status Code: 400; Error Code: DisabledException; Request ID: [0-9a-f-]{36}; Proxy: null\\)$`;
  await assert.rejects(SendMessage!(), { message: new RegExp(`^${said}`) });
  await assert.rejects(GetItem!(), {
    message: new RegExp(
      `^KMS key disabled error: com.amazonaws.services.kms.model.DisabledException: ${said}`,
    ),
  });
});

/** KMS does not tell whose a ciphertext is whose key is gone: it says that nobody is allowed. */
const asGone = (service: string, call: string, { gone, denied }: Case["errors"]) =>
  service !== "secretsmanager" && /^(?:Receive|Get|Filter|Invoke)/.test(call) ? denied : asTold(call, gone);

test("a key that is gone fails what it has sealed", async () => {
  const account = newAccount();
  const options = clientOptions(cloud, account);
  const kms = new KMS(options);
  const made: [string, Case["errors"], Record<string, () => Promise<unknown>>][] = [];
  const { KeyMetadata } = await kms.createKey({});
  for (const [service, { make, errors }] of Object.entries(CASES))
    made.push([service, errors, await make(options, KeyMetadata!.Arn!, account)]);
  await kms.scheduleKeyDeletion({ KeyId: KeyMetadata!.KeyId!, PendingWindowInDays: 7 });
  await cloud.clock.advance("P8D");
  const ended: string[] = [];
  for (const [service, errors, calls] of made) {
    for (const [name, call] of Object.entries(calls)) {
      const error = await call().then(
        () => "none",
        (error: Error) => error.name,
      );
      const expected = asGone(service, name, errors);
      if (error !== expected) ended.push(`${service} ${name}: ${error} instead of ${expected}`);
    }
  }
  assert.deepEqual(ended, []);
});
