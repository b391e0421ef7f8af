import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { Fis } from "@aws-sdk/client-fis";
import { IAM } from "@aws-sdk/client-iam";
import { KMS } from "@aws-sdk/client-kms";
import { S3 } from "@aws-sdk/client-s3";
import { SNS } from "@aws-sdk/client-sns";
import { SQS } from "@aws-sdk/client-sqs";
import { STS } from "@aws-sdk/client-sts";
import type { AccessReport } from "../../src/gateway/access/report.ts";
import type { Cloud } from "../../src/index.ts";
import { clientOptions, newAccount, testCloud } from "../cloud.ts";
import { until } from "../until.ts";

let cloud: Cloud;
before(async () => {
  cloud = await testCloud({ iam: "enforce" });
});
after(() => cloud.stop());

const document = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const allow = (Action: string | string[], Resource: string | string[] = "*", more: object = {}) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...more,
});
const deny = (Action: string, Resource = "*", more: object = {}) => ({
  ...allow(Action, Resource, more),
  Effect: "Deny",
});

/** A user with an inline policy, and what its clients need. */
async function makeUser(account: string, policy: string | undefined, more: object = {}) {
  const iam = new IAM(clientOptions(cloud, account));
  await iam.createUser({ UserName: "ann", ...more });
  if (policy) await iam.putUserPolicy({ UserName: "ann", PolicyName: "p", PolicyDocument: policy });
  const { AccessKey } = await iam.createAccessKey({ UserName: "ann" });
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey } = AccessKey!;
  return {
    iam,
    arn: `arn:aws:iam::${account}:user/ann`,
    options: {
      ...clientOptions(cloud, account),
      credentials: { accessKeyId: accessKeyId!, secretAccessKey: secretAccessKey! },
    },
  };
}

async function makeQueue(account: string, QueueName: string) {
  const { QueueUrl } = await new SQS(clientOptions(cloud, account)).createQueue({ QueueName });
  return { QueueUrl, arn: `arn:aws:sqs:us-east-1:${account}:${QueueName}` };
}

const messageOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "allowed",
    (error: Error) => error.message,
  );

test("A user may do what its policy allows, and is told why not what it does not", async () => {
  const account = newAccount();
  const jobs = await makeQueue(account, "jobs");
  const other = await makeQueue(account, "other");
  const { options, arn } = await makeUser(account, document(allow("sqs:SendMessage", jobs.arn)));
  const sqs = new SQS(options);
  await sqs.sendMessage({ QueueUrl: jobs.QueueUrl, MessageBody: "m" });
  await assert.rejects(sqs.sendMessage({ QueueUrl: other.QueueUrl, MessageBody: "m" }), {
    name: "AccessDenied",
    message: `User: ${arn} is not authorized to perform: sqs:sendmessage on resource: ${other.arn} because no identity-based policy allows the sqs:sendmessage action`,
  });
  assert.match(
    await messageOf(new DynamoDB(options).listTables()),
    /dynamodb:ListTables on resource: \* because/,
  );
});

test("Groups' policies count, attached and inline, and an explicit Deny wins", async () => {
  const account = newAccount();
  const { QueueUrl } = await makeQueue(account, "q");
  const { iam, options, arn } = await makeUser(account, document(deny("sqs:PurgeQueue")));
  await iam.createGroup({ GroupName: "devs" });
  await iam.attachGroupPolicy({
    GroupName: "devs",
    PolicyArn: "arn:aws:iam::aws:policy/AmazonSQSFullAccess",
  });
  const sqs = new SQS(options);
  assert.match(await messageOf(sqs.sendMessage({ QueueUrl, MessageBody: "m" })), /no identity-based policy/);
  await iam.addUserToGroup({ GroupName: "devs", UserName: "ann" });
  await sqs.sendMessage({ QueueUrl, MessageBody: "m" });
  assert.equal(
    await messageOf(sqs.purgeQueue({ QueueUrl })),
    `User: ${arn} is not authorized to perform: sqs:purgequeue on resource: arn:aws:sqs:us-east-1:${account}:q with an explicit deny in an identity-based policy`,
  );
});

