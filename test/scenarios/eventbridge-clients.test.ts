import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { clientEnvironment, newAccount, testCloud } from "../cloud.ts";
import { needs } from "../needs.ts";

const run = promisify(execFile);

test(
  "boto3 has events, schedules, pipes and state machines at work, and pages through what they list",
  needs("boto3"),
  async () => {
    await using cloud = await testCloud();
    const program = fileURLToPath(new URL("eventbridge-clients.py", import.meta.url));
    // The endpoint is an address: nothing can be put before it.
    const env = {
      ...clientEnvironment(cloud, newAccount()),
      AWS_DISABLE_HOST_PREFIX_INJECTION: "true",
    };
    const { stdout } = await run("python3", [program], { env });
    assert.equal(stdout.trim(), "fine");
  },
);

test(
  "the AWS CLI puts a rule, a schedule and a pipe, and what they send comes to a queue",
  needs("aws"),
  async () => {
    await using cloud = await testCloud();
    const account = newAccount();
    const env = clientEnvironment(cloud, account);
    const aws = async (...words: string[]) => {
      const { stdout } = await run("aws", [...words, "--output=json", `--endpoint-url=${cloud.url}`], {
        env,
      });
      return stdout === "" ? {} : (JSON.parse(stdout) as Record<string, unknown>);
    };
    const { QueueUrl } = await aws("sqs", "create-queue", "--queue-name=q");
    const url = String(QueueUrl);
    const arn = `arn:aws:sqs:us-east-1:${account}:q`;
    const role = `arn:aws:iam::${account}:role/cli`;
    const message = async () => {
      const said = await aws("sqs", "receive-message", `--queue-url=${url}`, "--wait-time-seconds=20");
      const [{ Body, ReceiptHandle }] = said["Messages"] as [{ Body: string; ReceiptHandle: string }];
      await aws("sqs", "delete-message", `--queue-url=${url}`, `--receipt-handle=${ReceiptHandle}`);
      return JSON.parse(Body) as Record<string, unknown>;
    };
    await aws("events", "put-rule", "--name=paid", '--event-pattern={"source":["shop"]}');
    await aws("events", "put-targets", "--rule=paid", `--targets=Id=q,Arn=${arn}`);
    await aws(
      "events",
      "put-events",
      `--entries=[{"Source":"shop","DetailType":"order","Detail":"{\\"n\\":1}"}]`,
    );
    assert.deepEqual((await message())["detail"], { n: 1 });
    await aws(
      "scheduler",
      "create-schedule",
      "--name=tick",
      "--schedule-expression=rate(1 minute)",
      "--flexible-time-window=Mode=OFF",
      `--target={"Arn":"${arn}","RoleArn":"${role}","Input":"{\\"tick\\":true}"}`,
    );
    assert.deepEqual(await message(), { tick: true });
    await aws("scheduler", "delete-schedule", "--name=tick");
    const { QueueUrl: from } = await aws("sqs", "create-queue", "--queue-name=from");
    await aws(
      "pipes",
      "create-pipe",
      "--name=p",
      `--source=arn:aws:sqs:us-east-1:${account}:from`,
      `--target=${arn}`,
      `--role-arn=${role}`,
      '--target-parameters={"InputTemplate":"{\\"piped\\": <$.body.n>}"}',
    );
    await aws("sqs", "send-message", `--queue-url=${from}`, '--message-body={"n":2}');
    assert.deepEqual(await message(), { piped: 2 });
    await assert.rejects(aws("events", "put-rule", "--name=bad", '--event-pattern={"a":1}'), {
      stderr:
        /An error occurred \(InvalidEventPatternException\) when calling the PutRule operation: Event pattern is not valid/,
    });
    await assert.rejects(aws("pipes", "describe-pipe", "--name=none"), {
      stderr:
        /An error occurred \(NotFoundException\) when calling the DescribePipe operation: Pipe none does not exist\./,
    });
  },
);
