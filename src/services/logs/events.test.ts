import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DeleteLogStreamCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  type FilterLogEventsCommandInput,
  GetLogEventsCommand,
  type GetLogEventsCommandInput,
  ListLogGroupsCommand,
  ListTagsForResourceCommand,
  ListTagsLogGroupCommand,
  PutLogEventsCommand,
  PutLogGroupDeletionProtectionCommand,
  PutRetentionPolicyCommand,
  TagLogGroupCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";
import type { Cloud } from "../../index.ts";

const account = newAccount();
let cloud: Cloud;
let client: CloudWatchLogsClient;
before(async () => {
  cloud = await testCloud({ services: ["logs"], clockRate: 0 });
  client = new CloudWatchLogsClient(clientOptions(cloud, account));
});
after(() => cloud[Symbol.asyncDispose]());

let names = 0;
async function create(...streams: string[]): Promise<string> {
  const logGroupName = `/group/${names++}`;
  await client.send(new CreateLogGroupCommand({ logGroupName }));
  for (const logStreamName of streams)
    await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
  return logGroupName;
}
/** Events by their distance from now, in milliseconds. */
const put = (logGroupName: string, logStreamName: string, ...events: [atMs: number, message: string][]) =>
  client.send(
    new PutLogEventsCommand({
      logGroupName,
      logStreamName,
      logEvents: events.map(([atMs, message]) => ({ timestamp: cloud.clock.now() + atMs, message })),
    }),
  );
const get = (logGroupName: string, input: Partial<GetLogEventsCommandInput> = {}) =>
  client.send(new GetLogEventsCommand({ logGroupName, logStreamName: "s", ...input }));
const filter = (logGroupName: string, input: Partial<FilterLogEventsCommandInput> = {}) =>
  client.send(new FilterLogEventsCommand({ logGroupName, ...input }));
const messages = ({ events }: { events?: { message?: string }[] }) => events?.map(({ message }) => message);
const rejects = (call: Promise<unknown>, name: string, message: string) =>
  assert.rejects(call, (error: Error) => {
    assert.equal(error.name, name);
    assert.equal(error.message, message);
    return true;
  });
const refuses = (call: Promise<unknown>, message: string) =>
  rejects(call, "InvalidParameterException", message);

test("A group is described with its defaults, and there only once.", async () => {
  const name = await create();
  const { logGroups } = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name }));
  const arn = `arn:aws:logs:us-east-1:${account}:log-group:${name}`;
  assert.deepEqual(logGroups?.[0], {
    logGroupName: name,
    creationTime: cloud.clock.now(),
    arn: `${arn}:*`,
    logGroupArn: arn,
    logGroupClass: "STANDARD",
    metricFilterCount: 0,
  });
  await rejects(
    client.send(new CreateLogGroupCommand({ logGroupName: name })),
    "ResourceAlreadyExistsException",
    "The specified log group already exists",
  );
});

test("Groups are found by a part of their name, regardless of case.", async () => {
  await client.send(new CreateLogGroupCommand({ logGroupName: "FooBar" }));
  const found = await client.send(new DescribeLogGroupsCommand({ logGroupNamePattern: "oba" }));
  assert.deepEqual(
    found.logGroups?.map(({ logGroupName }) => logGroupName),
    ["FooBar"],
  );
  const listed = await client.send(new ListLogGroupsCommand({ logGroupNamePattern: "^Foo" }));
  assert.equal(listed.logGroups?.length, 1);
  await refuses(
    client.send(new DescribeLogGroupsCommand({ logGroupNamePattern: "a", logGroupNamePrefix: "b" })),
    "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
  );
});

test("Groups are described 50 a page.", async () => {
  const many = new CloudWatchLogsClient(clientOptions(cloud));
  for (let i = 0; i < 51; i++) await many.send(new CreateLogGroupCommand({ logGroupName: `g${i}` }));
  const first = await many.send(new DescribeLogGroupsCommand({}));
  assert.equal(first.logGroups?.length, 50);
  const second = await many.send(new DescribeLogGroupsCommand({ nextToken: first.nextToken }));
  assert.equal(second.logGroups?.length, 1);
  assert.equal(second.nextToken, undefined);
});