test("A permissions boundary bounds what policies allow", async () => {
  const account = newAccount();
  const { QueueUrl } = await makeQueue(account, "q");
  const root = new IAM(clientOptions(cloud, account));
  const { Policy } = await root.createPolicy({
    PolicyName: "bound",
    PolicyDocument: document(allow("sqs:SendMessage")),
  });
  const { options } = await makeUser(account, document(allow("sqs:*")), { PermissionsBoundary: Policy!.Arn });
  const sqs = new SQS(options);
  await sqs.sendMessage({ QueueUrl, MessageBody: "m" });
  assert.match(
    await messageOf(sqs.receiveMessage({ QueueUrl })),
    /because no permissions boundary allows the sqs:receivemessage action$/,
  );
});

test("Whom a queue's policy names as the user that it is, no boundary bounds; whom it names as a role, its boundary does", async () => {
  const account = newAccount();
  const { QueueUrl, arn: queue } = await makeQueue(account, "q");
  const root = new IAM(clientOptions(cloud, account));
  const PolicyDocument = document(allow("s3:*"));
  const { Policy } = await root.createPolicy({ PolicyName: "bound", PolicyDocument });
  const PermissionsBoundary = Policy!.Arn!;
  const { options, arn } = await makeUser(account, undefined, { PermissionsBoundary });
  const { Role } = await root.createRole({
    RoleName: "r",
    PermissionsBoundary,
    AssumeRolePolicyDocument: document({
      Effect: "Allow",
      Principal: { AWS: account },
      Action: "sts:AssumeRole",
    }),
  });
  const { Credentials: given } = await new STS(clientOptions(cloud, account)).assumeRole({
    RoleArn: Role!.Arn,
    RoleSessionName: "me",
  });
  const credentials = {
    accessKeyId: given!.AccessKeyId!,
    secretAccessKey: given!.SecretAccessKey!,
    sessionToken: given!.SessionToken!,
  };
  const [user, session] = [new SQS(options), new SQS({ ...options, credentials })];
  const letIn = (AWS: string) =>
    new SQS(clientOptions(cloud, account)).setQueueAttributes({
      QueueUrl,
      Attributes: { Policy: document({ ...allow("sqs:SendMessage", queue), Principal: { AWS } }) },
    });
  const send = (sqs: SQS) => messageOf(sqs.sendMessage({ QueueUrl, MessageBody: "m" }).then(() => {}));
  await letIn(arn);
  assert.equal(await send(user), "allowed");
  await letIn(Role!.Arn!);
  assert.match(await send(session), /no permissions boundary allows/);
  await letIn(`arn:aws:sts::${account}:assumed-role/r/me`);
  assert.equal(await send(session), "allowed");
});

test("A role's session may do what the role may, within the session's policy; its trust policy says who gets one", async () => {
  const account = newAccount();
  const { QueueUrl } = await makeQueue(account, "q");
  const { iam, options, arn } = await makeUser(account, undefined);
  const makeRole = async (RoleName: string, Principal: object) => {
    const AssumeRolePolicyDocument = document({ Effect: "Allow", Principal, Action: "sts:AssumeRole" });
    const { Role } = await iam.createRole({ RoleName, AssumeRolePolicyDocument });
    await iam.putRolePolicy({ RoleName, PolicyName: "p", PolicyDocument: document(allow("sqs:*")) });
    return Role!.Arn!;
  };
  const sts = new STS(options);
  const assume = (RoleArn: string, Policy?: string) =>
    sts.assumeRole({ RoleArn, RoleSessionName: "me", ...(Policy && { Policy }) });

  const byAccount = await makeRole("by-account", { AWS: `arn:aws:iam::${account}:root` });
  assert.match(
    await messageOf(assume(byAccount)),
    /no identity-based policy allows the sts:AssumeRole action$/,
  );
  const stranger = await makeRole("stranger", { AWS: newAccount() });
  assert.equal(
    await messageOf(assume(stranger)),
    `User: ${arn} is not authorized to perform: sts:AssumeRole on resource: ${stranger}`,
  );
  const named = await makeRole("named", { AWS: arn });
  const sessionOf = async (Policy?: string) => {
    const { Credentials: given } = await assume(named, Policy);
    const credentials = {
      accessKeyId: given!.AccessKeyId!,
      secretAccessKey: given!.SecretAccessKey!,
      sessionToken: given!.SessionToken!,
    };
    return new SQS({ ...options, credentials });
  };
  const whole = await sessionOf();
  await whole.sendMessage({ QueueUrl, MessageBody: "m" });
  const narrow = await sessionOf(document(allow("sqs:ReceiveMessage")));
  await narrow.receiveMessage({ QueueUrl });
  assert.match(
    await messageOf(narrow.sendMessage({ QueueUrl, MessageBody: "m" })),
    /assumed-role\/named\/me is not authorized .* because no session policy allows the sqs:sendmessage action$/,
  );
});

