import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  GetScheduleCommand,
  ListSchedulesCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from "@aws-sdk/client-scheduler";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";
import type { CloudOptions, FaultRuleInput } from "../../index.ts";

async function world(options: CloudOptions = {}, account = newAccount()) {
  const cloud = await testCloud(options);
  const scheduler = new SchedulerClient(clientOptions(cloud, account));
  const sqs = new SQSClient(clientOptions(cloud, account));
  const QueueUrl = `${cloud.url}/${account}/jobs`;
  await sqs.send(new CreateQueueCommand({ QueueName: "jobs" }));
  const role = `arn:aws:iam::${account}:role/scheduler`;
  const jobs = `arn:aws:sqs:us-east-1:${account}:jobs`;
  return {
    cloud,
    account,
    scheduler,
    jobs,
    role,
    create: (input: Partial<CreateScheduleCommandInput>) =>
      scheduler.send(
        new CreateScheduleCommand({
          Name: "s",
          ScheduleExpression: "rate(1 hour)",
          FlexibleTimeWindow: { Mode: "OFF" },
          Target: { Arn: jobs, RoleArn: role, Input: "go" },
          ...input,
        }),
      ),
    /** What has come to the queue by now. */
    async came(queue = QueueUrl) {
      const found = [];
      for (let quiet = 0; quiet < 3; ) {
        await cloud.clock.advance(0);
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({
            QueueUrl: queue,
            MaxNumberOfMessages: 10,
            MessageAttributeNames: ["All"],
          }),
        );
        for (const { ReceiptHandle } of Messages)
          await sqs.send(new DeleteMessageCommand({ QueueUrl: queue, ReceiptHandle }));
        found.push(...Messages);
        quiet = Messages.length === 0 ? quiet + 1 : 0;
      }
      return found;
    },
    at: (ms: number) => `at(${new Date(ms).toISOString().slice(0, 19)})`,
    async [Symbol.asyncDispose]() {
      scheduler.destroy();
      sqs.destroy();
      await cloud[Symbol.asyncDispose]();
    },
  };
}

test("a rate without a start date is due when it is made, or its rate is another, and whenever that has passed", async () => {
  await using w = await world();
  await w.create({ ScheduleExpression: "rate(10 minutes)" });
  assert.equal((await w.came()).length, 1);
  await w.cloud.clock.advance("9m");
  assert.deepEqual(await w.came(), []);
  await w.cloud.clock.advance("1m");
  assert.equal((await w.came()).length, 1);
  const update = (ScheduleExpression: string, State: "ENABLED" | "DISABLED") =>
    w.scheduler.send(
      new UpdateScheduleCommand({
        Name: "s",
        ScheduleExpression,
        State,
        FlexibleTimeWindow: { Mode: "OFF" },
        Target: { Arn: w.jobs, RoleArn: w.role, Input: "go" },
      }),
    );
  await update("rate(5 minutes)", "DISABLED");
  assert.deepEqual(await w.came(), []);
  await update("rate(5 minutes)", "ENABLED");
  assert.equal((await w.came()).length, 1);
  await update("rate(5 minutes)", "ENABLED");
  assert.deepEqual(await w.came(), []);
  await w.cloud.clock.advance("5m");
  assert.equal((await w.came()).length, 1);
});

test("a rate calls its target again and again, a one-time schedule once, and is deleted when it says so", async () => {
  await using w = await world();
  await w.create({ Name: "often", ScheduleExpression: "rate(10 minutes)" });
  const now = w.cloud.clock.now();
  await w.create({
    Name: "once",
    ScheduleExpression: w.at(now + 25 * 60_000),
    ActionAfterCompletion: "DELETE",
    Target: { Arn: w.jobs, RoleArn: w.role, Input: "once" },
  });
  await w.cloud.clock.advance("31m");
  assert.deepEqual((await w.came()).map(({ Body }) => Body).sort(), ["go", "go", "go", "go", "once"]);
  const { Schedules } = await w.scheduler.send(new ListSchedulesCommand({}));
  assert.deepEqual(
    Schedules!.map(({ Name }) => Name),
    ["often"],
  );
});

test("start and end dates bound a schedule", async () => {
  await using w = await world();
  const now = w.cloud.clock.now();
  await w.create({
    ScheduleExpression: "rate(10 minutes)",
    StartDate: new Date(now + 60 * 60_000),
    EndDate: new Date(now + 85 * 60_000),
  });
  await w.cloud.clock.advance("59m");
  assert.deepEqual(await w.came(), []);
  await w.cloud.clock.advance("10h");
  // On the hour, and ten and twenty minutes later.
  assert.equal((await w.came()).length, 3);
});

test("a schedule does not start long ago; a one-time schedule is due whatever its dates are", async () => {
  await using w = await world();
  const now = w.cloud.clock.now();
  const ago = (minutes: number) => ({ StartDate: new Date(now - minutes * 60_000) });
  await assert.rejects(w.create(ago(6)), {
    name: "ValidationException",
    message: "The StartDate you specify cannot be earlier than 5 minutes ago.",
  });
  await w.create({ Name: "recent", ...ago(4), State: "DISABLED" });
  await w.create({
    ScheduleExpression: w.at(now + 60_000),
    StartDate: new Date(now + 3_600_000),
    EndDate: new Date(now + 7_200_000),
  });
  await w.cloud.clock.advance("61s");
  assert.equal((await w.came()).length, 1);
});

