import assert from "node:assert/strict";
import { test } from "node:test";
import { newAccount, testCloud } from "../../../test/cloud.ts";
import { FIFO, sqsCloud } from "./fixture.test.ts";

const { cloud, client, queue } = await sqsCloud();

test("CreateQueue gives the URL, and gives it again for the same attributes", async () => {
  const account = newAccount();
  const sqs = client(account);
  const first = await sqs.createQueue({ QueueName: "orders", Attributes: { DelaySeconds: "5" } });
  assert.equal(first.QueueUrl, `http://127.0.0.1:${cloud.port}/${account}/orders`);
  const again = await sqs.createQueue({ QueueName: "orders", Attributes: { DelaySeconds: "5" } });
  assert.equal(again.QueueUrl, first.QueueUrl);
});

test("CreateQueue refuses the name of a queue with other attributes", async () => {
  const sqs = client();
  await sqs.createQueue({ QueueName: "orders", Attributes: { DelaySeconds: "5" } });
  await assert.rejects(sqs.createQueue({ QueueName: "orders", Attributes: { DelaySeconds: "6" } }), {
    name: "QueueNameExists",
    message: "A queue already exists with the same name and a different value for attribute DelaySeconds",
  });
});

test("A queue's name has 1 to 80 letters, digits, hyphens and underscores", async () => {
  const sqs = client();
  await sqs.createQueue({ QueueName: "a".repeat(80) });
  for (const QueueName of ["a".repeat(81), "with space", "dot.", "fifo.fifo"]) {
    await assert.rejects(sqs.createQueue({ QueueName }), {
      name: "InvalidParameterValue",
      message: "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
    });
  }
});

test("A FIFO queue's name ends with .fifo", async () => {
  const sqs = client();
  const longest = `${"a".repeat(75)}.fifo`;
  await sqs.createQueue({ QueueName: longest, Attributes: { FifoQueue: "true" } });
  for (const QueueName of [`a${longest}`, "plain", ".fifo"]) {
    await assert.rejects(sqs.createQueue({ QueueName, Attributes: { FifoQueue: "true" } }), {
      name: "InvalidParameterValue",
      message: /must end with \.fifo suffix/,
    });
  }
});

test("A FIFO queue stays one", async () => {
  const sqs = client();
  const { QueueUrl } = await sqs.createQueue({ QueueName: "q.fifo", Attributes: { FifoQueue: "true" } });
  await assert.rejects(sqs.setQueueAttributes({ QueueUrl, Attributes: { FifoQueue: "false" } }), {
    name: "InvalidAttributeValue",
    message: "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.",
  });
});

test("The query protocol's errors have an empty detail, but for those of a batch", async () => {
  const account = newAccount();
  const ask = async (form: Record<string, string>) =>
    await (
      await fetch(`${cloud.url}/${account}/q`, {
        method: "POST",
        headers: {
          "content-type": "application/x-www-form-urlencoded",
          authorization: `AWS4-HMAC-SHA256 Credential=${account}/20261128/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0`,
        },
        body: new URLSearchParams(form),
      })
    ).text();
  await client(account).createQueue({ QueueName: "q" });
  assert.match(await ask({ Action: "SendMessage", MessageBody: "" }), /<\/Message><Detail\/><\/Error>/);
  const batch = {
    "DeleteMessageBatchRequestEntry.1.Id": "a:b",
    "DeleteMessageBatchRequestEntry.1.ReceiptHandle": "x",
  };
  const answer = await ask({ Action: "DeleteMessageBatch", ...batch });
  assert.match(answer, /InvalidBatchEntryId/);
  assert.doesNotMatch(answer, /Detail/);
});

test("FifoQueue cannot be said of a standard queue, not even as false", async () => {
  await assert.rejects(client().createQueue({ QueueName: "q", Attributes: { FifoQueue: "false" } }), {
    name: "InvalidAttributeName",
    message: "Unknown Attribute FifoQueue.",
  });
});

test("A number attribute is taken at its limits and refused beyond them", async () => {
  const sqs = client();
  const limits = {
    DelaySeconds: [0, 900],
    MaximumMessageSize: [1024, 1_048_576],
    MessageRetentionPeriod: [60, 1_209_600],
    ReceiveMessageWaitTimeSeconds: [0, 20],
    VisibilityTimeout: [0, 43_200],
  };
  const { QueueUrl } = await sqs.createQueue({ QueueName: "q" });
  for (const [name, [min, max]] of Object.entries(limits) as [string, [number, number]][]) {
    for (const value of [min, max]) {
      await sqs.setQueueAttributes({ QueueUrl, Attributes: { [name]: String(value) } });
    }
    for (const value of [min - 1, max + 1, " 60", "", "60.5"]) {
      await assert.rejects(sqs.setQueueAttributes({ QueueUrl, Attributes: { [name]: String(value) } }), {
        name: "InvalidAttributeValue",
        message: `Invalid value for the parameter ${name}.`,
      });
    }
  }
});