test("In one account a resource's policy is enough; between accounts both must allow", async () => {
  const account = newAccount();
  const elsewhere = newAccount();
  const here = await makeQueue(account, "q");
  const there = await makeQueue(elsewhere, "q");
  const { iam, options, arn } = await makeUser(account, undefined);
  const sqs = new SQS(options);
  const open = (owner: string, QueueUrl: string | undefined, Resource: string) =>
    new SQS(clientOptions(cloud, owner)).setQueueAttributes({
      QueueUrl,
      Attributes: { Policy: document({ ...allow("sqs:SendMessage", Resource), Principal: { AWS: arn } }) },
    });
  const send = (QueueUrl: string | undefined) => sqs.sendMessage({ QueueUrl, MessageBody: "m" });

  await open(account, here.QueueUrl, here.arn);
  await send(here.QueueUrl);
  assert.match(await messageOf(send(there.QueueUrl)), /no resource-based policy allows the sqs:sendmessage/);
  await open(elsewhere, there.QueueUrl, there.arn);
  assert.match(await messageOf(send(there.QueueUrl)), /no identity-based policy allows the sqs:sendmessage/);
  const PolicyDocument = document(allow("sqs:SendMessage"));
  await iam.putUserPolicy({ UserName: "ann", PolicyName: "p", PolicyDocument });
  await send(there.QueueUrl);
});

test("SNS only delivers to a queue whose policy lets it", async () => {
  const account = newAccount();
  const sns = new SNS(clientOptions(cloud, account));
  const sqs = new SQS(clientOptions(cloud, account));
  const { QueueUrl, arn } = await makeQueue(account, "q");
  const { TopicArn } = await sns.createTopic({ Name: "t" });
  await sns.subscribe({ TopicArn, Protocol: "sqs", Endpoint: arn });
  await sns.publish({ TopicArn, Message: "lost" });
  const isRefused = () =>
    cloud.calls
      .of("sqs", "SendMessage")
      .some((call) => call.account === account && call.errorCode === "AccessDenied");
  await until(isRefused);
  const Policy = document({
    ...allow("sqs:SendMessage", arn, { Condition: { ArnLike: { "aws:SourceArn": TopicArn } } }),
    Principal: { Service: "sns.amazonaws.com" },
  });
  await sqs.setQueueAttributes({ QueueUrl, Attributes: { Policy } });
  await sns.publish({ TopicArn, Message: "arrives" });
  const { Messages } = await sqs.receiveMessage({ QueueUrl, WaitTimeSeconds: 5, MaxNumberOfMessages: 10 });
  assert.deepEqual(
    Messages?.map(({ Body }) => JSON.parse(Body!).Message),
    ["arrives"],
  );
});

test("A bucket may only tell whom it is let tell, and says on whose behalf", async () => {
  const account = newAccount();
  const options = clientOptions(cloud, account);
  const s3 = new S3({ ...options, forcePathStyle: true });
  const sqs = new SQS(options);
  const { QueueUrl, arn } = await makeQueue(account, "told");
  const Bucket = `telling-${account}`;
  await s3.createBucket({ Bucket });
  const tell = () =>
    s3.putBucketNotificationConfiguration({
      Bucket,
      NotificationConfiguration: {
        QueueConfigurations: [{ QueueArn: arn, Events: ["s3:ObjectCreated:*"] }],
      },
    });
  await assert.rejects(tell(), {
    name: "InvalidArgument",
    message: "Unable to validate the following destination configurations",
  });
  const Condition = {
    ArnEquals: { "aws:SourceArn": `arn:aws:s3:::${Bucket}` },
    StringEquals: { "aws:SourceAccount": account },
  };
  const Principal = { Service: "s3.amazonaws.com" };
  const Policy = document({ ...allow("sqs:SendMessage", arn, { Condition }), Principal });
  await sqs.setQueueAttributes({ QueueUrl, Attributes: { Policy } });
  await tell();
  await s3.putObject({ Bucket, Key: "k", Body: "v" });
  const keys: string[] = [];
  while (!keys.includes("k")) {
    const { Messages = [] } = await sqs.receiveMessage({
      QueueUrl,
      WaitTimeSeconds: 20,
      MaxNumberOfMessages: 10,
    });
    assert.notDeepEqual(Messages, []);
    for (const { Body } of Messages) keys.push(JSON.parse(Body!).Records?.[0].s3.object.key);
  }
});