test("a flexible window calls within it, not at once", async () => {
  await using w = await world();
  await w.create({ FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 30 } });
  assert.deepEqual(await w.came(), []);
  await w.cloud.clock.advance("30m");
  assert.equal((await w.came()).length, 1);
});

test("a universal target calls any operation of a service, with what Scheduler knows in its input", async () => {
  await using w = await world();
  const QueueUrl = `http://localhost/queue/us-east-1/${w.account}/jobs`;
  await w.create({
    Target: {
      Arn: "arn:aws:scheduler:::aws-sdk:sqs:sendMessage",
      RoleArn: w.role,
      Input: JSON.stringify({
        QueueUrl,
        MessageBody: "<aws.scheduler.schedule-arn> <aws.scheduler.attempt-number>",
      }),
    },
  });
  await w.cloud.clock.advance("1h");
  const [message] = await w.came();
  assert.equal(message!.Body, `arn:aws:scheduler:us-east-1:${w.account}:schedule/default/s 1`);
  await assert.rejects(
    w.create({
      Name: "look",
      Target: { Arn: "arn:aws:scheduler:::aws-sdk:sqs:receiveMessage", RoleArn: w.role },
    }),
    { name: "ValidationException" },
  );
});

test("what cannot be called is tried again by the retry policy, and then the dead-letter queue is told", async () => {
  await using w = await world({ faults: [{ point: "scheduler:invoke", effect: "fail" }] });
  await w.cloud.call("sqs", "CreateQueue", { QueueName: "dead" }, { account: w.account });
  await w.create({
    Target: {
      Arn: w.jobs,
      RoleArn: w.role,
      Input: "go",
      RetryPolicy: { MaximumRetryAttempts: 2 },
      DeadLetterConfig: { Arn: `arn:aws:sqs:us-east-1:${w.account}:dead` },
    },
  });
  await w.cloud.clock.advance("61m");
  const [dead] = await w.came(`${w.cloud.url}/${w.account}/dead`);
  assert.equal(dead!.Body, "go");
  const { RETRY_ATTEMPTS, EXHAUSTED_RETRY_CONDITION, TARGET_ARN } = dead!.MessageAttributes!;
  assert.equal(RETRY_ATTEMPTS!.StringValue, "2");
  assert.equal(EXHAUSTED_RETRY_CONDITION!.StringValue, "MaximumRetryAttempts");
  assert.equal(TARGET_ARN!.StringValue, w.jobs);
});

test("a schedule is late, doubled or left out when a rule says so", async () => {
  await using w = await world();
  const strike = (rule: FaultRuleInput) => w.cloud.faults.add(rule);
  const point = "scheduler:due";
  await strike({ point, effect: "skip", times: 1 });
  await w.create({});
  assert.deepEqual(await w.came(), []);
  await strike({ point, effect: "duplicate", times: 1 });
  await w.cloud.clock.advance("1h");
  assert.equal((await w.came()).length, 2);
  await strike({ point, effect: "delay", params: { ms: "20m" }, times: 1 });
  await w.cloud.clock.advance("1h");
  assert.deepEqual(await w.came(), []);
  await w.cloud.clock.advance("21m");
  assert.equal((await w.came()).length, 1);
});

test("an expression or a time zone that is none is refused", async () => {
  await using w = await world();
  await assert.rejects(w.create({ ScheduleExpression: "rate( 1 hour)" }), {
    name: "ValidationException",
    message: "Invalid Schedule Expression rate( 1 hour).",
  });
  await assert.rejects(w.create({ ScheduleExpressionTimezone: "Mars/Olympus" }), {
    name: "ValidationException",
  });
  await w.create({});
  await assert.rejects(w.create({}), { name: "ConflictException", message: "Schedule s already exists." });
  await assert.rejects(w.scheduler.send(new GetScheduleCommand({ Name: "t" })), {
    name: "ResourceNotFoundException",
    message: "Schedule t does not exist.",
  });
});

test("a schedule that is made again with the same client token is there already", async () => {
  await using w = await world();
  const first = await w.create({ ClientToken: "token-1" });
  assert.equal((await w.create({ ClientToken: "token-1" })).ScheduleArn, first.ScheduleArn);
  await assert.rejects(w.create({ ClientToken: "token-2" }), { name: "ConflictException" });
  await assert.rejects(w.create({}), { name: "ConflictException" });
});

test("an invocation that waits within its window is not lost with the process", async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), "squall-window-"));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  const account = newAccount();
  const QueueUrl = `http://localhost/queue/us-east-1/${account}/jobs`;
  {
    await using w = await world({ dataDir }, account);
    await w.create({
      ScheduleExpression: w.at(w.cloud.clock.now() + 60_000),
      FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 1440 },
      ActionAfterCompletion: "DELETE",
    });
    await w.cloud.clock.advance("61s");
    assert.deepEqual(await w.came(), []);
  }
  await using cloud = await testCloud({ dataDir });
  await cloud.clock.advance("24h");
  const { Messages } = await cloud.call<{ Messages?: { Body: string }[] }>(
    "sqs",
    "ReceiveMessage",
    { QueueUrl },
    { account },
  );
  assert.deepEqual(
    Messages?.map(({ Body }) => Body),
    ["go"],
  );
});