test("GetQueueAttributes gives AWS's defaults", async () => {
  const { sqs, url, arn } = await queue();
  const { Attributes } = await sqs.getQueueAttributes({ QueueUrl: url, AttributeNames: ["All"] });
  const { CreatedTimestamp, LastModifiedTimestamp, ...others } = Attributes!;
  assert.match(CreatedTimestamp!, /^\d{10}$/);
  assert.equal(LastModifiedTimestamp, CreatedTimestamp);
  assert.deepEqual(others, {
    QueueArn: arn,
    ApproximateNumberOfMessages: "0",
    ApproximateNumberOfMessagesNotVisible: "0",
    ApproximateNumberOfMessagesDelayed: "0",
    DelaySeconds: "0",
    MaximumMessageSize: "1048576",
    MessageRetentionPeriod: "345600",
    ReceiveMessageWaitTimeSeconds: "0",
    VisibilityTimeout: "30",
    SqsManagedSseEnabled: "true",
  });
});

test("GetQueueAttributes gives what is asked for, and nothing when nothing is", async () => {
  const { sqs, url } = await queue(FIFO);
  const asked = await sqs.getQueueAttributes({
    QueueUrl: url,
    AttributeNames: ["FifoQueue", "DeduplicationScope", "Policy"],
  });
  assert.deepEqual(asked.Attributes, { FifoQueue: "true", DeduplicationScope: "queue" });
  assert.equal((await sqs.getQueueAttributes({ QueueUrl: url })).Attributes, undefined);
  await assert.rejects(sqs.getQueueAttributes({ QueueUrl: url, AttributeNames: ["Colour" as "All"] }), {
    name: "InvalidAttributeName",
    message: "Unknown Attribute Colour.",
  });
});

test("High throughput needs deduplication by message group", async () => {
  const { sqs, url } = await queue(FIFO);
  await assert.rejects(
    sqs.setQueueAttributes({ QueueUrl: url, Attributes: { FifoThroughputLimit: "perMessageGroupId" } }),
    { name: "InvalidAttributeName" },
  );
  await sqs.setQueueAttributes({
    QueueUrl: url,
    Attributes: { DeduplicationScope: "messageGroup", FifoThroughputLimit: "perMessageGroupId" },
  });
  const standard = await queue();
  await assert.rejects(
    standard.sqs.setQueueAttributes({
      QueueUrl: standard.url,
      Attributes: { DeduplicationScope: "messageGroup" },
    }),
    { message: "You can specify the DeduplicationScope only when FifoQueue is set to true." },
  );
});

test("A queue has one kind of encryption at a time", async () => {
  const { sqs, url } = await queue();
  await assert.rejects(
    sqs.setQueueAttributes({
      QueueUrl: url,
      Attributes: { KmsMasterKeyId: "alias/aws/sqs", SqsManagedSseEnabled: "true" },
    }),
    { name: "InvalidAttributeName", message: /one type of server-side encryption/ },
  );
  await sqs.setQueueAttributes({ QueueUrl: url, Attributes: { KmsMasterKeyId: "alias/aws/sqs" } });
  const { Attributes } = await sqs.getQueueAttributes({
    QueueUrl: url,
    AttributeNames: ["KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled"],
  });
  assert.deepEqual(Attributes, {
    KmsMasterKeyId: "alias/aws/sqs",
    KmsDataKeyReusePeriodSeconds: "300",
    SqsManagedSseEnabled: "false",
  });
});

test("The empty string takes a policy away", async () => {
  const { sqs, url } = await queue({ Policy: JSON.stringify({ Version: "2012-10-17", Statement: [] }) });
  await sqs.setQueueAttributes({ QueueUrl: url, Attributes: { Policy: "" } });
  const { Attributes } = await sqs.getQueueAttributes({ QueueUrl: url, AttributeNames: ["Policy"] });
  assert.equal(Attributes, undefined);
});