test("Whether a key is there is told to who may list the bucket", async () => {
  const account = newAccount();
  const Bucket = `secretive-${account}`;
  await new S3({ ...clientOptions(cloud, account), forcePathStyle: true }).createBucket({ Bucket });
  const { iam, options } = await makeUser(account, document(allow("s3:GetObject")));
  const s3 = new S3({ ...options, forcePathStyle: true });
  assert.match(await messageOf(s3.getObject({ Bucket, Key: "none" })), /s3:ListBucket on resource: arn/);
  const PolicyDocument = document(allow(["s3:GetObject", "s3:ListBucket"]));
  await iam.putUserPolicy({ UserName: "ann", PolicyName: "p", PolicyDocument });
  await assert.rejects(s3.getObject({ Bucket, Key: "none" }), { name: "NoSuchKey" });
});

test("Conditions are about who calls, what with, and what it is on", async () => {
  const account = newAccount();
  const root = clientOptions(cloud, account);
  await new DynamoDB(root).createTable({
    TableName: "things",
    AttributeDefinitions: [{ AttributeName: "owner", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "owner", KeyType: "HASH" }],
    BillingMode: "PAY_PER_REQUEST",
    Tags: [{ Key: "team", Value: "blue" }],
  });
  const own = allow("dynamodb:*Item", "*", {
    Condition: {
      "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": ["${aws:username}"] },
      StringEquals: {
        "aws:ResourceTag/team": "${aws:PrincipalTag/team}",
        "aws:RequestedRegion": "us-east-1",
      },
      IpAddress: { "aws:SourceIp": "127.0.0.0/8" },
      Bool: { "aws:SecureTransport": "true" },
    },
  });
  const tagged = allow(["sqs:CreateQueue", "sqs:TagQueue"], "*", {
    Condition: { StringEquals: { "aws:RequestTag/team": "blue" } },
  });
  const Tags = [{ Key: "team", Value: "blue" }];
  const { options, iam } = await makeUser(account, document(own, tagged), { Tags });
  const dynamodb = new DynamoDB(options);
  const put = (owner: string) => dynamodb.putItem({ TableName: "things", Item: { owner: { S: owner } } });
  await put("ann");
  assert.match(await messageOf(put("bob")), /no identity-based policy/);
  const sqs = new SQS(options);
  await sqs.createQueue({ QueueName: "blue", tags: { team: "blue" } });
  assert.match(await messageOf(sqs.createQueue({ QueueName: "red" })), /no identity-based policy/);
  await iam.tagUser({ UserName: "ann", Tags: [{ Key: "team", Value: "red" }] });
  assert.match(await messageOf(put("ann")), /no identity-based policy/);
});

test("A key condition that is too long to be one keeps nobody waiting", async () => {
  const account = newAccount();
  await new DynamoDB(clientOptions(cloud, account)).createTable({
    TableName: "things",
    AttributeDefinitions: [{ AttributeName: "owner", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "owner", KeyType: "HASH" }],
    BillingMode: "PAY_PER_REQUEST",
  });
  const { options } = await makeUser(account, document(allow("dynamodb:Query")));
  const query = new DynamoDB(options).query({
    TableName: "things",
    KeyConditionExpression: "a".repeat(2_000_000),
    ExpressionAttributeValues: { ":a": { S: "a" } },
  });
  await assert.rejects(query, { name: "ValidationException" });
});

test("Each of a transaction's items and each PartiQL verb is an action of its own", async () => {
  const account = newAccount();
  const root = new DynamoDB(clientOptions(cloud, account));
  for (const TableName of ["one", "two"].map((name) => `table-${name}`))
    await root.createTable({
      TableName,
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
    });
  const on = (name: string) => `arn:aws:dynamodb:us-east-1:${account}:table/table-${name}`;
  const policy = document(
    allow(["dynamodb:PutItem", "dynamodb:PartiQLSelect"], on("one")),
    allow("dynamodb:DeleteItem", on("two")),
  );
  const { options } = await makeUser(account, policy);
  const dynamodb = new DynamoDB(options);
  const id = { id: { S: "1" } };
  const Put = (name: string) => ({ Put: { TableName: `table-${name}`, Item: id } });
  const Delete = (name: string) => ({ Delete: { TableName: `table-${name}`, Key: id } });
  await dynamodb.transactWriteItems({ TransactItems: [Put("one"), Delete("two")] });
  assert.match(
    await messageOf(dynamodb.transactWriteItems({ TransactItems: [Put("one"), Put("two")] })),
    /dynamodb:PutItem on resource: \S+table-two because/,
  );
  await dynamodb.executeStatement({ Statement: 'SELECT * FROM "table-one"' });
  assert.match(
    await messageOf(dynamodb.executeStatement({ Statement: `DELETE FROM "table-one" WHERE id = 'x'` })),
    /dynamodb:PartiQLDelete on resource: \S+table-one because/,
  );
});

