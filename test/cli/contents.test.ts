import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Cloud } from "../../src/index.ts";
import { testCloud } from "../cloud.ts";
import { Squall } from "./squall-command.ts";

function squallAt(t: TestContext, cloud: Cloud): Squall {
  const squall = new Squall(t);
  squall.environment["SQUALL_URL"] = cloud.url;
  return squall;
}

test("resources are listed, with filters", async (t) => {
  await using cloud = await testCloud();
  const squall = squallAt(t, cloud);
  assert.equal((await squall.run("resources")).output, "There are no such resources.\n");
  const unknown = await squall.run("resources", "--service", "dynamo");
  assert.equal(unknown.code, 1);
  assert.match(unknown.output, /^squall: Squall does not serve "dynamo"\. Did you mean "dynamodb"\?/);
  assert.equal((await squall.run("resources", "--service", "dynamo*")).code, 0);
  await cloud.call("sqs", "CreateQueue", { QueueName: "jobs", tags: { team: "orders" } });
  await cloud.call("sns", "CreateTopic", { Name: "news" });
  const listed = await squall.run("resources");
  assert.match(listed.output, /sqs queue .* arn:aws:sqs:us-east-1:000000000000:jobs .* team=orders/);
  assert.match(listed.output, /sns topic .* arn:aws:sns:us-east-1:000000000000:news/);
  const arns = async (...flags: string[]) =>
    (JSON.parse((await squall.run("resources", "--json", ...flags)).stdout) as { arn: string }[]).map(
      ({ arn }) => arn.slice(arn.lastIndexOf(":") + 1),
    );
  assert.deepEqual(await arns("--tag", "team=orders"), ["jobs"]);
  assert.deepEqual(await arns("--type", "AWS::SNS::Topic"), ["news"]);
  assert.deepEqual(await arns("--service", "s*", "--region", "eu-west-1"), []);
});

test("services are listed with what there is of them, and one by its operations", async (t) => {
  await using cloud = await testCloud();
  const squall = squallAt(t, cloud);
  await cloud.call("sqs", "CreateQueue", { QueueName: "jobs" });
  const listed = await squall.run("services");
  assert.match(listed.output, /sqs +│ \d+ of \d+ +│ running +│ 1 +│/);
  assert.match(
    (await squall.run("services", "sqs")).output,
    /^sqs: \d+ of \d+ operations\n\nThere: .*SendMessage/,
  );
  const unknown = await squall.run("services", "dynamobd");
  assert.deepEqual([unknown.code, /Did you mean "dynamodb"\?/.test(unknown.output)], [1, true]);
});

test("what is in state files is told and compared, without a running squall and without running anything", async (t) => {
  const squall = new Squall(t);
  {
    await using cloud = await testCloud();
    squall.environment["SQUALL_URL"] = cloud.url;
    await cloud.call("sqs", "CreateQueue", { QueueName: "jobs" });
    await squall.run("state", "save", "before.zip");
    const { QueueUrl } = await cloud.call<{ QueueUrl: string }>("sqs", "GetQueueUrl", { QueueName: "jobs" });
    await cloud.call("sqs", "SendMessage", { QueueUrl, MessageBody: "hello" });
    await cloud.call("sns", "CreateTopic", { Name: "news" });
    await squall.run("state", "save", "after.zip");
    assert.equal((await squall.run("state", "diff", "after.zip", cloud.url)).output, "They are the same.\n");
  }
  writeFileSync(join(squall.folder, "other.zip"), "PK\x03\x04 and nothing more");
  const listed = await squall.run("state", "list", "--json");
  const files = JSON.parse(listed.stdout) as { file: string; holds: string }[];
  assert.deepEqual(
    files.map(({ file, holds }) => [file, holds]),
    [
      ["after.zip", "1 sns topic, 1 sqs queue"],
      ["before.zip", "1 sqs queue"],
    ],
  );
  assert.match(
    (await squall.run("state", "list", "after.zip")).output,
    /sqs queue +│ arn:aws:sqs:\S+:jobs +│ 1 +│/,
  );
  const differing = await squall.run("state", "diff", "before.zip", "after.zip");
  assert.deepEqual(
    [differing.code, differing.stdout.split("\n").sort()],
    [1, ["", 'jobs holds {"body":"hello"} once more', "sns topic * is there, too"]],
    differing.output,
  );
  const broken = await squall.run("state", "list", "other.zip");
  assert.equal(broken.code, 1);
  assert.match(
    broken.output,
    /^squall: other\.zip cannot be read as a state: This is not a state file that Squall saved/,
  );
});

test("variables are written for each shell", async (t) => {
  await using cloud = await testCloud();
  const squall = squallAt(t, cloud);
  for (const name of ["AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"])
    squall.environment[name] = undefined;
  const lines: Readonly<Record<string, string>> = {
    bash: `export AWS_ENDPOINT_URL='${cloud.url}'`,
    zsh: `export AWS_ENDPOINT_URL='${cloud.url}'`,
    fish: `set -gx AWS_ENDPOINT_URL '${cloud.url}'`,
    powershell: `$Env:AWS_ENDPOINT_URL = '${cloud.url}'`,
    dotenv: `AWS_ENDPOINT_URL="${cloud.url}"`,
  };
  for (const [shell, line] of Object.entries(lines)) {
    const { stdout } = await squall.run("env", "--shell", shell);
    assert.ok(stdout.split("\n").includes(line), stdout);
    assert.equal(stdout.trim().split("\n").length, 5);
  }
  const json = JSON.parse((await squall.run("env", "--shell", "json")).stdout) as Record<string, string>;
  assert.deepEqual(
    [json["AWS_ENDPOINT_URL"], json["AWS_ACCESS_KEY_ID"], json["AWS_REGION"]],
    [cloud.url, "test", "us-east-1"],
  );
  const wrong = await squall.run("env", "--shell", "tcsh");
  assert.deepEqual(
    [wrong.code, wrong.output],
    [1, 'squall: --shell is bash, zsh, fish, powershell, dotenv, json, not "tcsh".\n'],
  );
});