test("ListQueues filters by prefix and pages", async () => {
  const sqs = client();
  assert.equal((await sqs.listQueues({})).QueueUrls, undefined);
  for (const QueueName of ["b-1", "a-1", "a-2", "a-3"]) await sqs.createQueue({ QueueName });
  const names = (urls: string[] | undefined) => (urls ?? []).map((url) => url.split("/").at(-1));
  assert.deepEqual(names((await sqs.listQueues({})).QueueUrls), ["a-1", "a-2", "a-3", "b-1"]);
  const page = await sqs.listQueues({ QueueNamePrefix: "a-", MaxResults: 2 });
  assert.deepEqual(names(page.QueueUrls), ["a-1", "a-2"]);
  const rest = await sqs.listQueues({ QueueNamePrefix: "a-", MaxResults: 2, NextToken: page.NextToken });
  assert.deepEqual(names(rest.QueueUrls), ["a-3"]);
  assert.equal(rest.NextToken, undefined);
});

test("GetQueueUrl finds another account's queue when it is told its owner", async () => {
  const { account, name, url } = await queue();
  const other = client();
  const found = await other.getQueueUrl({ QueueName: name, QueueOwnerAWSAccountId: account });
  assert.equal(found.QueueUrl, url);
  await assert.rejects(other.getQueueUrl({ QueueName: name }), {
    name: "QueueDoesNotExist",
    message: "The specified queue does not exist.",
  });
});

test("A queue is reached by every form of its URL, and by another account", async () => {
  const { account, name, bodies } = await queue();
  const host = `127.0.0.1:${cloud.port}`;
  const urls = [
    `http://sqs.us-east-1.localhost.localstack.cloud:4566/${account}/${name}`,
    `https://sqs.us-east-1.amazonaws.com/${account}/${name}`,
    `http://queue.localhost.localstack.cloud:4566/${account}/${name}`,
    `http://us-east-1.queue.localhost.localstack.cloud:4566/${account}/${name}`,
    `http://${host}/queue/us-east-1/${account}/${name}`,
    `http://${host}/${account}/${name}`,
  ];
  const other = client();
  for (const QueueUrl of urls) await other.sendMessage({ QueueUrl, MessageBody: QueueUrl });
  assert.deepEqual(await bodies(), urls);
});

test("A queue URL that says its region is reached from another region", async () => {
  const { account, bodies, name } = await queue();
  const far = client(account, "eu-west-1");
  const QueueUrl = `http://127.0.0.1:${cloud.port}/queue/us-east-1/${account}/${name}`;
  await far.sendMessage({ QueueUrl, MessageBody: "hello" });
  assert.deepEqual(await bodies(), ["hello"]);
  await assert.rejects(
    far.sendMessage({
      QueueUrl: `http://127.0.0.1:${cloud.port}/${account}/${name}`,
      MessageBody: "hello",
    }),
    { name: "QueueDoesNotExist" },
  );
});

test("The setting endpoint-strategy chooses the form of the URLs", async () => {
  const forms = {
    standard: (a: string, p: number) => `http://sqs.us-east-1.localhost.localstack.cloud:${p}/${a}/q`,
    domain: (a: string, p: number) => `http://queue.localhost.localstack.cloud:${p}/${a}/q`,
    path: (a: string, p: number) => `http://localhost.localstack.cloud:${p}/queue/us-east-1/${a}/q`,
    off: (a: string, p: number) => `http://localhost.localstack.cloud:${p}/${a}/q`,
    dynamic: (a: string, p: number) => `http://127.0.0.1:${p}/${a}/q`,
  };
  for (const [strategy, url] of Object.entries(forms)) {
    const own = await sqsCloud({ environment: { SQS_ENDPOINT_STRATEGY: strategy } });
    const account = newAccount();
    const sqs = own.client(account);
    const { QueueUrl } = await sqs.createQueue({ QueueName: "q" });
    assert.equal(QueueUrl, url(account, own.cloud.port));
    await sqs.sendMessage({ QueueUrl, MessageBody: "hello" });
  }
});

test("A deleted queue is gone with its messages, and its name is free at once", async () => {
  const { sqs, url, send, name, bodies } = await queue();
  await send("old");
  await sqs.deleteQueue({ QueueUrl: url });
  await assert.rejects(send("late"), { name: "QueueDoesNotExist" });
  await sqs.createQueue({ QueueName: name });
  assert.deepEqual(await bodies(), []);
});

test("Strictly, a queue's name is not free within 60 seconds of its deletion", async () => {
  const strict = await sqsCloud({ strict: true });
  const { sqs, url, name } = await strict.queue();
  await sqs.deleteQueue({ QueueUrl: url });
  await assert.rejects(sqs.createQueue({ QueueName: name }), {
    name: "QueueDeletedRecently",
    message:
      "You must wait 60 seconds after deleting a queue before you can create another with the same name.",
  });
  await strict.cloud.clock.advance("PT60S");
  await sqs.createQueue({ QueueName: name });
});