test("Audited, calls pass, and what a user would need is reported with what it never used", async () => {
  await using audited = await testCloud({ iam: "audit" });
  const account = newAccount();
  const root = clientOptions(audited, account);
  const iam = new IAM(root);
  const { QueueUrl } = await new SQS(root).createQueue({ QueueName: "q" });
  await iam.createUser({ UserName: "ann" });
  const PolicyDocument = document(allow(["sqs:SendMessage", "s3:GetObject"]));
  await iam.putUserPolicy({ UserName: "ann", PolicyName: "p", PolicyDocument });
  const { AccessKey } = await iam.createAccessKey({ UserName: "ann" });
  const credentials = { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! };
  const sqs = new SQS({ ...root, credentials });
  await sqs.sendMessageBatch({ QueueUrl, Entries: [{ Id: "a", MessageBody: "m" }] });
  await sqs.receiveMessage({ QueueUrl });
  await sqs.listQueues();

  const reportOf = async ({ url }: Cloud) =>
    (await (await fetch(`${url}/_squall/iam`)).json()) as AccessReport;
  const report = await reportOf(audited);
  assert.equal(report.mode, "audit");
  const [ann, ...others] = report.principals;
  assert.deepEqual(others, []);
  assert.ok(ann);
  assert.equal(ann.principal, `arn:aws:iam::${account}:user/ann`);
  const arn = `arn:aws:sqs:us-east-1:${account}:q`;
  assert.deepEqual(ann.needs.Statement, [
    { Effect: "Allow", Action: ["sqs:ListQueues"], Resource: ["*"] },
    { Effect: "Allow", Action: ["sqs:ReceiveMessage", "sqs:SendMessage"], Resource: [arn] },
  ]);
  assert.deepEqual(
    ann.missing.map(({ action }) => action),
    ["sqs:ListQueues", "sqs:ReceiveMessage"],
  );
  assert.deepEqual(ann.unused, [{ policy: "p", action: "s3:GetObject", resource: "*" }]);
  assert.deepEqual(ann.calls[2]?.operations, ["sqs.SendMessageBatch"]);

  await using enforced = await testCloud({ iam: "enforce" });
  assert.equal((await reportOf(enforced)).mode, "enforce");
});

test("An experiment's role must be allowed what its actions do", async () => {
  const account = newAccount();
  const fis = new Fis(clientOptions(cloud, account));
  const iam = new IAM(clientOptions(cloud, account));
  const { Role } = await iam.createRole({
    RoleName: "chaos",
    AssumeRolePolicyDocument: document({
      Effect: "Allow",
      Principal: { Service: "fis.amazonaws.com" },
      Action: "sts:AssumeRole",
    }),
  });
  const { experimentTemplate } = await fis.createExperimentTemplate({
    description: "throttle",
    roleArn: Role!.Arn,
    stopConditions: [{ source: "none" }],
    actions: {
      throttle: {
        actionId: "aws:fis:inject-api-throttle-error",
        parameters: { duration: "PT5M", service: "sqs", operations: "SendMessage", percentage: "100" },
      },
    },
  });
  const start = async () => {
    const { experiment } = await fis.startExperiment({ experimentTemplateId: experimentTemplate!.id });
    return (await fis.getExperiment({ id: experiment!.id })).experiment!;
  };
  const refused = await start();
  assert.equal(refused.actions?.["throttle"]?.state?.status, "failed");
  assert.match(
    refused.actions?.["throttle"]?.state?.reason ?? "",
    /assumed-role\/chaos\/fis is not authorized to perform: fis:InjectApiThrottleError on resource: \S+experiment\/EXP\w+ because no identity-based policy/,
  );
  const PolicyDocument = document(allow("fis:InjectApiThrottleError", `arn:aws:fis:*:*:experiment/*`));
  await iam.putRolePolicy({ RoleName: "chaos", PolicyName: "p", PolicyDocument });
  assert.equal((await start()).actions?.["throttle"]?.state?.status, "running");
});