test("A protected group is not deleted.", async () => {
  const name = await create();
  const protect = (deletionProtectionEnabled: boolean) =>
    client.send(
      new PutLogGroupDeletionProtectionCommand({ logGroupIdentifier: name, deletionProtectionEnabled }),
    );
  await protect(true);
  await assert.rejects(client.send(new DeleteLogGroupCommand({ logGroupName: name })));
  await protect(false);
  await client.send(new DeleteLogGroupCommand({ logGroupName: name }));
  await rejects(
    client.send(new DeleteLogGroupCommand({ logGroupName: name })),
    "ResourceNotFoundException",
    "The specified log group does not exist.",
  );
});

test("Both ways of tagging see the same tags.", async () => {
  const logGroupName = await create();
  const resourceArn = `arn:aws:logs:us-east-1:${account}:log-group:${logGroupName}`;
  await client.send(new TagLogGroupCommand({ logGroupName, tags: { a: "1" } }));
  await client.send(new TagResourceCommand({ resourceArn, tags: { b: "2" } }));
  await client.send(new UntagResourceCommand({ resourceArn, tagKeys: ["a"] }));
  assert.deepEqual((await client.send(new ListTagsLogGroupCommand({ logGroupName }))).tags, { b: "2" });
  assert.deepEqual((await client.send(new ListTagsForResourceCommand({ resourceArn }))).tags, { b: "2" });
});

test("Events go to streams that are there.", async () => {
  const name = await create();
  await rejects(
    put(name, "s", [0, "m"]),
    "ResourceNotFoundException",
    "The specified log stream does not exist.",
  );
  await rejects(
    put("nowhere", "s", [0, "m"]),
    "ResourceNotFoundException",
    "The specified log group does not exist.",
  );
});

test("Events of a batch are in order and within a day.", async () => {
  const name = await create("s");
  const day = 86_400_000;
  await put(name, "s", [-1, "a"], [-1, "b"]);
  await refuses(
    put(name, "s", [0, "a"], [-1, "b"]),
    "Log events in a single PutLogEvents request must be in chronological order.",
  );
  await put(name, "s", [-day, "a"], [0, "b"]);
  await refuses(
    put(name, "s", [-day - 1, "a"], [0, "b"]),
    "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
  );
});

test("A batch has 1,048,576 bytes, 26 for each event among them.", async () => {
  const name = await create("s");
  await put(name, "s", [0, "x".repeat(1_048_576 - 26)]);
  await refuses(
    put(name, "s", [0, "x".repeat(1_048_576 - 25)]),
    "Upload too large: 1048577 bytes exceeds limit of 1048576",
  );
});

test("Events that are too old or too new are left out and named.", async () => {
  const name = await create("s");
  const days = 86_400_000;
  const old = await put(name, "s", [-14 * days - 1, "old"], [-14 * days, "just"]);
  assert.deepEqual(old.rejectedLogEventsInfo, { tooOldLogEventEndIndex: 1 });
  const fresh = await put(name, "s", [2 * 3_600_000, "just"], [2 * 3_600_000 + 1, "new"]);
  assert.deepEqual(fresh.rejectedLogEventsInfo, { tooNewLogEventStartIndex: 1 });
  assert.deepEqual(messages(await get(name, { startFromHead: true })), ["just", "just"]);
});

test("Without a start the newest events are given, in their order.", async () => {
  const name = await create("s");
  await put(name, "s", [-3, "a"], [-2, "b"], [-1, "c"]);
  assert.deepEqual(messages(await get(name, { limit: 2 })), ["b", "c"]);
  assert.deepEqual(messages(await get(name, { limit: 2, startFromHead: true })), ["a", "b"]);
});

test("Tokens lead forwards and backwards, and stay where nothing follows.", async () => {
  const name = await create("s");
  await put(name, "s", [-4, "a"], [-3, "b"], [-2, "c"], [-1, "d"]);
  const first = await get(name, { limit: 2, startFromHead: true });
  const second = await get(name, { limit: 2, nextToken: first.nextForwardToken });
  assert.deepEqual(messages(second), ["c", "d"]);
  assert.deepEqual(messages(await get(name, { limit: 2, nextToken: second.nextBackwardToken })), ["a", "b"]);
  const end = await get(name, { nextToken: second.nextForwardToken });
  assert.deepEqual(messages(end), []);
  assert.equal(end.nextForwardToken, second.nextForwardToken);
  // Who waits at the end gets what comes.
  await put(name, "s", [0, "e"]);
  assert.deepEqual(messages(await get(name, { nextToken: end.nextForwardToken })), ["e"]);
  await refuses(get(name, { nextToken: "f/1/s" }), "The specified nextToken is invalid.");
});