test("PurgeQueue deletes all messages, as often as it is asked; with --strict once in 60 seconds", async () => {
  const { sqs, url, send, counts, receive } = await queue();
  await send("one");
  await receive();
  await send("two");
  await send("three", { DelaySeconds: 10 });
  assert.deepEqual(await counts(), [1, 1, 1]);
  await sqs.purgeQueue({ QueueUrl: url });
  assert.deepEqual(await counts(), [0, 0, 0]);
  await sqs.purgeQueue({ QueueUrl: url });

  await using strict = await testCloud({ strict: true, clockRate: 0, listen: false });
  const purge = () =>
    strict.call("sqs", "PurgeQueue", { QueueUrl: "http://x/queue/us-east-1/000000000000/q" });
  await strict.call("sqs", "CreateQueue", { QueueName: "q" });
  await purge();
  await assert.rejects(purge(), {
    code: "PurgeQueueInProgress",
    message: "Only one PurgeQueue operation on q is allowed every 60 seconds.",
  });
  await strict.clock.advance("PT60S");
  await purge();
});

test("Tags are added, replaced, listed and taken away", async () => {
  const { sqs, url } = await queue();
  assert.equal((await sqs.listQueueTags({ QueueUrl: url })).Tags, undefined);
  await sqs.tagQueue({ QueueUrl: url, Tags: { team: "orders", env: "dev" } });
  await sqs.tagQueue({ QueueUrl: url, Tags: { env: "prod" } });
  assert.deepEqual((await sqs.listQueueTags({ QueueUrl: url })).Tags, { team: "orders", env: "prod" });
  await sqs.untagQueue({ QueueUrl: url, TagKeys: ["team", "none"] });
  assert.deepEqual((await sqs.listQueueTags({ QueueUrl: url })).Tags, { env: "prod" });
});

test("A queue has at most 50 tags, none of them AWS's own", async () => {
  const { sqs, url } = await queue();
  const tags = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`key-${i}`, ""]));
  await sqs.tagQueue({ QueueUrl: url, Tags: tags(50) });
  await assert.rejects(sqs.tagQueue({ QueueUrl: url, Tags: { more: "" } }), { message: /Too many tags/ });
  await assert.rejects(sqs.tagQueue({ QueueUrl: url, Tags: { "aws:mine": "" } }), { message: /aws:/ });
});

test("AddPermission writes a policy statement, RemovePermission takes it away", async () => {
  const { sqs, url, arn } = await queue();
  const policy = async () => {
    const { Attributes } = await sqs.getQueueAttributes({ QueueUrl: url, AttributeNames: ["Policy"] });
    return Attributes && JSON.parse(Attributes["Policy"]!);
  };
  await sqs.addPermission({
    QueueUrl: url,
    Label: "read",
    AWSAccountIds: ["111111111111", "222222222222"],
    Actions: ["ReceiveMessage"],
  });
  assert.deepEqual(await policy(), {
    Version: "2008-10-17",
    Id: `${arn}/SQSDefaultPolicy`,
    Statement: [
      {
        Sid: "read",
        Effect: "Allow",
        Principal: { AWS: ["arn:aws:iam::111111111111:root", "arn:aws:iam::222222222222:root"] },
        Action: "SQS:ReceiveMessage",
        Resource: arn,
      },
    ],
  });
  const again = { QueueUrl: url, Label: "read", AWSAccountIds: ["111111111111"], Actions: ["*"] };
  await assert.rejects(sqs.addPermission(again), {
    message: "Value read for parameter Label is invalid. Reason: Already exists.",
  });
  await sqs.removePermission({ QueueUrl: url, Label: "read" });
  assert.equal(await policy(), undefined);
  await assert.rejects(sqs.removePermission({ QueueUrl: url, Label: "read" }), {
    message: "Value read for parameter Label is invalid. Reason: can't find label.",
  });
});

test("AddPermission takes seven actions at most, and only those that can be shared", async () => {
  const { sqs, url } = await queue();
  const add = (Actions: string[]) =>
    sqs.addPermission({ QueueUrl: url, Label: "l", AWSAccountIds: ["111111111111"], Actions });
  await assert.rejects(add(Array(8).fill("SendMessage")), {
    name: "OverLimit",
    message: "8 Actions were found, maximum allowed is 7.",
  });
  await assert.rejects(add(["TagQueue"]), { message: /Only the queue owner/ });
  await assert.rejects(add(["Dance"]), { message: /valid actions/ });
});