test("A user may look after itself where nobody is named, and put itself in a group if the group is allowed", async () => {
  const account = newAccount();
  const group = `arn:aws:iam::${account}:group/devs`;
  const policy = document(
    allow("iam:ListAccessKeys", "arn:aws:iam::*:user/${aws:username}"),
    allow("iam:AddUserToGroup", group),
  );
  const { iam: root, options } = await makeUser(account, policy);
  const iam = new IAM(options);
  await root.createGroup({ GroupName: "devs" });
  await root.createGroup({ GroupName: "admins" });
  assert.equal((await iam.listAccessKeys({})).AccessKeyMetadata?.length, 1);
  await iam.addUserToGroup({ GroupName: "devs", UserName: "ann" });
  assert.match(
    await messageOf(iam.addUserToGroup({ GroupName: "admins", UserName: "ann" })),
    /iam:AddUserToGroup on resource: \S+:group\/admins because no identity-based policy/,
  );
});

test("Whoever may use a queue may use it under AWS's own key, and under another key only who may use that", async () => {
  const account = newAccount();
  const { iam, options } = await makeUser(account, document(allow("sqs:*")));
  const sqs = new SQS(options);
  const queueUnder = async (QueueName: string, KmsMasterKeyId: string) =>
    (await sqs.createQueue({ QueueName, Attributes: { KmsMasterKeyId } })).QueueUrl;
  const QueueUrl = await queueUnder("aws", "alias/aws/sqs");
  await sqs.sendMessage({ QueueUrl, MessageBody: "a" });

  const { KeyMetadata } = await new KMS(clientOptions(cloud, account)).createKey({});
  const own = await queueUnder("own", KeyMetadata!.Arn!);
  await assert.rejects(sqs.sendMessage({ QueueUrl: own, MessageBody: "a" }), {
    name: "KmsAccessDenied",
    message:
      /is not authorized to perform: kms:GenerateDataKey on resource: arn:aws:kms:.* \(Service: AWSKMS;/,
  });
  await iam.putUserPolicy({
    UserName: "ann",
    PolicyName: "keys",
    PolicyDocument: document(
      allow(["kms:GenerateDataKey", "kms:Decrypt"], KeyMetadata!.Arn!, {
        Condition: { StringEquals: { "kms:ViaService": "sqs.us-east-1.amazonaws.com" } },
      }),
    ),
  });
  await sqs.sendMessage({ QueueUrl: own, MessageBody: "a" });
  assert.equal((await sqs.receiveMessage({ QueueUrl: own })).Messages?.[0]?.Body, "a");
  await assert.rejects(new KMS(options).generateDataKey({ KeyId: KeyMetadata!.Arn!, KeySpec: "AES_256" }), {
    name: "AccessDeniedException",
  });
});

test("the root of another account may do anything, or under --strict what a resource's policy lets it", async () => {
  await using strict = await testCloud({ iam: "enforce", strict: true });
  const [account, stranger] = [newAccount(), newAccount()];
  const Bucket = `of-${account}`;
  const s3 = new S3({ ...clientOptions(strict, account), forcePathStyle: true });
  const other = new S3({ ...clientOptions(strict, stranger), forcePathStyle: true });
  await s3.createBucket({ Bucket });
  await s3.putObject({ Bucket, Key: "k", Body: "data" });
  const refused = (action: string, resource: string) =>
    `User: arn:aws:iam::${stranger}:root is not authorized to perform: ${action} on resource: ${resource} because no resource-based policy allows the ${action} action`;
  const arn = `arn:aws:s3:::${Bucket}`;
  assert.equal(await messageOf(other.getObject({ Bucket, Key: "k" })), refused("s3:GetObject", `${arn}/k`));
  assert.equal(await messageOf(other.deleteBucket({ Bucket })), refused("s3:DeleteBucket", arn));
  const Principal = { AWS: `arn:aws:iam::${stranger}:root` };
  await s3.putBucketPolicy({ Bucket, Policy: document(allow("s3:GetObject", `${arn}/*`, { Principal })) });
  assert.equal(await messageOf(other.getObject({ Bucket, Key: "k" })), "allowed");
  assert.equal(await messageOf(other.putObject({ Bucket, Key: "k" })), refused("s3:PutObject", `${arn}/k`));

  const queue = await makeQueue(account, "q");
  const sender = new SQS(clientOptions(cloud, stranger));
  assert.equal(
    await messageOf(sender.sendMessage({ QueueUrl: queue.QueueUrl!, MessageBody: "m" })),
    "allowed",
  );
});