test("A start time is included; an end time is when filtering.", async () => {
  const name = await create("s");
  const now = cloud.clock.now();
  await put(name, "s", [-3, "a"], [-2, "b"], [-1, "c"]);
  assert.deepEqual(messages(await get(name, { startTime: now - 2, endTime: now - 1 })), ["b"]);
  assert.deepEqual(messages(await filter(name, { startTime: now - 2, endTime: now - 1 })), ["b", "c"]);
});

test("The events of several streams are filtered as one sequence.", async () => {
  const name = await create("one", "two", "three");
  await put(name, "one", [-9, "a ERROR"], [-5, "d ERROR"]);
  await put(name, "two", [-8, "b ERROR"], [-7, "fine"], [-4, "e ERROR"]);
  await put(name, "three", [-6, "c ERROR"]);
  const found: (string | undefined)[] = [];
  let nextToken: string | undefined;
  do {
    const page = await filter(name, { filterPattern: "ERROR", limit: 2, nextToken });
    found.push(...messages(page)!);
    nextToken = page.nextToken;
  } while (nextToken);
  assert.deepEqual(found, ["a ERROR", "b ERROR", "c ERROR", "d ERROR", "e ERROR"]);
  assert.deepEqual(messages(await filter(name, { logStreamNamePrefix: "t", filterPattern: "ERROR" })), [
    "b ERROR",
    "c ERROR",
    "e ERROR",
  ]);
  assert.deepEqual(messages(await filter(name, { logStreamNames: ["two"] })), ["b ERROR", "fine", "e ERROR"]);
  await rejects(
    filter(name, { logStreamNames: ["four"] }),
    "ResourceNotFoundException",
    "The specified log stream does not exist.",
  );
  await refuses(filter(name, { filterPattern: "{ $.a = }" }), "Invalid filter pattern");
});

test("Events are gone once their retention is over.", async () => {
  const name = await create("s");
  await refuses(
    client.send(new PutRetentionPolicyCommand({ logGroupName: name, retentionInDays: 2 })),
    "1 validation error detected: Value '2' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653]",
  );
  await client.send(new PutRetentionPolicyCommand({ logGroupName: name, retentionInDays: 1 }));
  await put(name, "s", [0, "m"]);
  await cloud.clock.advance(86_400_000);
  assert.deepEqual(messages(await get(name)), ["m"]);
  await cloud.clock.advance(1);
  assert.deepEqual(messages(await get(name)), []);
  const late = await put(name, "s", [-86_400_001, "late"], [-1, "kept"]);
  assert.deepEqual(late.rejectedLogEventsInfo, { expiredLogEventEndIndex: 1 });
  assert.deepEqual(messages(await filter(name)), ["kept"]);
});

test("Streams are described by name or by their last event.", async () => {
  const name = await create("a", "b", "c");
  await put(name, "a", [-1, "m"]);
  await put(name, "b", [0, "m"]);
  const describe = async (input: object) =>
    (await client.send(new DescribeLogStreamsCommand({ logGroupName: name, ...input }))).logStreams!;
  assert.deepEqual(
    (await describe({ descending: true })).map(({ logStreamName }) => logStreamName),
    ["c", "b", "a"],
  );
  const [last] = await describe({ orderBy: "LastEventTime", descending: true, limit: 1 });
  assert.equal(last?.lastEventTimestamp, cloud.clock.now());
  await refuses(
    describe({ orderBy: "LastEventTime", logStreamNamePrefix: "a" }),
    "Cannot order by LastEventTime with a logStreamNamePrefix.",
  );
  await client.send(new DeleteLogStreamCommand({ logGroupName: name, logStreamName: "a" }));
  assert.equal((await describe({})).length, 2);
});
